/** What stands in the list, and where. Pure. */
import type { Row } from '@yingke/api';

export type Tab = 'waiting' | 'mine' | 'all' | 'closed';
export type Group = 'left' | 'owed' | 'promised' | 'queue' | 'others' | 'answered';
export type Item = { kind: 'group'; key: string; group: Group; n: number } | { kind: 'row'; key: string; row: Row };

/** What narrows the list: words in name, last words or tags; only what was not read; one shop (its code). */
export interface Narrow {
  words: string;
  unread: boolean;
  shop: string | null;
}

/** Since when a buyer waits: for an answer, or in the queue. Null when nobody is owed anything. */
export function waitsSince(row: Pick<Row, 'live'>): string | null {
  if (row.live.state === 'closed') return null;
  return row.live.owed_since ?? (row.live.state === 'queued' ? (row.live.queued_since ?? null) : null);
}

/** Times of the server have one form, so their order is the order of their signs; a locale's order would cost ten times more. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const longestFirst = (a: Row, b: Row): number =>
  order(waitsSince(a) ?? '', waitsSince(b) ?? '') || order(a.thread, b.thread);
const oldestPromise = (a: Row, b: Row): number =>
  order(promisedSince(a) ?? '', promisedSince(b) ?? '') || order(a.thread, b.thread);
const latestFirst = (a: Row, b: Row): number => order(b.live.last_at, a.live.last_at) || order(a.thread, b.thread);

/** Rows that wait for this person: held and owed, longest first. */
export function owed(rows: Iterable<Row>, me: string): Row[] {
  return [...rows].filter((r) => r.live.holder === me && waitsSince(r) !== null).sort(longestFirst);
}

/** Rows that nobody holds, longest first. */
export function queued(rows: Iterable<Row>): Row[] {
  return [...rows].filter((r) => r.live.state === 'queued' && !r.blocked).sort(longestFirst);
}

/** Rows that wait with somebody else, longest first. */
export function others(rows: Iterable<Row>, me: string): Row[] {
  return [...rows]
    .filter((r) => r.live.state === 'held' && r.live.holder !== me && waitsSince(r) !== null)
    .sort(longestFirst);
}

/** All who wait for this person or for anybody, longest first, those who left word before everybody: the way of F2 (R-DESK-11). */
export function waiting(rows: Iterable<Row>, me: string): Row[] {
  const all = [...rows].filter((r) => waitsSince(r) !== null && (r.live.holder === me || r.live.state === 'queued'));
  return all.sort((a, b) => Number(b.left) - Number(a.left) || longestFirst(a, b));
}

/** Every waiting buyer whom this person sees: their own, the queue, and who overlooks a shop also those of colleagues (R-DESK-04). */
export function inSight(rows: Iterable<Row>, me: string, overlooks: boolean): Row[] {
  return [...rows].filter(
    (r) => waitsSince(r) !== null && (overlooks || r.live.holder === me || r.live.state === 'queued'),
  );
}

/** Since when the buyer was asked for patience and has no answer, while no wait runs (R-DESK-08); null = nothing is put off. */
export function promisedSince(row: Pick<Row, 'live'>): string | null {
  return row.live.state === 'held' && waitsSince(row) === null ? (row.live.promised_since ?? null) : null;
}

/** Whether a row passes the narrowing. Words are looked for without regard to case; several words must all be there. */
export function passes(row: Row, narrow: Narrow): boolean {
  if (narrow.shop !== null && row.shop !== narrow.shop) return false;
  if (narrow.unread && row.unread === 0 && !row.marked_unread && !row.mentioned) return false;
  const words = narrow.words.trim().toLowerCase();
  if (!words) return true;
  const text =
    `${row.buyer_name}\n${row.last_text}\n${row.tags.join('\n')}\n${row.live.holder_name ?? ''}`.toLowerCase();
  return words.split(/\s+/).every((w) => text.includes(w));
}

/**
 * The list of a tab that lives by the socket: whoever left word first, then who waits for me, then who was asked for patience,
 * then the queue, then the answered.
 * `overlooks`: who may take over also sees who waits with a colleague, so that no waiting buyer is out of sight (R-DESK-04).
 */
export function items(rows: Iterable<Row>, me: string, tab: 'waiting' | 'mine', overlooks = false): Item[] {
  const parts: Record<Group, Row[]> = { left: [], owed: [], promised: [], queue: [], others: [], answered: [] };
  for (const row of rows) {
    const mine = row.live.holder === me;
    const waits = waitsSince(row) !== null;
    if (!mine && tab === 'mine') continue;
    if (waits && row.left && (mine || row.live.state === 'queued')) parts.left.push(row);
    else if (mine && waits) parts.owed.push(row);
    else if (mine) parts[promisedSince(row) === null ? 'answered' : 'promised'].push(row);
    // Nobody takes a buyer who is not listened to (R-DESK-12).
    else if (row.live.state === 'queued' && !row.blocked) parts.queue.push(row);
    else if (waits && overlooks) parts.others.push(row);
  }
  const result: Item[] = [];
  for (const [group, list] of Object.entries(parts) as [Group, Row[]][]) {
    if (list.length === 0) continue;
    list.sort(group === 'answered' ? latestFirst : group === 'promised' ? oldestPromise : longestFirst);
    result.push({ kind: 'group', key: `group ${group}`, group, n: list.length });
    for (const row of list) result.push({ kind: 'row', key: row.thread, row });
  }
  return result;
}

/**
 * The wanted list in the order that is on screen: nothing moves under a pointer. What left is taken out, what came stands at the
 * end, and every row shows its newest state.
 */
export function held(shown: readonly string[], wanted: readonly Item[]): Item[] {
  const left = new Map(wanted.map((i) => [i.key, i]));
  const kept: Item[] = [];
  for (const key of shown) {
    const item = left.get(key);
    if (!item) continue;
    left.delete(key);
    kept.push(item);
  }
  return [...kept, ...left.values()];
}

// ── Which of many are drawn ──────────────────────────────────────────────────────────────────────────────────────────

/** Heights of the list, px; `--h-row` and the group's padding say the same. */
export const ROW_PX = 58;
export const GROUP_PX = 30;

/** Where every item begins, px, and the end of the last one as one more figure. */
export function tops(list: readonly Pick<Item, 'kind'>[]): Float64Array {
  const at = new Float64Array(list.length + 1);
  for (const [i, item] of list.entries()) at[i + 1] = at[i]! + (item.kind === 'group' ? GROUP_PX : ROW_PX);
  return at;
}

/** The items, first and one past the last, that touch the pixels from `top` to `bottom`. */
export function visible(at: Float64Array, top: number, bottom: number): [number, number] {
  const n = at.length - 1;
  // The last item that begins at or before a pixel.
  const find = (px: number): number => {
    let low = 0;
    let high = n;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (at[mid]! <= px) low = mid;
      else high = mid - 1;
    }
    return low;
  };
  return [Math.max(0, Math.min(n, find(Math.max(0, top)))), Math.max(0, Math.min(n, find(Math.max(0, bottom)) + 1))];
}
