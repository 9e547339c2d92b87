/** The words of lines and seats. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { routingEn } from '../../text/routing.en';
import { routingZh, type RoutingText } from '../../text/routing.zh-CN';

const parts: Record<Lang, RoutingText> = { 'zh-CN': routingZh, en: routingEn };
const current = computed(() => parts[lang.value]);

/** Words of lines and seats in the chosen language. */
export function useRoutingText(): ComputedRef<RoutingText> {
  return current;
}
