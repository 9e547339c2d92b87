/** What a row gives up where there is no room, in whatever language its words are. */
import { nextTick, onBeforeUnmount, watch, type Ref } from 'vue';

/** How much can be given up, one thing after the other; the styles of the row say what each step takes away. */
export const STEPS = 6;
/** A name longer than this is cut before words of others go, px. */
const NAME_PX = 220;

/** The least that must be given up for the row to fit; `tight` measures after so many steps. */
export function stepsFor(tight: (given: number) => boolean): number {
  for (let given = 0; given < STEPS; given += 1) if (!tight(given)) return given;
  return STEPS;
}

/**
 * Keeps `data-fit` of a row at the steps taken (`1 2 3`). Its name shrinks last: a step is taken while the row runs over or
 * the name is cut. Measured anew with the row's width and whenever `about` changes.
 */
export function useFit(head: Ref<HTMLElement | null>, name: Ref<HTMLElement | null>, about: () => unknown): void {
  function tight(given: number): boolean {
    const [row, words] = [head.value, name.value];
    if (!row) return false;
    row.dataset.fit = Array.from({ length: given }, (_, i) => i + 1).join(' ');
    if (row.scrollWidth > row.clientWidth) return true;
    return words !== null && words.scrollWidth > words.clientWidth && words.clientWidth < NAME_PX;
  }
  function fit(): void {
    const given = stepsFor(tight);
    tight(given);
  }
  const watcher = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(fit);
  watch(head, (now, before) => {
    if (before) watcher?.unobserve(before);
    if (now) watcher?.observe(now);
  });
  watch(about, () => void nextTick(fit), { flush: 'post' });
  onBeforeUnmount(() => watcher?.disconnect());
}
