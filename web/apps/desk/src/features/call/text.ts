/** The words of telephone calls. */
import { computed, type ComputedRef } from 'vue';
import { lang } from '../../text';
import { callEn } from '../../text/call.en';
import { callZh, type CallText } from '../../text/call.zh-CN';

const words = computed(() => (lang.value === 'en' ? callEn : callZh));

export function useCallText(): ComputedRef<CallText> {
  return words;
}
