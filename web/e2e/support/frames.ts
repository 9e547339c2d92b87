/** Frames of a page that is measured: the time between two of them, and the work that each one costs. */
import type { Page } from '@playwright/test';

export const FRAME_MS = 1_000 / 60;

export interface Spread {
  n: number;
  median: number;
  p95: number;
  longest: number;
  /** Share of what took longer than a frame and a half. */
  late: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
  return {
    n: values.length,
    median: at(0.5),
    p95: at(0.95),
    longest: sorted.at(-1) ?? 0,
    late: values.filter((g) => g > FRAME_MS * 1.5).length / values.length,
  };
}

export const say = (what: string, f: Spread): void =>
  console.log(
    `${what}: ${f.n} frames, median ${f.median.toFixed(1)} ms, p95 ${f.p95.toFixed(1)} ms, ` +
      `longest ${f.longest.toFixed(0)} ms, late ${(f.late * 100).toFixed(1)} %`,
  );

/**
 * Watches a page for so long. `gaps`: between two frames. `work`: from the beginning of a frame's scripts until the page may do
 * something else again, which is scripts, style, layout and paint; only of frames in which the page did more than look at the clock.
 */
export async function watch(page: Page, seconds: number): Promise<{ gaps: Spread; work: Spread }> {
  const found = await page.evaluate(
    (ms) =>
      new Promise<{ gaps: number[]; work: number[] }>((done) => {
        const gaps: number[] = [];
        const work: number[] = [];
        const channel = new MessageChannel();
        let [last, began] = [0, 0];
        // A message of the page to itself is delivered after the frame was drawn.
        channel.port1.onmessage = () => work.push(performance.now() - began);
        const until = performance.now() + ms;
        const step = (now: number): void => {
          if (last > 0) gaps.push(now - last);
          last = now;
          began = performance.now();
          channel.port2.postMessage(0);
          if (began < until) requestAnimationFrame(step);
          else setTimeout(() => done({ gaps, work }), 100);
        };
        requestAnimationFrame(step);
      }),
    seconds * 1_000,
  );
  return { gaps: spread(found.gaps.slice(2)), work: spread(found.work.slice(2)) };
}
