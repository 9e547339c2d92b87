import { describe, expect, it } from 'vitest';
import type { Entry } from '../src/frames';
import { begin, type Pending, type State } from '../src/reducer';
import { rows, type Row } from '../src/view/rows';

const at = (minute: number, day = 2): string => new Date(2026, 2, day, 10, minute).toISOString();
const e = (seq: number, from: string, minute: number, part: Partial<Entry> = {}): Entry => ({
  thread: 't',
  seq,
  conversation: 'c',
  at: at(minute),
  kind: 'text',
  from,
  name: from === 'agent' ? '阿禾' : null,
  text: `m${seq}`,
  ...part,
});
const state = (entries: Entry[], part: Partial<State> = {}): State => ({
  ...begin(),
  base: 0,
  live: true,
  last: entries.length,
  entries,
  ...part,
});
const short = (list: Row[]): string[] =>
  list.map((r) =>
    r.is === 'bubble'
      ? `${r.me ? '>' : '<'}${r.text}${r.state === 'stored' ? '' : `!${r.state}`}`
      : r.is === 'meta'
        ? `meta:${r.mark ?? ''}`
        : r.is === 'note'
          ? r.note
          : r.is,
  );
const p = (id: string, part: Partial<Pending> = {}): Pending => ({
  client_id: id,
  kind: 'text',
  text: id,
  at: Date.parse(at(9)),
  status: 'ready',
  ...part,
});

describe('rows', () => {
  it('the welcome stands once, though the house says it as an entry, too', () => {
    const hello = e(3, 'auto', 0, { text: '欢迎光临' });
    const first = [e(1, 'system', 0, { kind: 'open' }), e(2, 'buyer', 0), hello];
    expect(short(rows(state(first), '欢迎光临')).filter((r) => r === '<欢迎光临')).toHaveLength(1);
    // In a later conversation it is said in its place.
    const later = [...first, e(4, 'system', 1, { kind: 'close' }), e(5, 'system', 2, { kind: 'open' })];
    const again = [...later, e(6, 'buyer', 2), e(7, 'auto', 2, { text: '欢迎光临' })];
    expect(short(rows(state(again), '欢迎光临')).filter((r) => r === '<欢迎光临')).toHaveLength(2);
  });

  it('a close that was undone at once leaves no line', () => {
    const list = [e(1, 'buyer', 0), e(2, 'agent', 1), e(3, 'agent', 2, { kind: 'close', text: '' })];
    expect(short(rows(state(list), null))).toContain('closed');
    const back = [...list, e(4, 'system', 2, { kind: 'reopen', text: '' })];
    expect(short(rows(state(back), null))).not.toContain('closed');
  });

  it('one meta line under each run, a line for each day', () => {
    const list = rows(
      state([e(1, 'buyer', 0), e(2, 'buyer', 1), e(3, 'agent', 2), e(4, 'buyer', 3, { at: at(3, 3) })]),
      null,
    );
    expect(short(list)).toEqual([
      'day',
      '>m1',
      '>m2',
      'meta:delivered',
      '<m3',
      'meta:',
      'day',
      '>m4',
      'meta:delivered',
    ]);
  });
  it('a long pause or another agent ends a run', () => {
    expect(
      short(rows(state([e(1, 'agent', 0), e(2, 'agent', 20), e(3, 'agent', 21, { name: '小棠' })]), null)),
    ).toEqual(['day', '<m1', 'meta:', '<m2', 'meta:', '<m3', 'meta:']);
  });
  it('only the newest run that was read says so', () => {
    const list = rows(
      state([e(1, 'buyer', 0), e(2, 'agent', 1), e(3, 'buyer', 2), e(4, 'agent', 3), e(5, 'buyer', 4)], {
        shopRead: 4,
      }),
      null,
    );
    expect(short(list).filter((r) => r.startsWith('meta:'))).toEqual([
      'meta:',
      'meta:',
      'meta:read',
      'meta:',
      'meta:delivered',
    ]);
  });
  it('unsent words stand last, with a reason and a way out when they failed', () => {
    const list = rows(
      state([e(1, 'agent', 0)], {
        pending: [p('a', { status: 'failed', problem: 'text_too_long' }), p('b')],
        live: false,
      }),
      null,
    );
    expect(short(list)).toEqual(['day', '<m1', 'meta:', '>a!failed', 'failed', '>b!sending', 'meta:waiting']);
  });
  it('keeps its key from unsent to stored, so that the bubble is not drawn twice', () => {
    const before = rows(state([], { pending: [p('id-1', { status: 'acked' })] }), null);
    const after = rows(state([e(1, 'buyer', 9, { client_id: 'id-1' })]), null);
    const key = (list: Row[]): string[] => list.map((r) => r.key);
    expect(key(before)).toEqual(key(after));
    expect(short(before)).toEqual(['day', '>id-1', 'meta:delivered']);
  });
  it('says who comes and that it ended, and nothing of what is inside the shop', () => {
    const list = rows(
      state([
        e(1, 'system', 0, { kind: 'open' }),
        e(2, 'system', 0, { kind: 'assign', to: 'A' }),
        e(3, 'agent', 1, { kind: 'transfer', to: 'B' }),
        e(4, 'system', 1, { kind: 'requeue' }),
        e(5, 'agent', 2, { kind: 'waive' }),
        e(6, 'system', 3, { kind: 'close' }),
      ]),
      null,
    );
    expect(short(list)).toEqual(['assigned', 'transferred', 'closed']);
  });
  it('welcomes above the first message only, and not twice', () => {
    expect(short(rows(state([]), 'hi'))).toEqual(['<hi']);
    expect(short(rows(state([e(1, 'auto', 0, { text: 'hi' })]), 'hi'))).toEqual(['day', '<hi', 'meta:']);
    expect(short(rows(state([e(9, 'agent', 0)], { base: 8 }), 'hi'))).toEqual(['day', '<m9', 'meta:']);
  });
  it('a picture on its way shows how far it is', () => {
    const local = { url: 'blob:x', width: 10, height: 10 };
    const image = (part: Partial<Pending>): unknown =>
      rows(state([], { pending: [p('a', { kind: 'image', text: '', local, ...part })] }), null).find(
        (r) => r.is === 'bubble',
      );
    expect(image({ status: 'raw', progress: 0.5 })).toMatchObject({
      image: { url: 'blob:x' },
      progress: 0.5,
      state: 'sending',
    });
    expect(image({ status: 'ready', file: 'f' })).toMatchObject({ image: { file: 'f' }, progress: null });
  });
});
