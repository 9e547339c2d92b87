/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { buyerEn } from '../../text/buyer.en';
import { buyerZh, type BuyerText } from '../../text/buyer.zh-CN';

const parts: Record<Lang, BuyerText> = { 'zh-CN': buyerZh, en: buyerEn };
const current = computed(() => parts[lang.value]);

/** Words about buyers, orders and goods in the chosen language. */
export function useBuyerText(): ComputedRef<BuyerText> {
  return current;
}
