/** What stands in the list, and where. Pure. */
import type { Row } from '@yingke/api';

export type Tab = 'waiting' | 'mine' | 'all' | 'closed';
export type Group = 'owed' | 'queue' | 'others' | 'answered';
export type Item = { kind: 'group'; key: string; group: Group } | { kind: 'row'; key: string; row: Row };

/** Since when a buyer waits: for an answer, or in the queue. Null when nobody is owed anything. */
export function waitsSince(row: Pick<Row, 'live'>): string | null {
  if (row.live.state === 'closed') return null;
  return row.live.owed_since ?? (row.live.state === 'queued' ? (row.live.queued_since ?? null) : null);
}

const longestFirst = (a: Row, b: Row): number =>
  (waitsSince(a) ?? '').localeCompare(waitsSince(b) ?? '') || a.thread.localeCompare(b.thread);
const latestFirst = (a: Row, b: Row): number =>
  b.live.last_at.localeCompare(a.live.last_at) || a.thread.localeCompare(b.thread);

/** Rows that wait for this person: held and owed, longest first. */
export function owed(rows: Iterable<Row>, me: string): Row[] {
  return [...rows].filter((r) => r.live.holder === me && waitsSince(r) !== null).sort(longestFirst);
}

/** Rows that nobody holds, longest first. */
export function queued(rows: Iterable<Row>): Row[] {
  return [...rows].filter((r) => r.live.state === 'queued').sort(longestFirst);
}

/** Rows that wait with somebody else, longest first. */
export function others(rows: Iterable<Row>, me: string): Row[] {
  return [...rows]
    .filter((r) => r.live.state === 'held' && r.live.holder !== me && waitsSince(r) !== null)
    .sort(longestFirst);
}

/** All who wait for this person or for anybody, longest first: the way of F2. */
export function waiting(rows: Iterable<Row>, me: string): Row[] {
  const all = [...rows];
  return [...owed(all, me), ...queued(all)].sort(longestFirst);
}

/**
 * The list of a tab that lives by the socket.
 * `overlooks`: who may take over also sees who waits with a colleague, so that no waiting buyer is out of sight (R-DESK-04).
 */
export function items(rows: Iterable<Row>, me: string, tab: 'waiting' | 'mine', overlooks = false): Item[] {
  const all = [...rows];
  const answered = all.filter((r) => r.live.holder === me && waitsSince(r) === null).sort(latestFirst);
  const groups: [Group, Row[]][] = [
    ['owed', owed(all, me)],
    ['queue', tab === 'waiting' ? queued(all) : []],
    ['others', tab === 'waiting' && overlooks ? others(all, me) : []],
    ['answered', answered],
  ];
  return groups.flatMap(([group, list]) =>
    list.length === 0
      ? []
      : [
          { kind: 'group' as const, key: `group ${group}`, group },
          ...list.map((row) => ({ kind: 'row' as const, key: row.thread, row })),
        ],
  );
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
