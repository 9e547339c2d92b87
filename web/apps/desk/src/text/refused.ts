/** Why a line of a table was not taken, in the language of the page. */
import { lang } from './index';
import { refusedEn, type Refused } from './refused.en';
import { refusedZh } from './refused.zh-CN';

const known = (Object.keys(refusedEn) as (keyof Refused)[]).map((key) => {
  const [english, chinese] = [refusedEn[key], refusedZh[key]];
  const parts = english.split('{}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { pattern: new RegExp(`^${parts.join('(.+?)')}$`, 'su'), chinese };
});

/** The sentence in Chinese, what the server filled in at its place; as it came when nobody has put it into Chinese. */
export function inChinese(reason: string): string {
  for (const { pattern, chinese } of known) {
    const match = pattern.exec(reason);
    if (match) return chinese.replace(/\{(\d)\}/g, (_, n: string) => match[Number(n) + 1] ?? '');
  }
  return reason;
}

/** The sentence in the language of the page. */
export const refusal = (reason: string): string => (lang.value === 'en' ? reason : inChinese(reason));
