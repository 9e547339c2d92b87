import { en } from './en';
import { zhCN } from './zh-CN';

/** Words of the chat in one language. */
export type Text = typeof zhCN;

/** Words for a language tag; Chinese unless another language is asked for. */
export function textFor(lang: string | null | undefined): Text {
  return !lang || /^zh\b/i.test(lang) ? zhCN : en;
}

/** The sentence for a problem's code. */
export function problemText(text: Text, code: string | undefined): string {
  const all: Record<string, string> = text.problems;
  return all[code ?? ''] ?? text.problems.other;
}
