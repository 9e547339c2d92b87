/** Light, dark, or as the system says; a choice that stays. */
import { computed, ref, watchEffect } from 'vue';
import type { Theme } from '@yingke/ui';

export type ThemeChoice = Theme | 'system';
const KEY = 'yk.theme';
const kept = localStorage.getItem(KEY);
const dark = matchMedia('(prefers-color-scheme: dark)');
const system = ref<Theme>(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', (e) => (system.value = e.matches ? 'dark' : 'light'));

export const choice = ref<ThemeChoice>(kept === 'light' || kept === 'dark' ? kept : 'system');
export const theme = computed<Theme>(() => (choice.value === 'system' ? system.value : choice.value));
watchEffect(() => (document.documentElement.dataset.theme = theme.value));

export function setTheme(to: ThemeChoice): void {
  choice.value = to;
  if (to === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, to);
}
