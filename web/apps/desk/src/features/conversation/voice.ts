/** One clip plays at a time: whoever begins stops the other. */
let stop: (() => void) | null = null;

export function soleSound(mine: () => void): void {
  if (stop && stop !== mine) stop();
  stop = mine;
}
