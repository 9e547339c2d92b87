/**
 * Finding a phrase by any part of its words, its code, pinyin in full or initials (R-PHRASE-07): by the rules of the house, without
 * asking it. Every word of a query must match: as the beginning of the code, or anywhere in the title or the text, spelled
 * character by character. The readings of the characters come with the phrases. `phrase_cases.json` is what both must answer.
 */

/** Characters and words of a query that count. */
const QUERY_MAX = 64;
const WORDS_MAX = 6;

/** What of a phrase is looked at. */
export interface Entry {
  /** Decides between equals; ids of the house are sortable. */
  phrase: string;
  code: string;
  title: string;
  text: string;
  level: number;
  stage?: string | null;
  used: number;
  last_used?: string | null;
  place: number;
}

/** Places in UTF-16 units, from and to. */
export type Marks = [number, number][];

export interface Hit<T> {
  phrase: T;
  /** 0 its code is what was typed, 1 its code begins so, 2 its title or text begins so, 3 anything else. */
  class: number;
  code: Marks;
  title: Marks;
  text: Marks;
}

interface Letter {
  c: string;
  /** Bit n: the letter `a` + n can stand here for the character, or for the beginning of its reading. */
  heads: number;
  readings: readonly string[];
}

/** One character as the search sees it: half width, small. */
export function fold(c: string): string {
  const point = c.codePointAt(0) ?? 0;
  if (point < 0x80) return point >= 0x41 && point <= 0x5a ? c.toLowerCase() : c;
  if (point >= 0xff01 && point <= 0xff5e) return String.fromCharCode(point - 0xfee0).toLowerCase();
  if (point === 0x3000) return ' ';
  const lower = c.toLowerCase();
  // A character that becomes two would move all places behind it.
  return [...lower].length === 1 ? lower : c;
}

const bitOf = (c: string): number => {
  const n = c.length === 1 ? c.charCodeAt(0) - 97 : -1;
  return n >= 0 && n < 26 ? 1 << n : 0;
};

/** The words of what somebody typed, each as its characters. An empty query finds everything. */
export function wordsOf(text: string): string[][] {
  const folded = [...text].slice(0, QUERY_MAX).map(fold).join('');
  return folded
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX)
    .map((word) => [...word]);
}

const NONE = -1;

/** Phrases of one set, made for being searched: two bytes a character, the readings of each character once. */
export class Index<T extends Entry> {
  readonly #letters: Letter[] = [];
  /** `heads` of each letter, for the first look. */
  readonly #heads: Int32Array;
  readonly #known = new Map<string, number>();
  /** Where the word ended that {@link Index.#first} found last. */
  #end = NONE;
  readonly #cells: Uint16Array;
  /** Four numbers a phrase: where its code, title and text begin, and where it ends. */
  readonly #spans: Uint32Array;
  readonly #all: readonly T[];
  /** Where a phrase stands among others when what was typed is left out: by level, use, place. */
  readonly #order: Uint32Array;

  /** @param letters readings of the characters that occur, several joined by blanks, as the house gives them */
  constructor(phrases: readonly T[], letters: Readonly<Record<string, string>>) {
    this.#all = phrases;
    const known = this.#known;
    let size = 0;
    for (const p of phrases) size += p.code.length + p.title.length + p.text.length;
    const cells = new Uint16Array(size);
    let at = 0;
    const put = (text: string): number => {
      const start = at;
      for (const raw of text) {
        const c = fold(raw);
        let cell = known.get(c);
        if (cell === undefined) {
          const next = this.#letters.length;
          // Characters beyond the table's end share its last place; no shop has so many.
          cell = Math.min(next, 0xfffe);
          if (next < 0xffff) {
            const readings = c.length === 1 && c.charCodeAt(0) < 0x80 ? [] : (letters[c]?.split(' ') ?? []);
            this.#letters.push({ c, readings, heads: readings.reduce((m, r) => m | bitOf(r[0] ?? ''), bitOf(c)) });
          }
          known.set(c, cell);
        }
        cells[at++] = cell;
      }
      return start;
    };
    this.#spans = new Uint32Array(phrases.length * 4);
    phrases.forEach((p, i) => {
      this.#spans[i * 4] = put(p.code);
      this.#spans[i * 4 + 1] = put(p.title);
      this.#spans[i * 4 + 2] = put(p.text);
      this.#spans[i * 4 + 3] = at;
    });
    this.#cells = cells;
    this.#heads = Int32Array.from(this.#letters, (letter) => letter.heads);
    const later = (a?: string | null, b?: string | null): number => {
      if (!a || !b) return a ? -1 : b ? 1 : 0;
      return Date.parse(b) - Date.parse(a);
    };
    const sorted = phrases
      .map((_, i) => i)
      .sort((i, j) => {
        const a = phrases[i]!;
        const b = phrases[j]!;
        return (
          b.level - a.level ||
          b.used - a.used ||
          later(a.last_used, b.last_used) ||
          a.place - b.place ||
          (a.phrase < b.phrase ? -1 : a.phrase > b.phrase ? 1 : 0)
        );
      });
    this.#order = new Uint32Array(phrases.length);
    sorted.forEach((i, n) => (this.#order[i] = n));
  }

  get size(): number {
    return this.#all.length;
  }

  /** The best `limit` phrases for a query; those for `stage` come before others of their class. */
  find(query: string, stage: string | null = null, limit = 50): Hit<T>[] {
    return this.search(query, stage, limit).hits;
  }

  /** The same, and how many there are. `first`: the phrase that stands before all others if the query finds it. */
  search(
    query: string,
    stage: string | null = null,
    limit = 50,
    first: string | null = null,
  ): { hits: Hit<T>[]; total: number } {
    const words = wordsOf(query);
    const found: { key: number; at: number; class: number }[] = [];
    const count = this.#all.length;
    for (let i = 0; i < count; i++) {
      const is = this.#class(i, words);
      if (is === NONE) continue;
      if (first !== null && this.#all[i]!.phrase === first) {
        found.push({ key: -1, at: i, class: is });
        continue;
      }
      const other = stage !== null && stage !== '' && (this.#all[i]!.stage ?? null) !== stage ? 1 : 0;
      found.push({ key: (is * 2 + other) * count + this.#order[i]!, at: i, class: is });
    }
    found.sort((a, b) => a.key - b.key);
    return { hits: found.slice(0, limit).map((f) => this.#hit(f.at, f.class, words)), total: found.length };
  }

  /** How many phrases a query finds. */
  count(query: string): number {
    const words = wordsOf(query);
    let n = 0;
    for (let i = 0; i < this.#all.length; i++) if (this.#class(i, words) !== NONE) n += 1;
    return n;
  }

  #class(i: number, words: readonly string[][]): number {
    let best = words.length === 0 ? 2 : 3;
    const [code, title, text, end] = this.#span(i);
    for (const word of words) {
      let is: number;
      if (this.#begins(code, title, word)) {
        is = words.length === 1 && title - code === word.length ? 0 : 1;
      } else {
        const inTitle = this.#first(title, text, word);
        if (inTitle === title && inTitle !== NONE) is = 2;
        else {
          const inText = this.#first(text, end, word);
          if (inText === text && inText !== NONE) is = 2;
          else if (inText !== NONE || inTitle !== NONE) is = 3;
          else return NONE;
        }
      }
      best = Math.min(best, is);
    }
    return best;
  }

  #span(i: number): [number, number, number, number] {
    const s = this.#spans;
    return [s[i * 4]!, s[i * 4 + 1]!, s[i * 4 + 2]!, s[i * 4 + 3]!];
  }

  #hit(i: number, is: number, words: readonly string[][]): Hit<T> {
    const [code, title, text, end] = this.#span(i);
    const hit: Hit<T> = { phrase: this.#all[i]!, class: is, code: [], title: [], text: [] };
    for (const word of words) {
      if (this.#begins(code, title, word)) hit.code.push(this.#places(code, code, code + word.length));
      for (const [from, to, marks] of [
        [title, text, hit.title],
        [text, end, hit.text],
      ] as const) {
        const at = this.#first(from, to, word);
        if (at !== NONE) marks.push(this.#places(from, at, this.#end));
      }
    }
    hit.code = joined(hit.code);
    hit.title = joined(hit.title);
    hit.text = joined(hit.text);
    return hit;
  }

  #begins(from: number, to: number, word: readonly string[]): boolean {
    if (to - from < word.length) return false;
    for (let n = 0; n < word.length; n++) if (this.#letters[this.#cells[from + n]!]!.c !== word[n]) return false;
    return true;
  }

  /** The first place from which a word can be spelled; -1 if there is none. Where it ends is then in `#end`. */
  #first(from: number, to: number, word: readonly string[]): number {
    const head = word[0]!;
    const bit = bitOf(head);
    const own = bit ? NONE : (this.#known.get(head) ?? NONE);
    if (!bit && own === NONE) return NONE;
    const cells = this.#cells;
    const heads = this.#heads;
    for (let at = from; at < to; at++) {
      const cell = cells[at]!;
      if (bit ? (heads[cell]! & bit) === 0 : cell !== own) continue;
      const end = word.length === 1 && !bit ? at + 1 : this.#spelled(at, to, word, 0);
      if (end === NONE) continue;
      this.#end = end;
      return at;
    }
    return NONE;
  }

  #spelled(at: number, end: number, word: readonly string[], n: number): number {
    if (n === word.length) return at;
    if (at === end) return NONE;
    const letter = this.#letters[this.#cells[at]!]!;
    if (letter.c === word[n]) {
      const to = this.#spelled(at + 1, end, word, n + 1);
      if (to !== NONE) return to;
    }
    const left = word.length - n;
    for (const reading of letter.readings) {
      let same = 0;
      while (same < reading.length && same < left && reading[same] === word[n + same]) same += 1;
      // The whole reading, the end of the word, the initial of two letters, the first letter.
      const two = reading[1] === 'h' ? 2 : 0;
      let tried = 0;
      for (const length of [reading.length, left, two, 1]) {
        if (length === 0 || length > same || length === tried) continue;
        tried = length;
        const to = this.#spelled(at + 1, end, word, n + length);
        if (to !== NONE) return to;
      }
    }
    return NONE;
  }

  #places(start: number, from: number, to: number): [number, number] {
    let first = 0;
    let length = 0;
    for (let at = start; at < to; at++) {
      const units = this.#letters[this.#cells[at]!]!.c.length;
      if (at < from) first += units;
      else length += units;
    }
    return [first, first + length];
  }
}

/** Marks in order, those that touch made one. */
function joined(marks: Marks): Marks {
  const out: Marks = [];
  for (const [from, to] of marks.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** A text cut at its marks. */
export function pieces(text: string, marks: Marks): { text: string; on: boolean }[] {
  const out: { text: string; on: boolean }[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    if (from > at) out.push({ text: text.slice(at, from), on: false });
    out.push({ text: text.slice(from, to), on: true });
    at = to;
  }
  if (at < text.length) out.push({ text: text.slice(at), on: false });
  return out;
}
