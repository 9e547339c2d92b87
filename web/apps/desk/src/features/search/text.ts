/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { searchEn } from '../../text/search.en';
import { searchZh, type SearchText } from '../../text/search.zh-CN';

const parts: Record<Lang, SearchText> = { 'zh-CN': searchZh, en: searchEn };
const current = computed(() => parts[lang.value]);

/** Words of finding in the chosen language. */
export function useSearchText(): ComputedRef<SearchText> {
  return current;
}
