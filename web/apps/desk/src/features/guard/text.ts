/** The guard's words in the language of the page. */
import { computed, type ComputedRef } from 'vue';
import { lang } from '../../text';
import { guardEn } from '../../text/guard.en';
import { guardZh, type GuardText } from '../../text/guard.zh-CN';

export function useGuardText(): ComputedRef<GuardText> {
  return computed(() => (lang.value === 'en' ? guardEn : guardZh));
}
