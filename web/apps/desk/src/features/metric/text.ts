/** The words of this feature; they come with its chunk, not with the start of the page. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { metricEn } from '../../text/metric.en';
import { metricZh, type MetricText } from '../../text/metric.zh-CN';

const parts: Record<Lang, MetricText> = { 'zh-CN': metricZh, en: metricEn };
const current = computed(() => parts[lang.value]);

/** Words of the figures in the chosen language. */
export function useMetricText(): ComputedRef<MetricText> {
  return current;
}
