/** A word for what has no place of its own: top right below the bar, 5 s. */
import { ref } from 'vue';

export interface Toast {
  id: number;
  text: string;
  /** `warn`: nothing failed, but something is to be looked at. */
  tone: 'plain' | 'warn' | 'wrong';
  /** What can be done about it, as long as it stands there. */
  act: { label: string; run: () => void } | null;
}

export const toasts = ref<Toast[]>([]);
let last = 0;

/** Says a word; with an act it stands for `secs` and gives the way to take it away earlier. */
export function toast(
  text: string,
  tone: Toast['tone'] = 'plain',
  act: (Toast['act'] & { secs?: number }) | null = null,
): () => void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone, act }];
  setTimeout(() => drop(id), (act?.secs ?? 5) * 1_000);
  return () => drop(id);
}

export function drop(id: number): void {
  toasts.value = toasts.value.filter((t) => t.id !== id);
}
