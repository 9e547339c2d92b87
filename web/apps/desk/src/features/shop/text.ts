/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { shopEn } from '../../text/shop.en';
import { shopZh, type ShopText } from '../../text/shop.zh-CN';

const parts: Record<Lang, ShopText> = { 'zh-CN': shopZh, en: shopEn };
const current = computed(() => parts[lang.value]);

/** Words of shops, hours and texts in the chosen language. */
export function useShopText(): ComputedRef<ShopText> {
  return current;
}
