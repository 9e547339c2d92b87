/** The language of the page: a choice that stays, Chinese first. */
import { computed, ref, watchEffect, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import type { Refused } from '@yingke/api';
import { en } from './en';
import { zhCN, type Catalogue } from './zh-CN';

export type { Catalogue } from './zh-CN';

const KEY = 'yk.lang';
const catalogues: Record<Lang, Catalogue> = { 'zh-CN': zhCN, en };

export const LANGS: readonly { lang: Lang; name: string }[] = [
  { lang: 'zh-CN', name: zhCN.langName },
  { lang: 'en', name: en.langName },
];

function begin(): Lang {
  const kept = localStorage.getItem(KEY);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') || !navigator.language ? 'zh-CN' : 'en';
}

export const lang = ref<Lang>(begin());
watchEffect(() => (document.documentElement.lang = lang.value));

export function setLang(to: Lang): void {
  lang.value = to;
  localStorage.setItem(KEY, to);
}

const current = computed(() => catalogues[lang.value]);

/** The words in the chosen language; changes with it. */
export function useText(): ComputedRef<Catalogue> {
  return current;
}

/** The sentence for a refusal: ours for its code, else what the server said. */
export function sentence(problem: Pick<Refused, 'code' | 'detail'> & { status?: number }): string {
  const t = current.value.problem;
  const own = t.of[problem.code];
  if (problem.code === 'offline') return t.offline;
  if (own) return own;
  return problem.detail ? t.withDetail(problem.detail) : t.unknown(problem.status ?? 0);
}
