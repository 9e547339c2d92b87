import { describe, expect, it } from 'vitest';
import { scopeFromText, scopeOf, scopeToText, turnsQuery, type Scope } from '../src/features/metric/cell';
import {
  addRows,
  beyond,
  divisionOf,
  figureOf,
  FIGURES,
  formula,
  isLate,
  meanOf,
  nextSort,
  rankOf,
  shownOf,
  sorted,
  spark,
  spread,
  written,
  type Row,
  type SheetRow,
} from '../src/features/metric/figures';
import { byHour, hourMap } from '../src/features/metric/hours';
import { isDay, plusDays, preset, presetOf, rangeOf, today, wrong } from '../src/features/metric/range';
import { bar, filtersOf, passes, type Turn } from '../src/features/metric/turns';
import { metricEn } from '../src/text/metric.en';
import { metricZh } from '../src/text/metric.zh-CN';

const row = (of: Partial<Row>): Row => of as Row;
const of = (of: Row, days: SheetRow['days'] = {}, so_far: SheetRow['so_far'] = {}): SheetRow => ({
  row: of,
  so_far,
  days,
});
const figure = (key: string) => figureOf(key)!;

describe('the figures', () => {
  it('all have words in both languages, and no words are left over', () => {
    const keys = FIGURES.map((f) => f.key).sort();
    expect(Object.keys(metricZh.figures).sort()).toEqual(keys);
    expect(Object.keys(metricEn.figures).sort()).toEqual(keys);
    for (const key of keys) expect(metricZh.figures[key].rule).toBe(metricEn.figures[key].rule);
  });
  it('divide by parts that are figures themselves', () => {
    for (const f of FIGURES) {
      for (const part of [...(f.division?.of ?? []), ...(f.division ? [f.division.by] : [])]) {
        expect(figureOf(part)?.division, `${f.key} is divided from plain figures`).toBeUndefined();
        expect(figureOf(part)).toBeDefined();
      }
    }
  });
  it.each([
    ['count', 28010, '28,010'],
    ['average', 6.8, '6.8'],
    ['average', 39.59, '39.6'],
    ['rate', 0.9783, '97.8%'],
    ['ratio', 0.9885, '0.99'],
    ['max', 872, '872'],
  ] as const)('%s %d is written %s', (kind, value, text) => expect(written(kind, value)).toBe(text));
});

describe('a division written out', () => {
  it('names its parts with their values', () => {
    const of = row({ first_reply_cost: 2679, first_reply_times: 394, first_reply_avg: 6.8 });
    expect(divisionOf(of, figure('first_reply_avg'))).toEqual({
      of: [{ key: 'first_reply_cost', value: 2679 }],
      by: { key: 'first_reply_times', value: 394 },
    });
    expect(formula(of, figure('first_reply_avg'), 'open')).toBe('2,679 ÷ 394 = 6.8');
  });
  it('says what is late instead of a number, never 0', () => {
    const of = row({ service_num: 20, no_reply_num: null, reply_rate: null, late: ['no_reply_num', 'reply_rate'] });
    expect(isLate(of, 'reply_rate')).toBe(true);
    expect(formula(of, figure('reply_rate'), 'open')).toBe('(20 − open) ÷ 20 = open');
    expect(formula(of, figure('no_reply_num'), 'open')).toBe('open');
  });
  it('gives a dash where nothing can be divided', () => {
    const of = row({ first_reply_cost: 0, first_reply_times: 0, first_reply_avg: null });
    expect(formula(of, figure('first_reply_avg'), 'open')).toBe('0 ÷ 0 = –');
  });
});

describe('the team over several shops', () => {
  const a = row({
    service_num: 10,
    no_reply_num: 1,
    total_reply_cost: 100,
    total_reply_times: 4,
    max_wait: 30,
    buyer_msg_num: 3,
    seller_msg_num: 2,
  });
  const b = row({
    service_num: 5,
    no_reply_num: 2,
    total_reply_cost: 50,
    total_reply_times: 3,
    max_wait: 90,
    buyer_msg_num: 0,
    seller_msg_num: 0,
  });
  it('adds what adds, keeps the longest wait, divides anew', () => {
    const team = addRows([a, b]);
    expect(team).toMatchObject({
      service_num: 15,
      no_reply_num: 3,
      max_wait: 90,
      reply_avg: 21.43,
      reply_rate: 0.8,
      qa_ratio: 0.6667,
    });
    expect(team.late).toBeUndefined();
  });
  it('is late where one shop is late', () => {
    const team = addRows([a, { ...b, no_reply_num: null, reply_rate: null, late: ['no_reply_num', 'reply_rate'] }]);
    expect(team).toMatchObject({ service_num: 15, no_reply_num: null, reply_rate: null });
    expect(team.late?.sort()).toEqual(['no_reply_num', 'reply_rate']);
  });
  it('of nobody has counts of 0 and nothing to divide', () => {
    expect(addRows([])).toMatchObject({ service_num: 0, max_wait: null, reply_avg: null });
  });
});

describe('sorting', () => {
  const lines = [
    { name: 'b', of: of(row({ max_wait: 10 })) },
    { name: 'a', of: of(row({ max_wait: null })) },
    { name: null, of: of(row({ max_wait: 30 })) },
    { name: 'a10', of: of(row({ max_wait: 20 })) },
    { name: 'a9', of: of(row({ max_wait: 20 })) },
  ];
  const names = (of: typeof lines): (string | null)[] => of.map((line) => line.name);
  it('puts what has no value last both ways and keeps equal ones in place', () => {
    expect(names(sorted(lines, { by: 'max_wait', down: true }, 'en'))).toEqual([null, 'a10', 'a9', 'b', 'a']);
    expect(names(sorted(lines, { by: 'max_wait', down: false }, 'en'))).toEqual(['b', 'a10', 'a9', null, 'a']);
  });
  it('orders names as people do', () => {
    expect(names(sorted(lines, { by: 'key', down: false }, 'en'))).toEqual(['a', 'a9', 'a10', 'b', null]);
    expect(names(sorted(lines, { by: 'key', down: true }, 'en'))).toEqual(['b', 'a10', 'a9', 'a', null]);
  });
  it('goes down, up, and back', () => {
    const first = nextSort(null, 'max_wait');
    expect(first).toEqual({ by: 'max_wait', down: true });
    expect(nextSort(first, 'max_wait')).toEqual({ by: 'max_wait', down: false });
    expect(nextSort({ by: 'max_wait', down: false }, 'max_wait')).toBeNull();
    expect(nextSort(first, 'key')).toEqual({ by: 'key', down: false });
    expect(sorted(lines, null, 'en')).toEqual(lines);
  });
});

describe('the team', () => {
  const one = row({ service_num: 3, max_wait: 10, total_reply_cost: 30, total_reply_times: 3 });
  const two = row({ service_num: 6, max_wait: null, total_reply_cost: 10, total_reply_times: 1 });
  it('has counts per head, and averages of all turns alike', () => {
    expect(meanOf([one, two])).toMatchObject({ service_num: 4.5, max_wait: 10, reply_avg: 10 });
    expect(meanOf([one])).toBeNull();
  });
  it('has no mean of what is late in one', () => {
    expect(meanOf([one, row({ service_num: null, late: ['service_num'] })])?.service_num).toBeNull();
  });
  it('has places: less is better where waiting is counted, equal ones share', () => {
    const rows = [5, 9, 5].map((slow) => of(row({ slow_answer_num: slow, service_num: slow })));
    expect(rows.map((r) => rankOf(rows, r, 'slow_answer_num')?.place)).toEqual([1, 3, 1]);
    expect(rows.map((r) => rankOf(rows, r, 'service_num')?.place)).toEqual([2, 1, 2]);
    expect(rankOf(rows.slice(0, 1), rows[0]!, 'service_num')).toBeNull();
  });
});

describe('what is late', () => {
  it('shows its part so far, and sorts by it', () => {
    const late = of(row({ reply_rate: null, late: ['reply_rate'] }), {}, { reply_rate: 0.5 });
    const done = of(row({ reply_rate: 0.4 }));
    expect([shownOf(late, 'reply_rate'), shownOf(done, 'reply_rate')]).toEqual([0.5, 0.4]);
    const lines = [late, done].map((l) => ({ name: 'x', of: l }));
    expect(sorted(lines, { by: 'reply_rate', down: false }, 'en')[0]?.of).toBe(done);
  });
});

describe('a small line', () => {
  it('runs from the first to the last day, higher for more, over days without a value', () => {
    const line = spark([1, null, 3], 44, 18)!;
    expect([line.path, line.x, line.y]).toEqual(['M2 16L42 2', 42, 2]);
  });
  it('is flat in the middle when nothing changes, and none for a single day', () => {
    expect(spark([2, 2], 44, 18)?.path).toBe('M2 9L42 9');
    expect(spark([null, 2], 44, 18)).toBeNull();
  });
});

describe('limits', () => {
  const clock = { ring: [10, 30, 100, 120], slow_secs: 120 };
  it.each([
    ['first_reply_avg', 10, false],
    ['first_reply_avg', 10.01, true],
    ['max_wait', 120, false],
    ['max_wait', 121, true],
    ['reply_rate', 0.97, false],
    ['reply_rate', 0.9699, false],
    ['reply_rate', 0.9694, true],
    ['slow_answer_num', 99, false],
    ['max_wait', null, false],
  ] as const)('%s of %s is beyond its limit: %s', (key, value, is) => {
    expect(beyond(key, value, clock, 0.97)).toBe(is);
  });
  it('are unknown without the clock', () => expect(beyond('max_wait', 999, null, null)).toBe(false));
});

describe('the distribution', () => {
  it('takes the cumulative figures apart', () => {
    const of = row({ within_10_num: 5, within_30_num: 9, within_60_num: 9, within_180_num: 12, total_reply_times: 14 });
    expect(spread(of).map((b) => [b.from, b.to, b.count])).toEqual([
      [0, 10, 5],
      [10, 30, 4],
      [30, 60, 0],
      [60, 180, 3],
      [180, null, 2],
    ]);
  });
  it('never shows less than nothing', () => {
    // A policy may leave waits out of the answers that the shorter counts still have.
    expect(spread(row({ within_180_num: 3, total_reply_times: 1 })).at(-1)?.count).toBe(0);
  });
});

describe('the map of hours', () => {
  it('reaches from the first to the last hour and marks the fullest, the later of equals', () => {
    const at = (date: string, hour: number, consult_num: number): Row => row({ date, hour, consult_num });
    const map = hourMap([
      at('2026-10-21', 9, 4),
      at('2026-10-20', 11, 4),
      at('2026-10-20', 8, 1),
      at('2026-10-20', 23, 0),
    ]);
    expect(map.hours).toEqual([8, 9, 10, 11]);
    expect(map.days.map((d) => [d.date, d.places.map((p) => p.level)])).toEqual([
      ['2026-10-20', [2, 0, 0, 5]],
      ['2026-10-21', [0, 5, 0, 0]],
    ]);
    expect(map.top).toEqual({ date: '2026-10-21', hour: 9, value: 4 });
  });
  it('of shares marks the lowest, and leaves an hour without one light', () => {
    const hour = (h: number, rate: number | null): Row =>
      row({ date: '2026-10-20', hour: h, consult_num: 3, three_minute_rate: rate });
    const map = hourMap([hour(9, 1), hour(10, 0.5), hour(11, null)], 'three_minute_rate');
    expect(map.days[0]?.places.map((p) => [p.value, p.level])).toEqual([
      [1, 0],
      [0.5, 5],
      [null, 0],
    ]);
    expect(map.top).toEqual({ date: '2026-10-20', hour: 10, value: 0.5 });
  });
  it('adds the days of an hour up', () => {
    const hour = (date: string, h: number, cost: number): Row =>
      row({ date, hour: h, consult_num: 1, turn_times: 2, first_reply_cost: cost, first_reply_times: 1 });
    const sums = byHour([hour('2026-10-20', 9, 4), hour('2026-10-21', 9, 8), hour('2026-10-21', 11, 1)]);
    expect(sums.map((s) => [s.hour, s.row.turn_times, s.row.first_reply_avg])).toEqual([
      [9, 4, 6],
      [10, 0, null],
      [11, 2, 1],
    ]);
  });
  it('of nobody is empty', () => expect(hourMap([]).top).toBeNull());
});

describe('days', () => {
  it('are those of the shop, not of the machine', () => {
    expect(today(new Date('2026-10-20T16:00:00Z'), 'Asia/Shanghai')).toBe('2026-10-21');
    expect(today(new Date('2026-10-20T15:59:59Z'), 'Asia/Shanghai')).toBe('2026-10-20');
    // A shop whose day begins at six.
    expect(today(new Date('2026-10-20T21:59:59Z'), 'Asia/Shanghai', 6 * 3600)).toBe('2026-10-20');
  });
  it.each([
    ['2026-10-21', true],
    ['2028-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['', false],
  ])('%s is a day: %s', (text, is) => expect(isDay(text)).toBe(is));
  it('are added over months', () => expect(plusDays('2026-03-01', -1)).toBe('2026-02-28'));
  it('come from presets and back', () => {
    expect(preset('week', '2026-10-03')).toEqual({ from: '2026-09-27', to: '2026-10-03' });
    expect(preset('yesterday', '2026-01-01')).toEqual({ from: '2025-12-31', to: '2025-12-31' });
    expect(preset('before', '2026-03-31')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(presetOf({ from: '2026-10-01', to: '2026-10-03' }, '2026-10-03')).toBe('month');
    expect(presetOf({ from: '2026-10-02', to: '2026-10-03' }, '2026-10-03')).toBeNull();
  });
  it('of a wrong address are the last week, and it is said what is wrong', () => {
    expect(rangeOf({ from: '2026-10-05', to: '2026-10-01' }, '2026-10-03').from).toBe('2026-09-27');
    expect(rangeOf({ from: '2026-10-01', to: '2026-10-01' }, '2026-10-03').from).toBe('2026-10-01');
    expect(wrong({ from: 'x', to: '2026-10-01' })).toBe('from');
    expect(wrong({ from: '2026-10-01', to: '2026-10-32' })).toBe('to');
    expect(wrong({ from: '2026-10-02', to: '2026-10-01' })).toBe('order');
  });
});

describe('a number as a door', () => {
  const scopes: [Scope, string][] = [
    [{ of: 'team' }, 'team'],
    [{ of: 'agent', agent: null }, 'nobody'],
    [{ of: 'agent', agent: 'nobody' }, 'agent:nobody'],
    [{ of: 'agent', agent: '店铺:小美' }, 'agent:店铺:小美'],
    [{ of: 'date', date: '2026-10-21' }, 'date:2026-10-21'],
    [{ of: 'hour', hour: 0 }, 'hour:0'],
    [{ of: 'shop', shop: 'main' }, 'shop:main'],
    [{ of: 'date-hour', date: '2026-10-21', hour: 21 }, 'at:2026-10-21/21'],
  ];
  it.each(scopes)('%j stands in the address as %s', (scope, text) => {
    expect(scopeToText(scope)).toBe(text);
    expect(scopeFromText(text)).toEqual(scope);
  });
  it.each(['', 'x', 'hour:24', 'hour:', 'at:2026-10-21', 'at:/3'])('%s is none', (text) =>
    expect(scopeFromText(text)).toBeNull(),
  );
  it('asks for the row that nobody had, apart from a name', () => {
    const range = { from: '2026-10-01', to: '2026-10-03' };
    expect(turnsQuery(range, scopeOf('agent', row({ agent: null })), 'max_wait')).toEqual({
      ...range,
      figure: 'max_wait',
      null: 1,
    });
    expect(turnsQuery(range, scopeOf('agent', row({ agent: '小满' })), 'max_wait')).toEqual({
      ...range,
      figure: 'max_wait',
      agent: '小满',
    });
    expect(turnsQuery(range, { of: 'date-hour', date: '2026-10-02', hour: 9 }, 'consult_num')).toMatchObject({
      date: '2026-10-02',
      hour: 9,
    });
    expect(turnsQuery(range, scopeOf('hour', row({ hour: 0 })), 'max_wait')).toMatchObject({ hour: 0 });
  });
});

describe('turns behind a number', () => {
  const turn = (of: Partial<Turn>): Turn => ({ end: 'answered', wait: 10, ...of }) as Turn;
  it('are over a limit only when they waited longer', () => {
    expect(passes(turn({ wait: 10 }), { show: 'over', secs: 10 })).toBe(false);
    expect(passes(turn({ wait: 11 }), { show: 'over', secs: 10 })).toBe(true);
    expect(passes(turn({ wait: null }), { show: 'over', secs: 10 })).toBe(false);
  });
  it('are unanswered while open and after a close, not when waived', () => {
    const unanswered = (end: Turn['end']): boolean => passes(turn({ end, wait: null }), { show: 'unanswered' });
    expect(['open', 'closed', 'waived', 'answered'].map((end) => unanswered(end as Turn['end']))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  it('have one filter for each limit', () => {
    expect(filtersOf({ ring: [10, 30], slow_secs: 120 })).toHaveLength(4);
    expect(filtersOf({ ring: [120], slow_secs: 120 })).toHaveLength(3);
  });
  it('have a bar that is full at slow and never vanishes', () => {
    expect([bar(0, 120), bar(60, 120), bar(500, 120)]).toEqual([0.04, 0.5, 1]);
  });
});
