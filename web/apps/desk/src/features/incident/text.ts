/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { incidentEn } from '../../text/incident.en';
import { incidentZh, type IncidentText } from '../../text/incident.zh-CN';

const parts: Record<Lang, IncidentText> = { 'zh-CN': incidentZh, en: incidentEn };
const current = computed(() => parts[lang.value]);

/** Words of the findings in the chosen language. */
export function useIncidentText(): ComputedRef<IncidentText> {
  return current;
}
