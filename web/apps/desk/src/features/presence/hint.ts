/** What somebody is told who is about to begin a shift. Pure. */

/** Whether somebody has no quick phrase of their own in any shop; false while nothing is known (R-DUTY-05). */
export function hasNone(shops: Iterable<{ phrases: readonly { set: string }[] }>): boolean {
  const all = [...shops];
  return all.length > 0 && all.every((shop) => !shop.phrases.some((p) => p.set === 'own'));
}
