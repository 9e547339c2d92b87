/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { phraseEn } from '../../text/phrase.en';
import { phraseZh, type PhraseText } from '../../text/phrase.zh-CN';

const parts: Record<Lang, PhraseText> = { 'zh-CN': phraseZh, en: phraseEn };
const current = computed(() => parts[lang.value]);

/** Words of the phrases in the chosen language. */
export function usePhraseText(): ComputedRef<PhraseText> {
  return current;
}
