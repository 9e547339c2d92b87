/** The words of the talk; they come with the desk's chunk, not with the start of the page. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { talkEn } from '../../text/talk.en';
import { talkZh, type TalkText } from '../../text/talk.zh-CN';

const parts: Record<Lang, TalkText> = { 'zh-CN': talkZh, en: talkEn };
const current = computed(() => parts[lang.value]);

/** Words of the talk in the chosen language. */
export function useTalk(): ComputedRef<TalkText> {
  return current;
}
