/** The words of abuse; they come with whoever shows them. */
import { computed, type ComputedRef } from 'vue';
import { lang } from '../../text';
import { abuseEn } from '../../text/abuse.en';
import { abuseZh, type AbuseText } from '../../text/abuse.zh-CN';

const words = computed(() => (lang.value === 'en' ? abuseEn : abuseZh));

export function useAbuse(): ComputedRef<AbuseText> {
  return words;
}
