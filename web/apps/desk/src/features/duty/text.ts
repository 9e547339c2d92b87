/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { dutyEn } from '../../text/duty.en';
import { dutyZh, type DutyText } from '../../text/duty.zh-CN';

const parts: Record<Lang, DutyText> = { 'zh-CN': dutyZh, en: dutyEn };
const current = computed(() => parts[lang.value]);

/** Words of the lists of the day in the chosen language. */
export function useDutyText(): ComputedRef<DutyText> {
  return current;
}
