/** Marks and blocks: what is marked, what waits, who sees whom in the list. */
import { describe, expect, it } from 'vitest';
import type { Entry, MarkRow, Row } from '@yingke/api';
import { markable, mineOpen, SORTS, turned, waiting } from '../src/features/abuse/abuse';
import { items, queued } from '../src/features/conversation/order';

const entry = (seq: number, of: Partial<Entry>): Entry =>
  ({
    thread: 't',
    seq,
    conversation: 'c',
    at: '2026-10-03T10:00:00Z',
    kind: 'text',
    from: 'buyer',
    text: '',
    ...of,
  }) as Entry;
const mark = (id: string, of: Partial<MarkRow> = {}): MarkRow =>
  ({
    id,
    shop: 'main',
    thread: 't',
    sort: 'harassing',
    person: 'mei',
    at: `2026-10-03T10:00:0${id}Z`,
    state: 'open',
    ...of,
  }) as MarkRow;

describe('marks (R-DESK-12)', () => {
  it('are about the last words that the buyer was listened to and did not take back', () => {
    const list = [
      entry(1, {}),
      entry(2, { unheard: true }),
      entry(3, { from: 'agent' }),
      entry(4, { kind: 'rating' }),
      entry(5, { recalled: true }),
    ];
    expect(markable(list)?.seq).toBe(1);
    expect(markable([])).toBeNull();
  });
  it('wait oldest first, each once, until they are decided', () => {
    let list = waiting([] as MarkRow[], mark('2'));
    list = waiting(list, mark('1'));
    list = waiting(list, mark('1'));
    expect(list.map((m) => m.id)).toEqual(['1', '2']);
    expect(waiting(list, mark('1', { state: 'confirmed' })).map((m) => m.id)).toEqual(['2']);
  });
  it('are taken back by who proposed them, while nobody has decided', () => {
    const list = [mark('1'), mark('2', { state: 'refused' }), mark('3', { person: 'li' })];
    expect(mineOpen(list, 'mei')?.id).toBe('1');
    expect(mineOpen(list, 'boss')).toBeNull();
  });
  it('are chosen round the ends', () => {
    expect(turned(SORTS, 'malicious', 1)).toBe('harassing');
    expect(turned(SORTS, 'harassing', -1)).toBe('malicious');
  });
});

describe('a blocked buyer (R-DESK-12)', () => {
  const row = (thread: string, blocked: boolean): Row =>
    ({
      thread,
      shop: 'main',
      buyer_name: thread,
      last_text: '',
      tags: [],
      unread: 0,
      left: false,
      blocked,
      live: { state: 'queued', holder: null, owed_since: null, queued_since: null, last_at: '2026-10-03T10:00:00Z' },
    }) as unknown as Row;
  it('stands in no queue', () => {
    const rows = [row('a', true), row('b', false)];
    expect(queued(rows).map((r) => r.thread)).toEqual(['b']);
    const shown = items(rows, 'mei', 'waiting').flatMap((i) => (i.kind === 'row' ? [i.row.thread] : []));
    expect(shown).toEqual(['b']);
  });
});
