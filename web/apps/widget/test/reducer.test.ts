import { describe, expect, it } from 'vitest';
import type { Entry, Hello, ServerFrame } from '../src/frames';
import {
  apply,
  begin,
  drop,
  greeted,
  lost,
  older,
  PAGE,
  put,
  sendable,
  unread,
  type Effect,
  type Pending,
  type State,
} from '../src/reducer';

const T = 't1';
const entry = (seq: number, part: Partial<Entry> = {}): Entry => ({
  thread: T,
  seq,
  conversation: 'c',
  at: '2026-03-02T02:00:00Z',
  kind: 'text',
  from: 'agent',
  name: '阿禾',
  text: `m${seq}`,
  ...part,
});
const say = (seq: number, part: Partial<Entry> = {}): ServerFrame => ({ t: 'entry', entry: entry(seq, part) });
const welcome = (thread: string | null = T): ServerFrame => ({
  t: 'welcome',
  now: '',
  connection: 'x',
  thread,
  version: '1',
});
const entries = (from: number, seqs: number[], part: Partial<ServerFrame & { t: 'entries' }> = {}): ServerFrame => ({
  t: 'entries',
  thread: T,
  from,
  entries: seqs.map((n) => entry(n)),
  more: false,
  last_seq: Math.max(from, ...seqs),
  buyer_read: 0,
  shop_read: 0,
  ...part,
});
const item = (id: string, part: Partial<Pending> = {}): Pending => ({
  client_id: id,
  kind: 'text',
  text: id,
  at: 0,
  status: 'ready',
  ...part,
});
const sent = (id: string): Pending => item(id, { status: 'sent' });
const ack = (id: string, seq: number): ServerFrame => ({ t: 'ack', client_id: id, thread: T, seq, at: '' });

/** Frames one after the other; the effects of the last one. */
function run(state: State, ...frames: ServerFrame[]): { s: State; fx: Effect[]; all: Effect[] } {
  let fx: Effect[] = [];
  const all: Effect[] = [];
  for (const f of frames) {
    [state, fx] = apply(state, f, 1000);
    all.push(...fx);
  }
  return { s: state, fx, all };
}
const seqs = (s: State): number[] => s.entries.map((e) => e.seq);
const resumes = (fx: Effect[]): number[] =>
  fx.flatMap((e) => (e.do === 'say' && e.frame.t === 'resume' ? [e.frame.after] : []));

describe('order and loss', () => {
  const table: [string, ServerFrame[], number[], number[]][] = [
    ['begins with the last page', [welcome()], [], [-PAGE]],
    ['takes the first answer from wherever it begins', [welcome(), entries(7, [8, 9])], [8, 9], []],
    ['appends the next', [welcome(), entries(0, [1]), say(2)], [1, 2], []],
    ['drops what it has', [welcome(), entries(0, [1, 2]), say(2), say(1)], [1, 2], []],
    ['asks again on a gap and keeps nothing beyond it', [welcome(), entries(0, [1]), say(3)], [1], [1]],
    ['asks once however wide the gap', [welcome(), entries(0, [1]), say(3), say(4)], [1], []],
    ['fills the gap and goes on', [welcome(), entries(0, [1]), say(3), entries(1, [2, 3]), say(4)], [1, 2, 3, 4], []],
    [
      'drops live entries before the first answer',
      [welcome(), say(5), entries(0, [1, 2, 3, 4, 5])],
      [1, 2, 3, 4, 5],
      [],
    ],
    ['waits for more while more is promised', [welcome(), entries(0, [1], { more: true, last_seq: 2 })], [1], []],
    ['joins parts', [welcome(), entries(0, [1], { more: true, last_seq: 2 }), entries(1, [2])], [1, 2], []],
    ['asks on when the last part is short', [welcome(), entries(0, [1], { last_seq: 3 })], [1], [1]],
    [
      'does not ask for ever when nothing comes',
      [welcome(), entries(0, [1], { last_seq: 3 }), entries(1, [], { last_seq: 3 })],
      [1],
      [],
    ],
    [
      'a ping tells of a lost last entry',
      [welcome(), entries(0, [1]), { t: 'ping', now: '', last: { [T]: 2 } }],
      [1],
      [1],
    ],
    [
      'a ping with nothing new asks nothing',
      [welcome(), entries(0, [1]), { t: 'ping', now: '', last: { [T]: 1 } }],
      [1],
      [],
    ],
    ['after a reconnect it asks for all after what it has', [welcome(), entries(0, [1, 2]), welcome()], [1, 2], [2]],
    [
      'a failed resume may be asked again',
      [
        welcome(),
        entries(0, [1]),
        say(3),
        { t: 'problem', problem: { type: '', code: 'x', status: 500, detail: '' } },
        say(3),
      ],
      [1],
      [1],
    ],
    ['another thread is another conversation', [welcome(), entries(0, [1, 2]), welcome('t2')], [], [-PAGE]],
    ['entries of another thread are not ours', [welcome(), entries(0, [1]), say(2, { thread: 't2' })], [1], []],
    [
      'a server restored from an older state begins anew',
      [welcome(), entries(0, [1, 2, 3]), welcome(), entries(3, [], { last_seq: 1 })],
      [],
      [-PAGE],
    ],
  ];
  it.each(table)('%s', (_, frames, want, asked) => {
    const { s, fx } = run(begin(), ...frames);
    expect(seqs(s)).toEqual(want);
    expect(resumes(fx)).toEqual(asked);
  });

  it('answers a ping', () => {
    expect(run(begin(), welcome(), { t: 'ping', now: '', last: {} }).fx[0]).toEqual({
      do: 'say',
      frame: { t: 'pong' },
    });
  });

  it('a recall takes the words away', () => {
    const { s } = run(begin(), welcome(), entries(0, [1, 2]), say(3, { kind: 'recall', refers: 2, from: 'agent' }));
    expect(s.entries[1]).toMatchObject({ seq: 2, text: '', recalled: true });
  });

  it('leaves frames of a newer server alone', () => {
    const s = run(begin(), welcome(), entries(0, [1])).s;
    expect(apply(s, { t: 'fireworks' } as unknown as ServerFrame, 0)).toEqual([s, []]);
  });
});

describe('outbox', () => {
  const up = (...pending: Pending[]): State => run(begin(pending), welcome(), entries(0, [1])).s;

  it('ack, then entry: stays in sight until the entry is there, leaves the store with the ack', () => {
    const one = run(up(sent('a')), ack('a', 2));
    expect(one.s.pending[0]?.status).toBe('acked');
    expect(one.fx).toEqual([{ do: 'forget', client_id: 'a' }]);
    const two = run(one.s, say(2, { from: 'buyer', client_id: 'a' }));
    expect(two.s.pending).toEqual([]);
    expect(seqs(two.s)).toEqual([1, 2]);
  });

  it('entry, then ack: one message', () => {
    const { s, all } = run(up(sent('a')), say(2, { from: 'buyer', client_id: 'a' }), ack('a', 2));
    expect(s.pending).toEqual([]);
    expect(seqs(s)).toEqual([1, 2]);
    expect(all).toEqual([{ do: 'forget', client_id: 'a' }]);
  });

  it('an ack for an entry that is there already leaves nothing behind', () => {
    const s = { ...up(sent('a')), last: 2 };
    expect(run(s, ack('a', 2)).s.pending).toEqual([]);
  });

  it('a cut line sends again what was on the wire, with the same id', () => {
    const s = lost(up(sent('a'), item('b')));
    expect(sendable(s)).toEqual([]);
    expect(sendable(run(s, welcome()).s).map((p) => p.client_id)).toEqual(['a', 'b']);
  });

  it('stored before the cut: the resume takes it out before anything doubles', () => {
    const s = lost(up(sent('a')));
    const { s: after, all } = run(
      s,
      welcome(),
      entries(1, [2], { entries: [entry(2, { from: 'buyer', client_id: 'a' })] }),
    );
    expect(after.pending).toEqual([]);
    expect(all).toContainEqual({ do: 'forget', client_id: 'a' });
  });

  it('reload with an outbox: sent after the welcome, in the order of writing', () => {
    const { s, fx } = run(begin([item('a'), item('b')]), welcome());
    expect(fx).toContainEqual({ do: 'flush' });
    expect(sendable(s).map((p) => p.client_id)).toEqual(['a', 'b']);
  });

  it('what follows a picture waits for it; what failed holds nothing back', () => {
    expect(
      sendable(up(item('a'), item('p', { kind: 'image', status: 'raw' }), item('b'))).map((p) => p.client_id),
    ).toEqual(['a']);
    expect(sendable(up(item('p', { kind: 'image', status: 'failed' }), item('b'))).map((p) => p.client_id)).toEqual([
      'b',
    ]);
  });

  it('refused: stays, says why, is kept as failed', () => {
    const { s, fx } = run(up(sent('a')), {
      t: 'refused',
      client_id: 'a',
      problem: { type: '', code: 'text_too_long', status: 400, detail: '' },
    });
    expect(s.pending[0]).toMatchObject({ status: 'failed', problem: 'text_too_long' });
    expect(fx).toEqual([{ do: 'keep', item: s.pending[0] }]);
    expect(sendable(s)).toEqual([]);
  });

  it.each([429, 503])('not now (%i): tried again by itself, later', (status) => {
    const { s, fx } = run(up(sent('a')), {
      t: 'refused',
      client_id: 'a',
      problem: { type: '', code: 'x', status, detail: '' },
    });
    expect(s.pending[0]?.status).toBe('ready');
    expect(fx).toEqual([{ do: 'flush', wait: 3000 }]);
  });

  it('refused because another window sent it: the entry wins', () => {
    const refused: ServerFrame = {
      t: 'refused',
      client_id: 'a',
      problem: { type: '', code: 'client_id_reused', status: 409, detail: '' },
    };
    expect(run(up(sent('a')), refused, say(2, { from: 'buyer', client_id: 'a' })).s.pending).toEqual([]);
    expect(run(up(sent('a')), say(2, { from: 'buyer', client_id: 'a' }), refused).s.pending).toEqual([]);
  });

  it('put changes in place, drop gives up', () => {
    const s = put(put(begin(), item('a')), item('b'));
    expect(put(s, item('a', { text: 'new' })).pending.map((p) => p.text)).toEqual(['new', 'b']);
    expect(drop(s, 'a').pending.map((p) => p.client_id)).toEqual(['b']);
  });
});

describe('signs', () => {
  const up = run(begin(), welcome(), entries(0, [1, 2], { buyer_read: 1, shop_read: 0 })).s;

  it('typing begins, ends by word, by time and by the message', () => {
    const on: ServerFrame = { t: 'typing', thread: T, from: 'agent', name: '阿禾', on: true };
    expect(run(up, on).s.typing).toEqual({ name: '阿禾', until: 7000 });
    expect(run(up, on, { ...on, on: false }).s.typing).toBeNull();
    expect(run(up, on, say(3)).s.typing).toBeNull();
    expect(run(up, { ...on, from: 'buyer' }).s.typing).toBeNull();
    expect(lost(run(up, on).s).typing).toBeNull();
  });

  it('read marks only grow', () => {
    const read = (by: string, seq: number): ServerFrame => ({ t: 'read', thread: T, by, seq });
    expect(run(up, read('shop', 2), read('shop', 1)).s.shopRead).toBe(2);
    expect(run(up, read('buyer', 2), read('buyer', 1)).s.buyerRead).toBe(2);
  });

  it('unread counts messages of the shop only', () => {
    expect(unread(up)).toBe(1);
    const { s } = run(
      up,
      say(3, { from: 'buyer' }),
      say(4, { kind: 'assign', from: 'system' }),
      say(5, { from: 'auto' }),
      say(6, { recalled: true }),
    );
    expect(unread(s)).toBe(2);
  });

  it('queue and greeting say where one stands', () => {
    expect(run(up, { t: 'queue', place: 3, agent: null, open: true, wait_secs: 90 }).s).toMatchObject({
      place: 3,
      agent: null,
      open: true,
    });
    const hello: Hello = {
      token: 'x',
      thread: T,
      name: 'n',
      known: false,
      lang: 'en',
      shop: { code: 'main', name: 's' },
      texts: { welcome: '', offline: '', closed: '' },
      theme: { side: 'right', dark: 'auto' },
      hours: { open: false, text: '' },
      questions: [],
      open: false,
      queue: { place: 0, agent: 'A' },
    };
    expect(greeted(begin(), hello)).toMatchObject({ thread: T, open: false, agent: 'A' });
    expect(greeted(up, { ...hello, thread: 'other' }).entries).toEqual([]);
  });
});

describe('looking back', () => {
  const up = run(begin(), welcome(), entries(4, [5, 6])).s;
  it('puts older entries before ours', () => {
    const s = older(up, [entry(3), entry(4)]);
    expect(seqs(s)).toEqual([3, 4, 5, 6]);
    expect(s.base).toBe(2);
    expect(seqs(run(s, say(7)).s)).toEqual([3, 4, 5, 6, 7]);
  });
  it.each([
    ['a hole at the end', [entry(2), entry(3)]],
    ['a hole inside', [entry(2), entry(4)]],
    ['nothing', []],
    ['what we have', [entry(5)]],
  ])('refuses %s', (_, page) => expect(older(up, page)).toBe(up));
});
