/** The words of bargaining; they come with the desk's chunk. */
import { computed, type ComputedRef } from 'vue';
import { lang } from '../../text';
import { bargainEn } from '../../text/bargain.en';
import { bargainZh, type BargainText } from '../../text/bargain.zh-CN';

const words = computed(() => (lang.value === 'en' ? bargainEn : bargainZh));

export function useBargain(): ComputedRef<BargainText> {
  return words;
}
