/** The words of the frame. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { settingsEn } from '../../text/settings.en';
import { settingsZh, type SettingsText } from '../../text/settings.zh-CN';

const parts: Record<Lang, SettingsText> = { 'zh-CN': settingsZh, en: settingsEn };
const current = computed(() => parts[lang.value]);

/** Words of the frame of settings in the chosen language. */
export function useSettingsText(): ComputedRef<SettingsText> {
  return current;
}
