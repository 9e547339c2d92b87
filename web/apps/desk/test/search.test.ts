import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../src/commands/table';
import { asker, PAUSE_MS, type Asked } from '../src/features/search/ask';
import {
  doings,
  groups,
  groupStepped,
  pieces,
  SHORT,
  stepped,
  type Doing,
  type MessageHit,
  type SearchPage,
} from '../src/features/search/items';
import { byInitials, initialsOf } from '../src/features/search/pinyin';
import { forget, recent, remember } from '../src/features/search/recent';
import { searchZh } from '../src/text/search.zh-CN';
import { zhCN } from '../src/text/zh-CN';

const empty: SearchPage = { short: false, messages: [], buyers: [], orders: [], products: [], next: null, took_ms: 1 };
const message = (n: number): MessageHit => ({
  thread: 't',
  seq: n,
  at: '2026-10-03T10:00:00Z',
  kind: 'text',
  from: 'buyer',
  name: null,
  buyer_name: '一颗桃子',
  text: '有货吗',
  marks: [[0, 2]],
});

describe('asking', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A house that answers when it is told to. */
  function house() {
    const open: { text: string; answer: (page: string) => void; fail: () => void; signal: AbortSignal }[] = [];
    const states: Asked<string>[] = [];
    const own = asker<string>(
      (text, signal) =>
        new Promise((answer, reject) => {
          open.push({ text, signal, answer, fail: () => reject(new Error('no')) });
        }),
      (state) => states.push(state),
    );
    return { own, open, last: () => states.at(-1)! };
  }
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('waits until the keys rest, and asks once', async () => {
    const { own, open } = house();
    for (const text of ['窗', '窗帘', '窗帘有']) {
      own.ask(text);
      await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    }
    expect(open).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(open.map((o) => o.text)).toEqual(['窗帘有']);
  });

  it('keeps the old answer while the new one is asked, and drops what comes late', async () => {
    const { own, open, last } = house();
    own.ask('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    open[0]!.answer('first');
    await settle();
    expect(last()).toMatchObject({ found: 'first', of: '一', stale: false });
    own.ask('一二');
    expect(last()).toMatchObject({ found: 'first', stale: true });
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    own.ask('一二三');
    expect(open[1]!.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    open[1]!.answer('second');
    await settle();
    expect(last()).toMatchObject({ found: 'first', stale: true });
    open[2]!.answer('third');
    await settle();
    expect(last()).toMatchObject({ found: 'third', of: '一二三', stale: false });
  });

  it('does not ask again for what it shows', async () => {
    const { own, open, last } = house();
    own.ask('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    open[0]!.answer('first');
    await settle();
    own.ask('一二');
    own.ask('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
    expect(open).toHaveLength(1);
    expect(last()).toMatchObject({ found: 'first', stale: false });
  });

  it('says that it takes long after 300 ms, and what failed; again asks again', async () => {
    const { own, open, last } = house();
    own.ask('一');
    await vi.advanceTimersByTimeAsync(PAUSE_MS + 299);
    expect(last().slow).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(last().slow).toBe(true);
    open[0]!.fail();
    await settle();
    expect(last()).toMatchObject({ slow: false, failed: new Error('no') });
    own.again();
    expect(last().failed).toBeNull();
    open[1]!.answer('here');
    await settle();
    expect(last()).toMatchObject({ found: 'here', failed: null });
    own.ask(null);
    expect(last()).toMatchObject({ found: null, of: '' });
  });
});

describe('initials', () => {
  it.each([
    ['接起', 'jq', [0, 2]],
    ['结束会话', 'hh', [2, 4]],
    ['结束会话', 'JSHH', [0, 4]],
    ['结束会话', 'jh', null],
    ['结束会话', 'j', null],
    ['结束会话', '接', null],
  ] as const)('%s by %s', (name, letters, found) => expect(byInitials(name, letters)).toEqual(found));

  it('know every character of every command and page', () => {
    const names = [...new Set(commands.map((c) => zhCN.commands[c.id])), ...Object.values(searchZh.pages)];
    const unknown = new Set(
      names.flatMap((name) => [...name]).filter((c) => /\p{Script=Han}/u.test(c) && !initialsOf(c)),
    );
    expect([...unknown]).toEqual([]);
  });
});

describe('the lines of the palette', () => {
  const all: Doing[] = [
    { id: 'take', name: '接起', keys: ['Alt+R'] },
    { id: 'close', name: '结束会话', keys: ['F4'] },
    { id: 'go desk', name: '去接待台', keys: [] },
  ];

  it('offers what was looked for and what can be done in an empty box', () => {
    expect(groups(null, '', all, ['窗帘'], null).map((g) => [g.id, g.items.length])).toEqual([
      ['recent', 1],
      ['doing', 3],
    ]);
  });

  it('finds commands by a part of the name and by initials, beginnings first', () => {
    expect(doings(all, '接').map((i) => i.key)).toEqual(['take', 'go desk']);
    expect(doings(all, 'jq').map((i) => i.key)).toEqual(['take']);
    expect(doings(all, '会话')).toMatchObject([{ key: 'close', marks: [[2, 4]] }]);
    expect(doings(all, '没有')).toEqual([]);
  });

  it('shows five of a kind and the way to more, or one kind with all that came', () => {
    const page = { ...empty, messages: [1, 2, 3, 4, 5, 6, 7].map(message) };
    const few = groups(page, '有货', all, [], null);
    expect(few.map((g) => g.id)).toEqual(['message']);
    expect(few[0]!.items.map((i) => i.kind)).toEqual([...Array<string>(SHORT).fill('message'), 'more']);
    expect(groups(page, '有货', all, [], 'message')[0]!.items).toHaveLength(7);
    expect(groups(page, '有货', all, [], 'order')).toEqual([]);
  });

  it('puts commands first for letters and last for everything else', () => {
    const page = { ...empty, messages: [message(1)] };
    expect(groups(page, 'jq', all, [], null).map((g) => g.id)).toEqual(['doing', 'message']);
    expect(groups(page, '会话', all, [], null).map((g) => g.id)).toEqual(['message', 'doing']);
  });

  it('steps by line and by group, round the ends', () => {
    expect([stepped(3, 2, 1), stepped(3, 0, -1), stepped(0, 0, 1)]).toEqual([0, 2, 0]);
    const page = { ...empty, messages: [1, 2].map(message) };
    const two = groups(page, '接起', all, [], null);
    expect(two.map((g) => g.items.length)).toEqual([2, 1]);
    expect([groupStepped(two, 0, 1), groupStepped(two, 1, 1), groupStepped(two, 2, 1)]).toEqual([2, 2, 0]);
    expect([groupStepped(two, 2, -1), groupStepped(two, 0, -1)]).toEqual([0, 2]);
    expect(groupStepped([], 0, 1)).toBe(0);
  });

  it('cuts a text at its marks, by characters', () => {
    expect(pieces('😀有货吗', [[1, 3]])).toEqual([
      { text: '😀', on: false },
      { text: '有货', on: true },
      { text: '吗', on: false },
    ]);
    expect(pieces('有货', [])).toEqual([{ text: '有货', on: false }]);
    expect(pieces('', [])).toEqual([]);
  });
});

describe('what was looked for', () => {
  beforeEach(() => localStorage.clear());

  it('is kept by person, newest first, without doubles, beginnings and telephone numbers', () => {
    for (const q of ['窗', '窗帘', '挂毯', ' 窗帘  有货 ', '13812342207']) remember('a', q);
    expect(recent('a')).toEqual(['窗帘 有货', '挂毯']);
    expect(recent('b')).toEqual([]);
    for (let i = 0; i < 20; i++) remember('a', `第${i}个`);
    expect(recent('a')).toHaveLength(6);
    forget('a');
    expect(recent('a')).toEqual([]);
  });

  it('that cannot be read is none', () => {
    localStorage.setItem('yk.searched.a', '{');
    expect(recent('a')).toEqual([]);
  });
});
