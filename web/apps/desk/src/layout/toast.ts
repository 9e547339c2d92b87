/** A word for what has no place of its own: bottom left, 5 s. */
import { ref } from 'vue';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'wrong';
}

export const toasts = ref<Toast[]>([]);
let last = 0;

export function toast(text: string, tone: Toast['tone'] = 'plain'): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }];
  setTimeout(() => drop(id), 5_000);
}

export function drop(id: number): void {
  toasts.value = toasts.value.filter((t) => t.id !== id);
}
