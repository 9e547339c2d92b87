import { describe, expect, it } from 'vitest';
import type { Entry, LiveState, Row } from '@yingke/api';
import { alarms } from '../src/features/conversation/alerts';
import { heldBefore, lines } from '../src/features/conversation/lines';
import { held, items, waiting, waitsSince, type Item } from '../src/features/conversation/order';
import { secondsSince } from '../src/realtime/clock';
import type { Outgoing } from '../src/realtime/state';

const at = (seconds: number): string => new Date(Date.UTC(2026, 9, 21, 2, 0, seconds)).toISOString();
function row(thread: string, live: Partial<LiveState>): Row {
  return {
    thread,
    shop: 'main',
    channel: 'web',
    buyer: thread,
    buyer_name: thread,
    returning: false,
    last_text: '',
    last_kind: 'text',
    last_from: 'buyer',
    stage: 'welcome',
    tags: [],
    left: false,
    marked_unread: false,
    mentioned: false,
    priority: null,
    unread: 0,
    live: { rev: 1, state: 'held', holder: 'me', last_seq: 1, last_at: at(0), ...live },
  };
}
const rows = [
  row('short', { owed_since: at(50) }),
  row('long', { owed_since: at(10) }),
  row('answered-early', { last_at: at(5) }),
  row('answered-late', { last_at: at(40) }),
  row('queued', { state: 'queued', holder: null, owed_since: at(30), queued_since: at(20) }),
  row('queued-quiet', { state: 'queued', holder: null, queued_since: at(25) }),
  row('colleague', { holder: 'other', owed_since: at(1) }),
];
const shown = (list: Item[]): string[] => list.map((i) => i.key);

describe('the list', () => {
  it('has who waits for me first, then the queue, then the answered, each in its order', () => {
    expect(shown(items(rows, 'me', 'waiting'))).toEqual([
      'group owed',
      'long',
      'short',
      'group queue',
      'queued-quiet',
      'queued',
      'group answered',
      'answered-late',
      'answered-early',
    ]);
    expect(shown(items(rows, 'me', 'mine'))).not.toContain('queued');
    expect(items([], 'me', 'waiting')).toEqual([]);
  });

  it('shows who waits with a colleague to whoever may take over', () => {
    const list = shown(items(rows, 'me', 'waiting', true));
    expect(list.slice(list.indexOf('group others'), list.indexOf('group answered'))).toEqual([
      'group others',
      'colleague',
    ]);
    expect(shown(items(rows, 'me', 'mine', true))).not.toContain('colleague');
  });

  it('goes to the longest waiting first, of mine and of nobody', () => {
    expect(waiting(rows, 'me').map((r) => r.thread)).toEqual(['long', 'queued-quiet', 'queued', 'short']);
  });

  it('counts the wait of the queue where no answer is owed, and none of a closed conversation', () => {
    expect(waitsSince(row('x', { state: 'queued', queued_since: at(3) }))).toBe(at(3));
    expect(waitsSince(row('x', { state: 'closed', owed_since: at(3) }))).toBeNull();
    expect(waitsSince(row('x', {}))).toBeNull();
  });

  it('keeps the order on screen while it is held: gone rows go, new ones stand at the end', () => {
    const item = (key: string): Item => ({ kind: 'row', key, row: row(key, {}) });
    const wanted = ['d', 'c', 'a'].map(item);
    expect(shown(held(['a', 'b', 'c'], wanted))).toEqual(['a', 'c', 'd']);
    expect(held(['a'], wanted)[0]).toBe(wanted[2]);
  });
});

describe('the wait', () => {
  it('is by the server’s clock, floored, never negative', () => {
    const local = Date.parse(at(100));
    expect(secondsSince(at(90), local, 0)).toBe(10);
    expect(secondsSince(at(90), local + 999, 0)).toBe(10);
    expect(secondsSince(at(90), local, -5_000)).toBe(5);
    expect(secondsSince(at(200), local, 0)).toBe(0);
  });
});

describe('alarms', () => {
  const RING = [10, 30, 100, 120];
  const wait = (seconds: number, thread = 't') => ({ thread, since: at(0), seconds });

  it.each<[string, number[], (string | null)[]]>([
    ['one soft sound at 10 s', [9, 10, 11, 12], [null, 'soft', null, null]],
    ['one alarm at 100 s', [99, 100, 101], [null, 'alarm', null]],
    ['a second that was skipped', [9, 12], [null, 'soft']],
    ['an old wait when the page opens', [60, 61], [null, null]],
  ])('%s', (_name, seconds, sounds) => {
    let sounded: ReadonlySet<string> = new Set();
    // What came before the page: the soft stage of a wait that is heard from late on.
    const heard = seconds.map((s) => {
      const now = alarms(sounded, [wait(s)], RING, null);
      sounded = now.sounded;
      return now.sound;
    });
    expect(heard).toEqual(sounds);
  });

  it('gives no soft sound for the conversation that is open, but says its alarm', () => {
    expect(alarms(new Set(), [wait(10)], RING, 't').sound).toBeNull();
    const loud = alarms(new Set(), [wait(100)], RING, 't');
    expect(loud).toMatchObject({ sound: 'alarm', say: ['t'] });
  });

  it('forgets waits that are over: the next one of the same buyer sounds again', () => {
    const first = alarms(new Set(), [wait(10)], RING, null);
    const none = alarms(first.sounded, [], RING, null);
    expect(none.sounded.size).toBe(0);
    expect(alarms(none.sounded, [{ ...wait(10), since: at(300) }], RING, null).sound).toBe('soft');
  });

  it('rings for what becomes grave, and for an answer that was put off (R-RESP-04, R-DESK-08)', () => {
    const later = { tiers: [1800, 7200], promise: 180 };
    const heard = (seconds: number, promised = false): (string | null)[] => {
      const now = alarms(new Set(), [{ ...wait(seconds), promised }], RING, null, later);
      return [now.sound, ...now.tell.map((t) => t.stage)];
    };
    expect(heard(1800)).toEqual([null]);
    expect(heard(1801)).toEqual(['alarm', 'grave']);
    expect(heard(7201)).toEqual(['alarm', 'grave']);
    expect(heard(100, true)).toEqual([null]);
    expect(heard(180, true)).toEqual(['alarm', 'promise']);
  });

  it('follows the policy', () => {
    expect(alarms(new Set(), [wait(5)], [5, 6, 7, 8], null).sound).toBe('soft');
  });
});

describe('whose a buyer was before', () => {
  const entry = (seq: number, kind: string, more: Partial<Entry> = {}): Entry => ({
    thread: 't',
    seq,
    conversation: 'c',
    at: at(seq),
    kind,
    from: 'house',
    text: '',
    ...more,
  });
  const log = [
    entry(1, 'text', { from: 'buyer' }),
    entry(2, 'assign', { to: '小禾' }),
    entry(3, 'transfer', { name: '周主管', to: '周主管' }),
    entry(4, 'requeue', { name: '周主管' }),
    entry(5, 'assign', { name: '谷子' }),
    entry(6, 'text', { from: 'agent', name: '谷子' }),
    entry(7, 'transfer', { name: '周主管', to: '周主管' }),
  ];
  it.each([
    [2, ''],
    [3, '小禾'],
    [4, '周主管'],
    [5, ''],
    [7, '谷子'],
  ])('before %d: %s', (seq, name) => expect(heldBefore(log, seq)).toBe(name));
});

describe('lines of the stream', () => {
  const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
    thread: 't',
    seq,
    conversation: 'c',
    at: at(seq),
    kind: 'text',
    from: 'buyer',
    text: 'x',
    ...more,
  });
  const of = (entries: Entry[], live: Partial<LiveState> | null = null, buyerRead = 0) =>
    lines({ entries, buyerRead }, [], live ? row('t', live).live : null, { zone: 'Asia/Shanghai' });

  it('gathers runs of one writer: the disc at the first, the time at the last', () => {
    const list = of([
      entry(1),
      entry(2),
      entry(3, { from: 'agent', person: 'me' }),
      entry(4, { from: 'agent', person: 'you' }),
    ]);
    const runs = list.flatMap((l) => (l.kind === 'message' ? [[l.entry.seq, l.first, l.last]] : []));
    expect(runs).toEqual([
      [1, true, false],
      [2, false, true],
      [3, true, true],
      [4, true, true],
    ]);
  });

  it('ends a run by silence and by an event', () => {
    const list = of([
      entry(1),
      entry(2, { at: at(200) }),
      entry(3, { kind: 'assign', from: 'system', at: at(201) }),
      entry(4, { at: at(202) }),
    ]);
    expect(list.map((l) => l.kind)).toEqual(['day', 'message', 'message', 'event', 'message']);
    expect(list.filter((l) => l.kind === 'message').every((l) => l.first && l.last)).toBe(true);
  });

  it('begins each day with its line, by the shop’s midnight', () => {
    const list = of([entry(1, { at: '2026-10-21T15:59:59Z' }), entry(2, { at: '2026-10-21T16:00:00Z' })]);
    expect(list.map((l) => l.kind)).toEqual(['day', 'message', 'day', 'message']);
  });

  it('marks what still waits for an answer, and what was read', () => {
    const list = of(
      [entry(1), entry(2, { from: 'agent' }), entry(3), entry(4, { from: 'bot' }), entry(5)],
      { owed_seq: 3 },
      2,
    );
    const marks = list.flatMap((l) => (l.kind === 'message' ? [[l.entry.seq, l.due, l.read]] : []));
    expect(marks).toEqual([
      [1, false, false],
      [2, false, true],
      [3, true, false],
      [4, false, false],
      [5, true, false],
    ]);
  });

  it('what is on its way joins the run of what we said', () => {
    const message = (client_id: string): Outgoing => ({
      client_id,
      thread: 't',
      kind: 'text',
      text: '',
      file: null,
      about: null,
      quote: null,
      card: null,
      at: Date.parse(at(5)),
      state: 'sent',
      seq: null,
      problem: null,
    });
    const outbox = [message('a'), message('b')];
    const own = lines({ entries: [entry(1, { from: 'agent' })], buyerRead: 0 }, outbox, null);
    expect(own.slice(1).map((l) => 'first' in l && [l.first, l.last])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
    const other = lines({ entries: [entry(1)], buyerRead: 0 }, outbox, null);
    expect(other.slice(1).map((l) => 'first' in l && [l.first, l.last])).toEqual([
      [true, true],
      [true, false],
      [false, true],
    ]);
  });

  it('has one key a line', () => {
    const keys = of([
      entry(1),
      entry(2, { at: '2026-10-22T16:00:00Z' }),
      entry(3, { kind: 'close', at: '2026-10-22T16:00:01Z' }),
    ]).map((l) => l.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
