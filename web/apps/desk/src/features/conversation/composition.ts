/**
 * Whether an Enter belongs to the input method. Chromium and Firefox send the Enter that ends a composition with `isComposing` or
 * key code 229; Safari ends the composition first and sends the Enter right after it, as if it were a plain one.
 */
export interface Composition {
  start(): void;
  end(at: number): void;
  /** The key press is the input method's. */
  owns(e: { isComposing: boolean; keyCode: number }, at: number): boolean;
}

/** Nobody presses Enter twice within so few ms; the second one is the echo of the first. */
const ECHO_MS = 60;

export function composition(): Composition {
  let active = false;
  let ended = -Infinity;
  return {
    start: () => void (active = true),
    end(at) {
      active = false;
      ended = at;
    },
    owns: (e, at) => active || e.isComposing || e.keyCode === 229 || at - ended < ECHO_MS,
  };
}
