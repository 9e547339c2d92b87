/** A message as another one quotes it. */
import type { Entry, Quote } from '@yingke/api';

/** Longest beginning of the quoted words, characters; the server keeps as much. */
const MOST = 80;

export function quoteOf(e: Entry): Quote {
  const text = e.kind === 'file' ? (e.file?.name ?? '') : e.text;
  return {
    seq: e.seq,
    from: e.from,
    name: e.name ?? null,
    kind: e.kind,
    text: Array.from(text).slice(0, MOST).join(''),
  };
}
