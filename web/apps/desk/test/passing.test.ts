import { describe, expect, it } from 'vitest';
import type { Row } from '@yingke/api';
import { lostOf, passesIn } from '../src/features/conversation/passing';

describe('a buyer left waiting (R-DESK-13)', () => {
  it('is counted down in the last minute, by the time that this holder had', () => {
    expect(passesIn(239, 1_000, 300)).toBeNull();
    expect(passesIn(240, 1_000, 300)).toBe(60);
    expect(passesIn(299, null, 300)).toBe(1);
    expect(passesIn(400, 1_000, 300)).toBe(0);
    // Got from a colleague a moment ago: the whole time again.
    expect(passesIn(400, 20, 300)).toBeNull();
    expect(passesIn(9_999, 9_999, 0)).toBeNull();
  });

  it('is told when somebody else has them, unless it was an act of one’s own or they are gone', () => {
    const row = (state: string, holder: string | null): Row =>
      ({ thread: 't', buyer_name: '阿布', live: { state, holder, holder_name: '小麦' } }) as Row;
    const of = (r: Row | null, own = false) =>
      lostOf(['t'], new Map(r ? [['t', r]] : []), 'me', () => own).map((one) => `${one.buyer} ${one.to}`);
    expect(of(row('held', 'mai'))).toEqual(['阿布 小麦']);
    expect(of(row('held', 'mai'), true)).toEqual([]);
    expect(of(row('held', 'me'))).toEqual([]);
    expect(of(row('queued', null))).toEqual([]);
    expect(of(null)).toEqual([]);
  });
});
