/** From an answer of the house to the lines of the palette. Pure: what a line does when it is chosen is the palette's. */
import type { components } from '@yingke/api';
import { byInitials } from './pinyin';

export type SearchPage = components['schemas']['SearchPage'];
export type MessageHit = components['schemas']['MessageHit'];
export type BuyerHit = components['schemas']['BuyerHit'];
export type OrderHit = components['schemas']['OrderHit'];
export type ProductHit = components['schemas']['ProductHit'];

export type Kind = 'message' | 'buyer' | 'order' | 'product';
export type Mark = readonly [number, number];

/** Something that can be done or gone to, with its name. */
export interface Doing {
  id: string;
  name: string;
  keys: readonly string[];
}

export type Item =
  | { kind: 'recent'; key: string; text: string }
  | { kind: 'doing'; key: string; doing: Doing; marks: Mark[] }
  | { kind: 'message'; key: string; hit: MessageHit }
  | { kind: 'buyer'; key: string; hit: BuyerHit }
  | { kind: 'order'; key: string; hit: OrderHit }
  | { kind: 'product'; key: string; hit: ProductHit }
  | { kind: 'more'; key: string; of: Kind };

export interface Group {
  id: Kind | 'recent' | 'doing';
  items: Item[];
}

/** Hits of a kind before "more". */
export const SHORT = 5;
/** Commands that an empty box offers. */
const OFFERED = 8;

/** Commands and pages whose name has the words, or whose initials are the letters. */
export function doings(all: readonly Doing[], text: string): Item[] {
  const q = text.trim().toLowerCase();
  const found: { at: number; item: Item }[] = [];
  for (const doing of all) {
    if (!q) {
      found.push({ at: 0, item: { kind: 'doing', key: doing.id, doing, marks: [] } });
      continue;
    }
    const at = doing.name.toLowerCase().indexOf(q);
    const mark: Mark | null = at >= 0 ? [at, at + q.length] : byInitials(doing.name, q);
    if (mark) found.push({ at: mark[0], item: { kind: 'doing', key: doing.id, doing, marks: [mark] } });
  }
  // What begins with it first; else the order of the table.
  found.sort((a, b) => Number(a.at > 0) - Number(b.at > 0));
  return found.map((f) => f.item).slice(0, q ? undefined : OFFERED);
}

/** The groups of the palette, empty ones left out. `only`: one kind, as many as came. */
export function groups(
  page: SearchPage | null,
  text: string,
  all: readonly Doing[],
  last: readonly string[],
  only: Kind | null,
): Group[] {
  const q = text.trim();
  const cut = <T>(of: Kind, hits: readonly T[], item: (hit: T) => Item): Group => {
    const items = (only === of ? hits : hits.slice(0, SHORT)).map(item);
    if (only !== of && hits.length > SHORT) items.push({ kind: 'more', key: `more ${of}`, of });
    return { id: of, items };
  };
  const kinds: Group[] = [];
  if (page && q) {
    const orders = cut('order', page.orders, (hit) => ({ kind: 'order', key: hit.order, hit }));
    const buyers = cut('buyer', page.buyers, (hit) => ({ kind: 'buyer', key: hit.buyer, hit }));
    const messages = cut('message', page.messages, (hit) => ({
      kind: 'message',
      key: `${hit.thread} ${hit.seq}`,
      hit,
    }));
    const products = cut('product', page.products, (hit) => ({ kind: 'product', key: hit.product, hit }));
    kinds.push(buyers, orders, messages, products);
  }
  const shown = only ? kinds.filter((g) => g.id === only) : kinds;
  const doing: Group = { id: 'doing', items: only ? [] : doings(all, q) };
  const before: Group = {
    id: 'recent',
    items: q || only ? [] : last.map((old) => ({ kind: 'recent', key: `recent ${old}`, text: old })),
  };
  // Letters are mostly initials of a command; Chinese and numbers are mostly somebody or something.
  const all4 = /^[a-z]*$/i.test(q) ? [before, doing, ...shown] : [before, ...shown, doing];
  return all4.filter((g) => g.items.length > 0);
}

/** The text in pieces, marked or not. Marks count characters, not UTF-16 units. */
export function pieces(text: string, marks: readonly (readonly number[])[]): { text: string; on: boolean }[] {
  const chars = [...text];
  const out: { text: string; on: boolean }[] = [];
  let at = 0;
  for (const [from = 0, to = 0] of marks) {
    if (from > at) out.push({ text: chars.slice(at, from).join(''), on: false });
    if (to > Math.max(at, from)) out.push({ text: chars.slice(Math.max(at, from), to).join(''), on: true });
    at = Math.max(at, to);
  }
  if (at < chars.length) out.push({ text: chars.slice(at).join(''), on: false });
  return out;
}

/** The line `step` lines further, round the ends. */
export function stepped(count: number, at: number, step: number): number {
  return count === 0 ? 0 : (((at + step) % count) + count) % count;
}

/** The first line of the next (or previous) group. */
export function groupStepped(all: readonly Group[], at: number, step: 1 | -1): number {
  const starts: number[] = [];
  let n = 0;
  for (const group of all) {
    starts.push(n);
    n += group.items.length;
  }
  const mine = starts.findLastIndex((start) => start <= at);
  return starts[stepped(starts.length, mine, step)] ?? 0;
}
