import type { LineNow } from '../src/features/routing';
import { nextTick, watchEffect } from 'vue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Entry, PresenceRow, Row } from '@yingke/api';
import { alarms } from '../src/features/conversation/alerts';
import { begun, draftOf, draftQuote, keepDraft, keepQuote } from '../src/features/conversation/drafts';
import { COLUMNS, EMOJI, moved, recentEmoji, usedEmoji } from '../src/features/conversation/emoji';
import { around, earlier, later, lines, MOST, slice, STEP, tail } from '../src/features/conversation/lines';
import { asking, mentioned, named, type Colleague } from '../src/features/conversation/mentions';
import {
  GROUP_PX,
  items,
  passes,
  promisedSince,
  ROW_PX,
  tops,
  visible,
  waiting,
  type Item,
  type Narrow,
} from '../src/features/conversation/order';
import { quoteOf } from '../src/features/conversation/quote';
import { goals } from '../src/features/conversation/transfer';
import { fitted, LARGEST, next, SMALLEST } from '../src/features/conversation/view';

const at = (seconds: number): string => new Date(Date.UTC(2026, 9, 21, 2, 0, seconds)).toISOString();

function row(thread: string, more: Partial<Row> = {}, live: Partial<Row['live']> = {}): Row {
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
    ...more,
  };
}

describe('the list', () => {
  const asked = row('asked', { last_from: 'agent' }, { promised_since: at(5) });
  const rows = [
    row('owed', {}, { owed_since: at(1) }),
    row('left', { left: true }, { owed_since: at(30) }),
    asked,
    row('answered', { last_from: 'agent', last_text: 'it is 180' }),
  ];
  const keys = (list: Item[]): string[] => list.map((i) => i.key);

  it('has those who left word first, and those who were asked for patience as a group of their own (R-DESK-08, R-DESK-11)', () => {
    expect(keys(items(rows, 'me', 'waiting'))).toEqual([
      'group left',
      'left',
      'group owed',
      'owed',
      'group promised',
      'asked',
      'group answered',
      'answered',
    ]);
    expect(waiting(rows, 'me').map((r) => r.thread)).toEqual(['left', 'owed']);
  });

  it('knows since when an answer is put off, while no wait runs', () => {
    expect(promisedSince(asked)).toBe(at(5));
    expect(promisedSince(row('answered', { last_from: 'agent' }))).toBeNull();
    expect(promisedSince({ live: { ...asked.live, owed_since: at(8) } })).toBeNull();
    expect(promisedSince({ live: { ...asked.live, state: 'closed' } })).toBeNull();
  });

  const all: Narrow = { words: '', unread: false, shop: null };
  const anna = row('t', { buyer_name: 'Anna', last_text: 'how long', tags: ['new house'], unread: 1 });
  it.each<[string, Partial<Narrow>, boolean]>([
    ['nothing is asked for', {}, true],
    ['part of the name, in any case', { words: 'ANN' }, true],
    ['a word of the last message and one of a tag', { words: 'long house' }, true],
    ['one word that is not there', { words: 'anna short' }, false],
    ['unread', { unread: true }, true],
    ['its shop', { shop: 'main' }, true],
    ['another shop', { shop: 'other' }, false],
  ])('passes by %s: %j', (_name, narrow, through) => expect(passes(anna, { ...all, ...narrow })).toBe(through));
  it('counts what was put back, and what names us, as unread', () => {
    const read = row('t');
    expect(passes(read, { ...all, unread: true })).toBe(false);
    expect(passes({ ...read, marked_unread: true }, { ...all, unread: true })).toBe(true);
    expect(passes({ ...read, mentioned: true }, { ...all, unread: true })).toBe(true);
  });
});

describe('what is drawn of the list', () => {
  const list: Pick<Item, 'kind'>[] = [
    { kind: 'group' },
    ...Array.from({ length: 2_000 }, () => ({ kind: 'row' as const })),
  ];
  const begins = tops(list);
  it('knows where every item begins', () => {
    expect(begins[1]).toBe(GROUP_PX);
    expect(begins.at(-1)).toBe(GROUP_PX + 2_000 * ROW_PX);
  });
  it.each<[number, number, [number, number]]>([
    [0, 100, [0, 3]],
    [-500, 0, [0, 1]],
    [GROUP_PX, GROUP_PX + 1, [1, 2]],
    [GROUP_PX + ROW_PX - 1, GROUP_PX + ROW_PX, [1, 3]],
    [1e9, 2e9, [2_001, 2_001]],
  ])('of the pixels %d to %d are the items %j', (from, to, found) => expect(visible(begins, from, to)).toEqual(found));
  it('is never more than what fits, wherever one looks', () => {
    for (let top = 0; top < 120_000; top += 977) {
      const [from, to] = visible(begins, top, top + 800);
      expect(to - from).toBeLessThanOrEqual(Math.ceil(800 / ROW_PX) + 2);
      if (to > from) expect(begins[from]!).toBeLessThanOrEqual(top);
    }
    expect(visible(tops([]), 0, 800)).toEqual([0, 0]);
  });
});

describe('the part of a long conversation that is drawn', () => {
  const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
    thread: 't',
    seq,
    conversation: 'c',
    at: at(seq),
    kind: 'text',
    from: 'buyer',
    text: `${seq}`,
    ...more,
  });
  const log = { first: 101, entries: Array.from({ length: 5_000 }, (_, i) => entry(101 + i)) };
  const LAST = 5_100;
  const seqs = (span: { from: number; to: number | null }): [number, number] => {
    const part = slice(log, span);
    return [part[0]!.seq, part.at(-1)!.seq];
  };

  it('begins with the newest', () => expect(seqs(tail(LAST))).toEqual([LAST - STEP + 1, LAST]));
  it('stands around a message that is looked for', () => {
    const span = around(3_000, LAST);
    expect(seqs(span)).toEqual([2_980, 3_020]);
    expect(around(LAST - 3, LAST).to).toBeNull();
  });
  it('never draws more than its most, walks to the very beginning and back to the end, and loses nothing between', () => {
    let span = tail(LAST);
    for (let i = 0; i < 1_000 && span.from > log.first; i++) {
      const before = span.from;
      span = earlier(span, log.first, LAST);
      const [from, to] = seqs(span);
      expect(to - from + 1).toBeLessThanOrEqual(MOST);
      // What the reader sees is still there after the step.
      expect(from < before && before <= to).toBe(true);
    }
    expect(seqs(span)[0]).toBe(log.first);
    for (let i = 0; i < 1_000 && span.to !== null; i++) {
      const before = span.to;
      span = later(span, LAST);
      const [from, to] = seqs(span);
      expect(to - from + 1).toBeLessThanOrEqual(MOST);
      expect(from <= before && before <= to).toBe(true);
    }
    expect(seqs(span)[1]).toBe(LAST);
  });
  it('has a line before what is new, and lines of their own for notes and events', () => {
    const list = lines(
      {
        entries: [entry(1), entry(2, { kind: 'note', from: 'agent' }), entry(3), entry(4, { kind: 'rating' })],
        buyerRead: 0,
      },
      [],
      null,
      { unread: 3, zone: 'Asia/Shanghai' },
    );
    expect(list.map((l) => l.kind)).toEqual(['day', 'message', 'note', 'unread', 'message', 'event']);
  });
});

describe('names in a note', () => {
  const people: Colleague[] = [
    { person: 'a', name: 'Gu', state: 'offline' },
    { person: 'b', name: 'Gu Yu', state: 'online' },
    { person: 'c', name: 'Song', state: 'online' },
  ];
  it.each<[string, number | undefined, ReturnType<typeof asking>]>([
    ['@', undefined, { from: 0, words: '' }],
    ['see @So', undefined, { from: 4, words: 'So' }],
    ['see @So tomorrow', undefined, null],
    ['see @So tomorrow', 7, { from: 4, words: 'So' }],
    ['mail a@b', undefined, null],
    ['no name', undefined, null],
    [`@${'x'.repeat(21)}`, undefined, null],
  ])('of %j at %s is asked for %j', (text, caret, found) => expect(asking(text, caret ?? text.length)).toEqual(found));
  it('offers who is at the desk first', () => {
    expect(named(people, 'gu').map((p) => p.person)).toEqual(['b', 'a']);
    expect(named(people, 'x')).toEqual([]);
  });
  it('means the longest name that fits, each once', () => {
    expect(mentioned('@Gu Yu please, @Song and @Song', people).sort()).toEqual(['b', 'c']);
    expect(mentioned('@Gu, please', people)).toEqual(['a']);
    expect(mentioned('nobody @ all', people)).toEqual([]);
  });
});

describe('where a conversation can go', () => {
  const person = (id: string, more: Partial<PresenceRow> = {}): PresenceRow => ({
    person: id,
    name: id,
    state: 'online',
    load: 0,
    capacity: 8,
    role: 'agent',
    ...more,
  });
  it('is colleagues with the least to do first, supervisors, lines, the queue; never oneself or the holder', () => {
    const all = goals(
      [
        person('me'),
        person('holder'),
        person('busy', { load: 5, line: 'after' }),
        person('free', { line: 'pre' }),
        person('away', { state: 'away', line: 'pre' }),
        person('boss', { role: 'supervisor' }),
      ],
      'me',
      'holder',
    );
    expect(all.map((g) => g.key)).toEqual(['free', 'busy', 'away', 'boss', 'line after', 'line pre', 'queue']);
    expect(all.filter((g) => !g.may).map((g) => g.key)).toEqual(['away']);
  });
  it('names the lines on which somebody sits, in the order of authority, once they are known', () => {
    const line = (name: string, more: Partial<LineNow> = {}): LineNow => ({
      line: name,
      zh: '',
      en: '',
      hidden: false,
      seated: 1,
      online: 0,
      room: 0,
      waiting: 0,
      ...more,
    });
    const known = [line('pre'), line('after'), line('empty', { seated: 0 }), line('secret', { hidden: true })];
    const all = goals([person('a', { line: 'old' })], 'me', null, known, (name) => name.toUpperCase());
    expect(all.filter((g) => g.kind === 'line').map((g) => g.name)).toEqual(['PRE', 'AFTER']);
    expect(all.find((g) => g.id === 'pre')?.now?.seated).toBe(1);
  });
});

describe('the viewer', () => {
  it('fits a picture into the window and never makes it larger than it is', () => {
    expect(fitted({ width: 2_000, height: 1_000 }, { width: 1_000, height: 1_000 })).toBe(0.5);
    expect(fitted({ width: 10, height: 10 }, { width: 1_000, height: 1_000 })).toBe(1);
    expect(fitted({ width: 0, height: 10 }, { width: 1_000, height: 1_000 })).toBe(1);
  });
  it('stops at its own size on the way, and at both ends', () => {
    expect(next(0.9, 1)).toBe(1);
    expect(next(1.1, -1)).toBe(1);
    expect(next(LARGEST, 1)).toBe(LARGEST);
    expect(next(SMALLEST, -1)).toBe(SMALLEST);
  });
});

describe('emoticons', () => {
  beforeEach(() => localStorage.clear());
  it('are each there once, and the last used are remembered, newest first', () => {
    expect(new Set(EMOJI).size).toBe(EMOJI.length);
    expect(recentEmoji()).toEqual([]);
    for (const sign of [...EMOJI.slice(0, 12), EMOJI[3]!]) usedEmoji(sign);
    expect(recentEmoji()[0]).toBe(EMOJI[3]);
    expect(recentEmoji()).toHaveLength(COLUMNS);
    localStorage.setItem('yk.emoji', '{broken');
    expect(recentEmoji()).toEqual([]);
  });
  it.each<[number, string, number]>([
    [0, 'ArrowRight', 1],
    [0, 'ArrowLeft', 0],
    [0, 'ArrowDown', COLUMNS],
    [3, 'ArrowUp', 3],
    [5, 'Home', 0],
    [5, 'End', 19],
    [19, 'ArrowDown', 19],
  ])('from %d by %s to %d', (from, key, to) => expect(moved(from, key, 20)).toBe(to));
});

describe('drafts', () => {
  beforeEach(() => localStorage.clear());
  it('keep words, note and quote apart, for each person and conversation', () => {
    keepDraft('me', 't', 'to the buyer');
    keepDraft('me', 't', 'for colleagues', true);
    expect([draftOf('me', 't'), draftOf('me', 't', true)]).toEqual(['to the buyer', 'for colleagues']);
    expect([draftOf('you', 't'), draftOf('me', 'u'), draftOf('me', 'u', true)]).toEqual(['', '', '']);
    const quote = { seq: 4, from: 'buyer', name: null, kind: 'text', text: 'how long' };
    keepQuote('me', 't', quote);
    expect(draftQuote('me', 't')).toEqual(quote);
    keepQuote('me', 't', null);
    expect(draftQuote('me', 't')).toBeNull();
    localStorage.setItem('yk.quote.me.t', 'broken');
    expect(draftQuote('me', 't')).toBeNull();
  });
});

describe('a draft in the list', () => {
  beforeEach(() => localStorage.clear());
  it('is there as long as something is unsent, what is for the buyer before a note', async () => {
    const seen: (string | null)[] = [];
    const stop = watchEffect(() => seen.push(begun('me', 't')));
    keepDraft('me', 't', 'inside', true);
    await nextTick();
    keepDraft('me', 't', 'half an ans');
    await nextTick();
    keepDraft('me', 't', '');
    keepDraft('me', 't', '', true);
    await nextTick();
    stop();
    expect(seen).toEqual([null, 'note', 'reply', null]);
  });
  it('is not a note that only calls for a name', () => {
    keepDraft('me', 't', '@ ', true);
    expect([draftOf('me', 't', true), begun('me', 't')]).toEqual(['', null]);
  });
});

describe('a quote', () => {
  const e: Entry = {
    thread: 't',
    seq: 4,
    conversation: 'c',
    at: at(0),
    kind: 'text',
    from: 'buyer',
    text: 'x'.repeat(200),
  };
  it('is the beginning of the words, or the name of the file', () => {
    expect(quoteOf(e).text).toHaveLength(80);
    const file = { file: 'f', url: '/f', name: 'bill.pdf', bytes: 1, mime: 'application/pdf' };
    expect(quoteOf({ ...e, kind: 'file', text: '', file })).toMatchObject({ kind: 'file', text: 'bill.pdf' });
  });
});

describe('what a wait does to ear and notices', () => {
  const RING = [10, 30, 100, 120];
  const wait = (seconds: number) => [{ thread: 't', since: at(0), seconds }];
  it('tells each stage once, slow only when it took longer than that (R-RESP-02, R-RESP-03)', () => {
    let sounded: ReadonlySet<string> = new Set();
    const told: [number, string][] = [];
    for (let s = 0; s <= 200; s++) {
      const now = alarms(sounded, wait(s), RING, null);
      sounded = now.sounded;
      for (const one of now.tell) told.push([s, one.stage]);
    }
    expect(told).toEqual([
      [10, 'soft'],
      [100, 'alarm'],
      [121, 'over'],
    ]);
  });
  it('says nothing of waits that were long when the page began', () => {
    expect(alarms(new Set(), wait(500), RING, null).tell).toEqual([]);
  });
});
