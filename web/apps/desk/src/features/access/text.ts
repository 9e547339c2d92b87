/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { accessEn } from '../../text/access.en';
import { accessZh, type AccessText } from '../../text/access.zh-CN';

const parts: Record<Lang, AccessText> = { 'zh-CN': accessZh, en: accessEn };
const current = computed(() => parts[lang.value]);

/** Words of signing in, people and the audit trail in the chosen language. */
export function useAccessText(): ComputedRef<AccessText> {
  return current;
}
