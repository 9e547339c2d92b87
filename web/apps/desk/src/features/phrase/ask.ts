/** What of a draft is a question for phrases, and whether a message was made of one. */

/** A question in a draft: `/` and what follows it up to the caret. */
export interface Asking {
  /** Where the sign stands. */
  from: number;
  /** The caret. */
  to: number;
  query: string;
}

/** Characters of a question at most; more is no question any more. */
const LONGEST = 32;

/**
 * The question that the caret stands in: a `/` at a word's start, half or full width. An input method may give the enumeration comma
 * for that key; it counts where it can mean nothing else, at the start of the draft.
 */
export function asking(text: string, caret: number): Asking | null {
  const before = text.slice(0, caret);
  const line = before.lastIndexOf('\n') + 1;
  for (let at = before.length - 1; at >= Math.max(line, before.length - LONGEST - 1); at--) {
    const c = before[at]!;
    const isSign = c === '/' || c === '\uff0f' || (c === '\u3001' && text.slice(0, at).trim() === '');
    if (!isSign) continue;
    const query = before.slice(at + 1);
    if (/^\s/u.test(query)) return null;
    const previous = at > 0 ? before[at - 1]! : '';
    if (previous !== '' && !/[\s\p{P}]/u.test(previous)) return null;
    // An address or a path is no question.
    if (/[/:.\\\uff0f]/u.test(previous)) return null;
    return { from: at, to: caret, query };
  }
  return null;
}

/** A draft that may be the beginning of a phrase: one line of 2 to 16 signs. */
export function guessing(text: string): string | null {
  const words = text.trim();
  const n = [...words].length;
  return n >= 2 && n <= 16 && !/[\n/\uff0f]/u.test(words) ? words : null;
}

/** What an input method shows while it composes, as letters: `fa'huo` and `fa huo` are `fahuo`. */
export function plain(text: string, composed: string): string {
  if (!composed) return text;
  const at = text.lastIndexOf(composed);
  if (at < 0) return text;
  return text.slice(0, at) + composed.replace(/['\u2019\s]/gu, '') + text.slice(at + composed.length);
}

/** Whether a message was made of these words: it holds the longest piece of them that had no variable in it. */
export function madeOf(message: string, words: string, holes: readonly { from: number; to: number }[]): boolean {
  const parts: string[] = [];
  let at = 0;
  for (const hole of holes) {
    parts.push(words.slice(at, hole.from));
    at = hole.to;
  }
  parts.push(words.slice(at));
  const longest = parts.map((p) => p.trim()).reduce((a, b) => (b.length > a.length ? b : a), '');
  return longest.length > 0 && message.includes(longest);
}
