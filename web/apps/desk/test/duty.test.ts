import { describe, expect, it } from 'vitest';
import {
  asksFor,
  doorOf,
  doorOfGroup,
  headOf,
  openOf,
  restOf,
  sinceOf,
  toDo,
  withTick,
  type Group,
  type Line,
  type Summary,
  type Tick,
} from '../src/features/duty/lists';
import { dutyEn } from '../src/text/duty.en';
import { dutyZh } from '../src/text/duty.zh-CN';

function line(of: string, more: Partial<Line> = {}): Line {
  return {
    group: 'unshipped',
    of,
    seq: 0,
    at: '2026-10-03T00:00:00Z',
    words: '',
    entry: 0,
    late: false,
    ...more,
  };
}

function group(lines: Line[]): Group {
  return { group: 'unshipped', urgent: false, open: 30, done: 1, skipped: 0, late: 0, lines, ticked: [] };
}

const tick: Tick = {
  id: 't',
  outcome: 'skipped',
  reason: 'stock',
  note: '',
  late: true,
  person: 'p',
  person_name: '小美',
  at: '2026-10-03T03:00:00Z',
};

describe('a line', () => {
  it('says the number of an order, a name of a buyer, else its words', () => {
    const order = line('a', { number: '8001', title: '挂毯', buyer_name: '小明' });
    expect([headOf(order), restOf(order)]).toEqual(['8001', '挂毯']);
    const talk = line('b', { group: 'left', buyer_name: '访客 1', words: '在吗' });
    expect([headOf(talk), restOf(talk)]).toEqual(['访客 1', '在吗']);
    expect([headOf(line('c', { words: '看邮箱' })), restOf(line('c', { words: '看邮箱' }))]).toEqual(['看邮箱', '']);
    // What is left of a tick are its words.
    expect(headOf(line('d', { words: '8001 · 挂毯', tick }))).toBe('8001 · 挂毯');
  });

  it.each<[string, number, string, string]>([
    ['unpaid', 90, '下单1分钟', 'placed 1 min ago'],
    ['unshipped', 7_200, '付款2小时', 'paid 2 h ago'],
    ['yesterday', 200_000, '付款2天', 'paid 2 days ago'],
    ['left', 3_700, '等了1小时', 'waiting 1 h'],
    ['rating', 3_700, '1小时前', '1 h ago'],
    ['own', 3_700, '', ''],
  ])('of %s after %d s says how long', (group, secs, zh, en) => {
    const one = line('a', { group });
    const now = Date.parse(one.at) + secs * 1_000;
    expect([sinceOf(one, now, dutyZh), sinceOf(one, now, dutyEn)]).toEqual([zh, en]);
  });

  it('R-DESK-16: asks for a reason or a day where the rule does', () => {
    expect(asksFor({ group: 'yesterday' })).toBe('reason');
    expect(asksFor({ group: 'presale' })).toBe('arrival');
    expect(asksFor({ group: 'presale', arrival: '2026-10-20' })).toBeNull();
    expect(asksFor({ group: 'unpaid' })).toBeNull();
  });

  it('leads to the message, else to the order, else nowhere', () => {
    expect(doorOf({ thread: 't', entry: 7 })).toEqual({ name: 'desk', query: { thread: 't', seq: '7' } });
    expect(doorOf({ thread: 't', entry: 0 })).toEqual({ name: 'desk', query: { thread: 't' } });
    expect(doorOf({ order: 'o', entry: 0 })).toEqual({ name: 'orders', params: { order: 'o' } });
    expect(doorOf({ entry: 0 })).toBeNull();
    expect(doorOfGroup('own')).toBeNull();
    expect(doorOfGroup('unpaid')).not.toBeNull();
  });
});

describe('a group', () => {
  it('moves a ticked line to the ticked ones and counts on', () => {
    const [a, b] = [line('a'), line('b')];
    const after = withTick(group([a, b]), a, tick);
    expect(after.lines).toEqual([b]);
    expect(after.ticked).toEqual([{ ...a, tick }]);
    expect([after.open, after.done, after.skipped, after.late]).toEqual([29, 1, 1, 1]);
    expect(withTick(after, a, tick)).toBe(after);
  });
  it('says its counts without zeros', () => {
    expect(dutyZh.counts(3, 0, 1)).toBe('还有3，跳过1');
    expect(dutyEn.counts(0, 2, 0)).toBe('2 done');
  });
});

it('what is to do: open lists, the late ones first', () => {
  const of = (list: string, open: number, late: boolean): Summary => ({
    shop: 'main',
    shop_name: '店',
    list,
    day: '2026-10-03',
    due_at: '',
    open,
    done: 0,
    skipped: 0,
    late,
  });
  expect(toDo([of('opening', 2, false), of('early', 1, true), of('x', 0, false)]).map((s) => s.list)).toEqual([
    'early',
    'opening',
  ]);
  expect(openOf({ groups: [group([]), group([])] })).toBe(60);
});
