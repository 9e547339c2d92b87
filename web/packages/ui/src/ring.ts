/** Stages of the waiting ring. The thresholds are the policy's (R-RESP-02, 03) and come from the server. */

/** `none` waits for nobody; the others name the colour classes. `late_` because `late` is a figure that is not final. */
export type Stage = 'none' | 'calm' | 'warm' | 'late_' | 'alarm' | 'over';

const STAGES: readonly Stage[] = ['calm', 'warm', 'late_', 'alarm', 'over'];

/** The stage of a wait in whole seconds; a threshold belongs to the stage before it ("over" is more than the last one). */
export function stage(seconds: number | null, thresholds: readonly number[]): Stage {
  if (seconds === null) return 'none';
  let n = 0;
  for (const [i, limit] of thresholds.entries()) {
    const last = i === thresholds.length - 1;
    if (last ? seconds > limit : seconds >= limit) n = i + 1;
  }
  return STAGES[Math.min(n, STAGES.length - 1)]!;
}

/** Length of the arc, 0 to 100: a full circle is the last threshold; a little stays visible from the start. */
export function arc(seconds: number, thresholds: readonly number[]): number {
  const full = thresholds.at(-1) ?? 1;
  return Math.min(100, Math.max(2, (seconds / full) * 100));
}
