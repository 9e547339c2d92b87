/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { worklogEn } from '../../text/worklog.en';
import { worklogZh, type WorklogText } from '../../text/worklog.zh-CN';

const parts: Record<Lang, WorklogText> = { 'zh-CN': worklogZh, en: worklogEn };
const current = computed(() => parts[lang.value]);

/** Words of the work log in the chosen language. */
export function useWorklogText(): ComputedRef<WorklogText> {
  return current;
}
