import { describe, expect, it } from 'vitest';
import type { ClientFrame, Entry, LiveState, Row, ServerFrame } from '@yingke/api';
import { act, apply, isPassing, type LocalEvent } from '../src/realtime/reducer';
import { emptyState, type DeskState, type Outgoing } from '../src/realtime/state';

const NOW = '2026-10-21T02:00:00Z';
const AT = Date.parse(NOW);

function entry(seq: number, more: Partial<Entry> = {}): Entry {
  return { thread: 't', seq, conversation: 'c', at: NOW, kind: 'text', from: 'buyer', text: `m${seq}`, ...more };
}
function live(rev: number, more: Partial<LiveState> = {}): LiveState {
  return { rev, state: 'held', holder: 'me', last_seq: 1, last_at: NOW, ...more };
}
function row(thread: string, rev: number, more: Partial<Row> = {}): Row {
  return {
    thread,
    shop: 'main',
    channel: 'web',
    buyer: 'b',
    buyer_name: 'Buyer',
    returning: false,
    last_text: `rev ${rev}`,
    last_kind: 'text',
    last_from: 'buyer',
    stage: 'welcome',
    tags: [],
    left: false,
    marked_unread: false,
    mentioned: false,
    priority: null,
    unread: 0,
    live: live(rev),
    ...more,
  };
}
function out(id: string, more: Partial<Outgoing> = {}): Outgoing {
  return {
    client_id: id,
    thread: 't',
    kind: 'text',
    text: id,
    file: null,
    about: null,
    quote: null,
    card: null,
    at: AT,
    state: 'waiting',
    seq: null,
    problem: null,
    ...more,
  };
}
const welcome: ServerFrame = { t: 'welcome', now: NOW, connection: 'x', version: '0.1.0' };
function answer(from: number, seqs: number[], more: Partial<Extract<ServerFrame, { t: 'entries' }>> = {}): ServerFrame {
  return {
    t: 'entries',
    thread: 't',
    from,
    entries: seqs.map((s) => entry(s)),
    more: false,
    last_seq: seqs.at(-1) ?? from,
    buyer_read: 0,
    shop_read: 0,
    ...more,
  };
}
const one = (seq: number, more: Partial<Entry> = {}): ServerFrame => ({ t: 'entry', entry: entry(seq, more) });

type Happening = ServerFrame | { local: LocalEvent };

/** Runs happenings and gives the last state and everything that was sent. */
function run(
  happenings: Happening[],
  from: DeskState = emptyState(),
  at = AT,
): { state: DeskState; sent: ClientFrame[] } {
  let state = from;
  const sent: ClientFrame[] = [];
  for (const h of happenings) {
    const step = 'local' in h ? act(state, h.local, at) : apply(state, h, at);
    state = step.state;
    sent.push(...step.send);
  }
  return { state, sent };
}
const watch: Happening = { local: { t: 'watch', thread: 't', tail: 60 } };
const compose = (message: Outgoing): Happening => ({ local: { t: 'compose', message } });
const seqs = (state: DeskState): number[] => state.logs.get('t')!.entries.map((e) => e.seq);

describe('entries of a watched thread', () => {
  it.each<[string, Happening[], number[], ClientFrame[]]>([
    ['in order', [answer(0, [1, 2]), one(3), one(4)], [1, 2, 3, 4], []],
    ['twice', [answer(0, [1, 2]), one(2), one(3), one(3)], [1, 2, 3], []],
    [
      'with a hole: asks once, takes nothing behind it',
      [answer(0, [1]), one(3), one(4)],
      [1],
      [{ t: 'resume', thread: 't', after: 1 }],
    ],
    [
      'with a hole, then the answer',
      [answer(0, [1]), one(3), answer(1, [2, 3])],
      [1, 2, 3],
      [{ t: 'resume', thread: 't', after: 1 }],
    ],
    ['live before the answer to the first resume', [one(7), answer(5, [6, 7]), one(8)], [6, 7, 8], []],
    ['an answer that overlaps what is there', [answer(0, [1, 2, 3]), answer(1, [2, 3, 4])], [1, 2, 3, 4], []],
    [
      'an answer that begins behind a hole',
      [answer(0, [1]), answer(3, [4])],
      [1],
      [{ t: 'resume', thread: 't', after: 1 }],
    ],
    ['in two frames', [answer(0, [1, 2], { more: true, last_seq: 4 }), answer(2, [3, 4])], [1, 2, 3, 4], []],
    ['none', [answer(0, [])], [], []],
    ['none, then the first', [answer(0, []), one(1)], [1], []],
  ])('%s', (_name, happenings, expected, asked) => {
    const { state, sent } = run([welcome, watch, ...happenings]);
    expect(seqs(state)).toEqual(expected);
    expect(sent.slice(1)).toEqual(asked);
    expect(sent[0]).toEqual({ t: 'resume', thread: 't', after: -60 });
  });

  it('a ping shows that the last entry was lost', () => {
    const ping: ServerFrame = { t: 'ping', now: NOW, last: { t: 3, other: 9 } };
    const { sent } = run([welcome, watch, answer(0, [1, 2]), ping, ping]);
    const asked = { t: 'resume', thread: 't', after: 2 };
    expect(sent.slice(1)).toEqual([{ t: 'pong' }, asked, { t: 'pong' }, asked]);
  });

  it('a ping with nothing new asks for nothing', () => {
    const { sent } = run([welcome, watch, answer(0, [1, 2]), { t: 'ping', now: NOW, last: { t: 2 } }]);
    expect(sent.slice(1)).toEqual([{ t: 'pong' }]);
  });

  it('goes on from the last after a reconnect, and says how many came', () => {
    const { state, sent } = run([
      welcome,
      watch,
      answer(0, [1, 2]),
      { local: { t: 'lost', retryAt: AT + 500 } },
      { local: { t: 'open' } },
      welcome,
      answer(2, [3, 4]),
    ]);
    expect(sent).toEqual([
      { t: 'resume', thread: 't', after: -60 },
      { t: 'resume', thread: 't', after: 2 },
    ]);
    expect(seqs(state)).toEqual([1, 2, 3, 4]);
    expect(state.caughtUp).toBe(2);
    expect(state.lostAt).toBeNull();
  });

  it('watches when the wire comes, if it was not there', () => {
    const { sent } = run([watch, welcome]);
    expect(sent).toEqual([{ t: 'resume', thread: 't', after: -60 }]);
  });

  it('older entries join only without a hole', () => {
    const begun = run([welcome, watch, answer(4, [5, 6])]).state;
    const hole: Happening = { local: { t: 'older', thread: 't', entries: [entry(2), entry(3)] } };
    expect(seqs(run([hole], begun).state)).toEqual([5, 6]);
    const whole: Happening = { local: { t: 'older', thread: 't', entries: [entry(3), entry(4), entry(5)] } };
    const { state } = run([whole], begun);
    expect(seqs(state)).toEqual([3, 4, 5, 6]);
    expect(state.logs.get('t')!.first).toBe(3);
  });

  it('a recall empties the message that it refers to', () => {
    const { state } = run([
      welcome,
      watch,
      answer(0, [1, 2]),
      one(3, { kind: 'recall', from: 'agent', refers: 2, text: '' }),
    ]);
    const [, second, third] = state.logs.get('t')!.entries;
    expect(second).toMatchObject({ seq: 2, recalled: true, text: '' });
    expect(third).toMatchObject({ kind: 'recall' });
  });

  it('read marks only rise', () => {
    const read = (by: string, seq: number): ServerFrame => ({ t: 'read', thread: 't', by, seq });
    const { state } = run([welcome, watch, answer(0, [1, 2, 3]), read('buyer', 3), read('buyer', 1), read('shop', 2)]);
    expect(state.logs.get('t')).toMatchObject({ buyerRead: 3, shopRead: 2 });
  });

  it('says once what was seen', () => {
    const seen: Happening = { local: { t: 'seen', thread: 't', seq: 2 } };
    const { sent } = run([welcome, watch, answer(0, [1, 2]), seen, seen]);
    expect(sent.slice(1)).toEqual([{ t: 'read', thread: 't', seq: 2 }]);
  });

  it('forgets what nobody watches', () => {
    const { state, sent } = run([welcome, watch, answer(0, [1]), { local: { t: 'unwatch', thread: 't' } }, one(2)]);
    expect(state.logs.has('t')).toBe(false);
    expect(sent.at(-1)).toEqual({ t: 'unwatch', thread: 't' });
  });
});

describe('own messages', () => {
  const ack = (id: string, seq: number): ServerFrame => ({ t: 'ack', client_id: id, thread: 't', seq, at: NOW });
  const mine = (id: string, seq: number): ServerFrame => one(seq, { from: 'agent', client_id: id });

  it.each<[string, Happening[]]>([
    ['ack, then entry', [ack('a', 3), mine('a', 3)]],
    ['entry, then ack', [mine('a', 3), ack('a', 3)]],
    ['entry alone, the ack was lost', [mine('a', 3)]],
    ['ack alone, then the entry by resume', [ack('a', 3), answer(2, [3])]],
    ['ack twice', [ack('a', 3), ack('a', 3), mine('a', 3)]],
    [
      'in the answer to a resume',
      [answer(2, [], { entries: [entry(3, { from: 'agent', client_id: 'a' })], last_seq: 3 })],
    ],
  ])('%s: shown once', (_name, happenings) => {
    const { state } = run([welcome, watch, answer(0, [1, 2]), compose(out('a')), ...happenings]);
    expect(state.outbox).toEqual([]);
    expect(seqs(state)).toEqual([1, 2, 3]);
  });

  it('stays until its entry came when the ack is first', () => {
    const { state } = run([welcome, watch, answer(0, [1, 2]), compose(out('a')), ack('a', 3)]);
    expect(state.outbox).toMatchObject([{ client_id: 'a', state: 'acked', seq: 3 }]);
  });

  it('is not kept when its thread is not watched', () => {
    const { state } = run([welcome, compose(out('a')), ack('a', 3)]);
    expect(state.outbox).toEqual([]);
  });

  it('is sent once, again after a reconnect with the same id, in the order written', () => {
    const { state, sent } = run([
      welcome,
      compose(out('a')),
      compose(out('b')),
      { local: { t: 'dispatch' } },
      { local: { t: 'lost', retryAt: null } },
      compose(out('c')),
      welcome,
    ]);
    const ids = sent.filter((f) => f.t === 'send').map((f) => f.client_id);
    expect(ids).toEqual(['a', 'b', 'a', 'b', 'c']);
    expect(state.outbox.map((o) => o.state)).toEqual(['sent', 'sent', 'sent']);
  });

  it('waits while there is no wire', () => {
    const { state, sent } = run([compose(out('a'))]);
    expect(sent).toEqual([]);
    expect(state.outbox).toMatchObject([{ state: 'waiting' }]);
  });

  it('is kept when refused, sent again when asked, dropped when told', () => {
    const problem = { type: 'urn:yingke:problem:too_long', code: 'too_long', status: 400, detail: 'at most 4000' };
    const refused: ServerFrame = { t: 'refused', client_id: 'a', problem };
    const begun = run([welcome, compose(out('a')), refused]);
    expect(begun.state.outbox).toMatchObject([{ state: 'failed', problem: { code: 'too_long' } }]);
    expect(run([{ local: { t: 'lost', retryAt: null } }, welcome], begun.state).sent).toEqual([]);
    const again = run([{ local: { t: 'again', client_id: 'a' } }], begun.state);
    expect(again.sent).toMatchObject([{ t: 'send', client_id: 'a' }]);
    expect(run([{ local: { t: 'discard', client_id: 'a' } }], begun.state).state.outbox).toEqual([]);
  });

  it('says that a warning is overruled only where it is, and keeps what the guard found', () => {
    const begun = run([welcome, compose(out('a')), compose(out('b', { overrule: true }))]);
    expect(begun.sent.map((f) => f.t === 'send' && f.overrule)).toEqual([undefined, true]);
    const finding = {
      rule: 'R-SPEECH-03',
      severity: 'block',
      from: 0,
      to: 3,
      code: 'insult',
      reason: 'why',
      better: null,
      take_from: 0,
      take_to: 3,
    };
    const problem = { type: 'urn:yingke:problem:guard_blocked', code: 'guard_blocked', status: 409, detail: '' };
    const refused: ServerFrame = { t: 'refused', client_id: 'a', problem: { ...problem, findings: [finding] } };
    const after = run([refused], begun.state).state.outbox;
    expect(after).toMatchObject([{ client_id: 'a', problem: { findings: [finding] } }, { client_id: 'b' }]);
  });

  it('a picture on its way up holds back what follows in its thread, not in others', () => {
    const begun = run([
      welcome,
      compose(out('pic', { kind: 'image' })),
      compose(out('after')),
      compose(out('other', { thread: 'u' })),
    ]);
    expect(begun.sent.map((f) => f.t === 'send' && f.client_id)).toEqual(['other']);
    const { sent } = run([{ local: { t: 'uploaded', client_id: 'pic', file: 'f1' } }], begun.state);
    expect(sent).toMatchObject([
      { client_id: 'pic', kind: 'image', file: 'f1' },
      { client_id: 'after', kind: 'text' },
    ]);
  });

  it('a picture that did not go up fails, and lets the rest go', () => {
    const begun = run([welcome, compose(out('pic', { kind: 'image' })), compose(out('after'))]);
    const failed: Happening = { local: { t: 'upload_failed', client_id: 'pic', code: 'not_a_picture', detail: '' } };
    const { state, sent } = run([failed, { local: { t: 'dispatch' } }], begun.state);
    expect(state.outbox[0]).toMatchObject({ state: 'failed', problem: { code: 'not_a_picture' } });
    expect(sent).toMatchObject([{ client_id: 'after' }]);
  });
});

describe('the list', () => {
  const rows = (...r: Row[]): ServerFrame => ({ t: 'rows', rows: r, now: NOW });
  const change = (r: Row): ServerFrame => ({ t: 'row', row: r });
  const gone = (thread: string, rev: number): ServerFrame => ({ t: 'gone', thread, rev });

  it.each<[string, Happening[], Record<string, number>]>([
    ['a snapshot', [rows(row('a', 1), row('b', 1))], { a: 1, b: 1 }],
    ['a snapshot drops what is not in it', [rows(row('a', 1)), rows(row('b', 2))], { b: 2 }],
    ['a snapshot keeps a newer row', [change(row('a', 5)), rows(row('a', 3))], { a: 5 }],
    ['rows out of order', [rows(row('a', 1)), change(row('a', 3)), change(row('a', 2))], { a: 3 }],
    ['gone', [rows(row('a', 1)), gone('a', 2)], {}],
    ['an old row after gone', [rows(row('a', 1)), gone('a', 3), change(row('a', 2))], {}],
    ['an old snapshot after gone', [gone('a', 3), rows(row('a', 2))], {}],
    ['a new conversation after gone', [rows(row('a', 1)), gone('a', 3), change(row('a', 4))], { a: 4 }],
    ['an old gone after a newer row', [rows(row('a', 5)), gone('a', 3)], { a: 5 }],
    ['a live state by entry', [rows(row('t', 1)), { t: 'entry', entry: entry(1), live: live(2) }], { t: 2 }],
    ['an old live state', [rows(row('t', 3)), { t: 'entry', entry: entry(1), live: live(2) }], { t: 3 }],
    [
      'closed by our own act',
      [rows(row('t', 1)), { local: { t: 'live', thread: 't', live: live(2, { state: 'closed' }) } }],
      {},
    ],
  ])('%s', (_name, happenings, expected) => {
    const { state } = run([welcome, ...happenings]);
    expect(Object.fromEntries([...state.rows].map(([k, v]) => [k, v.live.rev]))).toEqual(expected);
  });

  it('the last words of a row come with its entries, each counted once', () => {
    const begun = run([welcome, rows(row('t', 1))]).state;
    const said = one(2, { text: 'when will it come' });
    const { state } = run([said, said, one(3, { kind: 'assign', from: 'system', text: '' })], begun);
    expect(state.rows.get('t')).toMatchObject({
      last_text: 'when will it come',
      last_from: 'buyer',
      unread: 1,
      live: { last_seq: 3 },
    });
    const answered = run([one(4, { from: 'agent', kind: 'image', text: '' })], state).state;
    expect(answered.rows.get('t')).toMatchObject({ last_kind: 'image', last_from: 'agent', unread: 1 });
    const seen = run([{ t: 'read', thread: 't', by: 'shop', seq: 4 }], answered).state;
    expect(seen.rows.get('t')).toMatchObject({ unread: 0 });
  });

  it('a row does not go on saying what was taken back', () => {
    const own = one(2, { from: 'agent', text: 'wrong window' });
    const back = (refers: number): ServerFrame => one(3, { kind: 'recall', from: 'agent', text: '', refers });
    const begun = run([welcome, rows(row('t', 1)), watch, answer(0, [1]), own]).state;
    expect(run([back(2)], begun).state.rows.get('t')).toMatchObject({ last_text: 'm1', last_from: 'buyer' });
    expect(run([back(1)], begun).state.rows.get('t')).toMatchObject({ last_text: 'wrong window' });
    // Nothing else was ever said: the row says that it was taken back.
    const alone = run([welcome, rows(row('t', 1)), watch, answer(0, [1])]).state;
    const recalled = one(2, { kind: 'recall', from: 'buyer', text: '', refers: 1 });
    expect(run([recalled], alone).state.rows.get('t')).toMatchObject({ last_text: '', last_kind: 'recalled' });
  });

  it('an open thread that left the list is known as closed', () => {
    const { state } = run([welcome, rows(row('t', 1)), watch, answer(0, [1]), gone('t', 2)]);
    expect(state.live.get('t')).toMatchObject({ state: 'closed', rev: 2, owed_since: null });
  });
});

describe('the rest', () => {
  it('knows how far the server’s clock is ahead', () => {
    const { state } = run([{ t: 'ping', now: '2026-10-21T02:00:03Z', last: {} }]);
    expect(state.offset).toBe(3_000);
  });

  it('the typing sign goes: by itself, by the message, by the loss', () => {
    const typing: ServerFrame = { t: 'typing', thread: 't', from: 'buyer', name: 'B', on: true };
    const begun = run([welcome, typing]).state;
    expect(begun.typing.get('t')?.name).toBe('B');
    expect(run([{ local: { t: 'tick' } }], begun, AT + 5_999).state.typing.size).toBe(1);
    expect(run([{ local: { t: 'tick' } }], begun, AT + 6_000).state.typing.size).toBe(0);
    expect(run([one(1)], begun).state.typing.size).toBe(0);
    expect(run([{ ...typing, on: false }], begun).state.typing.size).toBe(0);
    expect(run([{ local: { t: 'lost', retryAt: null } }], begun).state.typing.size).toBe(0);
    expect(run([welcome, { ...typing, from: 'agent' }]).state.typing.size).toBe(0);
  });

  it('keeps the moment of the first loss over several tries', () => {
    const first = run([welcome, { local: { t: 'lost', retryAt: AT + 500 } }]).state;
    const second = run(
      [{ local: { t: 'open' } }, { local: { t: 'lost', retryAt: AT + 9_000 } }],
      first,
      AT + 5_000,
    ).state;
    expect(second).toMatchObject({ connection: 'lost', lostAt: AT, retryAt: AT + 9_000 });
  });

  it('keeps colleagues by their last state', () => {
    const person = { person: 'p', name: 'P', state: 'online', load: 1, capacity: 8 };
    const { state } = run([
      { local: { t: 'people', people: [person] } },
      { t: 'presence', person: { ...person, state: 'away' } },
    ]);
    expect(state.people.get('p')?.state).toBe('away');
  });

  it('passes over a frame of a newer server', () => {
    const state = emptyState();
    expect(apply(state, { t: 'hologram' } as unknown as ServerFrame, AT)).toEqual({ state, send: [] });
  });
});

describe('a buyer on the way through the queue', () => {
  const queued = (thread: string, rev: number): ServerFrame => ({
    t: 'row',
    row: row(thread, rev, { live: live(rev, { state: 'queued', holder: null }) }),
  });

  it.each([
    ['new to the list and queued', queued('new', 1), true],
    ['known and queued again: it was given back', queued('known', 9), false],
    ['new and held', { t: 'row', row: row('new', 1) } as ServerFrame, false],
    ['another frame', { t: 'gone', thread: 'new', rev: 1 } as ServerFrame, false],
  ])('%s', (_, frame, passing) => {
    const state = apply(emptyState(), { t: 'row', row: row('known', 8) }, AT).state;
    expect(isPassing(state, frame)).toBe(passing);
  });

  it('shown late, after the router was quicker, changes nothing', () => {
    const given = apply(emptyState(), { t: 'row', row: row('t', 2, { live: live(2, { holder: 'other' }) }) }, AT).state;
    expect(apply(given, queued('t', 1), AT).state).toBe(given);
    const gone = apply(given, { t: 'gone', thread: 't', rev: 3 }, AT).state;
    expect(apply(gone, queued('t', 1), AT).state.rows.size).toBe(0);
  });
});
