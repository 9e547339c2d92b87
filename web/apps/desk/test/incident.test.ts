import { describe, expect, it } from 'vitest';
import {
  belongs,
  counted,
  decidable,
  merged,
  said,
  slowOf,
  span,
  startOf,
  type Incident,
  type Narrow,
} from '../src/features/incident/incidents';
import { incidentEn } from '../src/text/incident.en';
import { incidentZh } from '../src/text/incident.zh-CN';

function incident(id: string, more: Partial<Incident> = {}): Incident {
  return {
    id,
    shop: 'main',
    rule: 'R-RESP-03',
    kind: 'turn',
    at: '2026-10-05T02:00:00Z',
    from: '2026-10-05T02:00:00Z',
    to: '2026-10-05T02:02:41Z',
    secs: 161,
    tier: 0,
    amount_fen: 0,
    running: false,
    stands: true,
    state: 'proposed',
    reason: '',
    appeal: '',
    person: 'p1',
    ...more,
  };
}
const ALL: Narrow = {
  from: '2026-10-01T00:00:00Z',
  to: '2026-11-01T00:00:00Z',
  tab: 'proposed',
  person: null,
  rule: null,
  shop: null,
};

describe('what happened, in words', () => {
  it.each<[Partial<Incident>, string]>([
    [{}, '慢应答 2分41秒'],
    [{ rule: 'R-RESP-04', secs: 1_860 }, '久等 31分'],
    [{ rule: 'R-RESP-06', kind: 'idle', secs: 7_800 }, '空挂 2小时10分'],
    [{ rule: 'R-RESP-07', kind: 'conversation' }, '未回复'],
    [{ kind: 'month', secs: 4 }, '10月慢应答第4次'],
  ])('%o is %s', (more, words) => expect(said(incident('a', more), incidentZh, 'Asia/Shanghai')).toBe(words));
  it('names the month by the calendar of the shop', () => {
    const late = incident('a', { kind: 'month', secs: 4, at: '2026-10-31T17:00:00Z' });
    expect(said(late, incidentEn, 'Asia/Shanghai')).toBe('Slow answer no. 4 of November');
  });
});

describe('days of a shop', () => {
  it('begin by its zone', () => {
    expect(startOf(2026, 10, 1, 'Asia/Shanghai').toISOString()).toBe('2026-09-30T16:00:00.000Z');
    expect(startOf(2026, 10, 32, 'Asia/Shanghai').toISOString()).toBe('2026-10-31T16:00:00.000Z');
  });
  it('begin where the clock is moved', () => {
    expect(startOf(2026, 10, 25, 'Europe/Berlin').toISOString()).toBe('2026-10-24T22:00:00.000Z');
    expect(startOf(2026, 10, 26, 'Europe/Berlin').toISOString()).toBe('2026-10-25T23:00:00.000Z');
  });
  it('make months', () => {
    const now = new Date('2026-12-31T20:00:00Z');
    expect(span('month', now, 'Asia/Shanghai')).toEqual({
      from: '2026-12-31T16:00:00.000Z',
      to: '2027-01-31T16:00:00.000Z',
    });
    expect(span('last', now, 'Asia/Shanghai').from).toBe('2026-11-30T16:00:00.000Z');
  });
});

describe('news', () => {
  it('stand in their place, latest first, and once', () => {
    const list = [incident('c', { at: '2026-10-07T00:00:00Z' }), incident('a')];
    const news = incident('b', { at: '2026-10-06T00:00:00Z' });
    expect(merged(list, news, ALL).map((i) => i.id)).toEqual(['c', 'b', 'a']);
    expect(merged(merged(list, news, ALL), { ...news, secs: 200 }, ALL).map((i) => i.secs)).toEqual([161, 200, 161]);
  });
  it('leave the list that they do not belong to', () => {
    const list = [incident('a')];
    expect(merged(list, incident('a', { state: 'waived' }), ALL)).toEqual([]);
    expect(merged(list, incident('a', { stands: false }), ALL)).toEqual([]);
    expect(merged([], incident('b', { at: '2026-11-01T00:00:00Z' }), ALL)).toEqual([]);
  });
  it('are narrowed by person, rule and shop', () => {
    expect(belongs(incident('a'), { ...ALL, person: 'p2' })).toBe(false);
    expect(belongs(incident('a'), { ...ALL, rule: 'R-RESP-07' })).toBe(false);
    expect(belongs(incident('a'), { ...ALL, shop: 'main', tab: 'all' })).toBe(true);
  });
});

describe('deciding (R-FINE-01)', () => {
  it('waits for the end of the wait', () => expect(decidable(incident('a', { running: true }))).toBe(false));
  it('is offered again after an appeal', () => expect(decidable(incident('a', { state: 'appealed' }))).toBe(true));
  it('counts by state and rule', () => {
    const counts = [
      { rule: 'R-RESP-03', state: 'proposed', count: 3, amount_fen: 0 },
      { rule: 'R-RESP-04', state: 'proposed', count: 1, amount_fen: 10_000 },
      { rule: 'R-RESP-03', state: 'waived', count: 2, amount_fen: 0 },
    ];
    expect([
      counted(counts, 'proposed', null),
      counted(counts, 'all', 'R-RESP-03'),
      counted(counts, 'appealed', null),
    ]).toEqual([4, 5, 0]);
  });
});

it('R-RESP-03: the badge counts slow answers that stand and nobody waived', () => {
  const list = [
    incident('a'),
    incident('b', { state: 'waived' }),
    incident('c', { stands: false }),
    incident('d', { kind: 'month' }),
    incident('e', { state: 'confirmed' }),
  ];
  expect(slowOf(list)).toBe(2);
});
