/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { wallEn } from '../../text/wall.en';
import { wallZh, type WallText } from '../../text/wall.zh-CN';

const parts: Record<Lang, WallText> = { 'zh-CN': wallZh, en: wallEn };
const current = computed(() => parts[lang.value]);

/** Words of the wall in the chosen language. */
export function useWallText(): ComputedRef<WallText> {
  return current;
}
