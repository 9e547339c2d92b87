import { describe, expect, it } from 'vitest';
import type { ApprovalRow } from '@yingke/api';
import { beginOf } from '../src/features/bargain/given';
import { fen, limit, places, queue, share, way, yuan, type Authority } from '../src/features/bargain/price';

const own: Authority = { share_bp: 100, free_a_day: 2, warned_a_day: 1, used_today: 0, large_order_fen: 500_000 };

describe('prices', () => {
  it.each<[string, number | null]>([
    ['355', 35_500],
    ['355.5', 35_550],
    ['¥1,355.05', 135_505],
    [' 12元 ', 1_200],
    ['355.555', null],
    ['-3', null],
    ['', null],
    ['abc', null],
  ])('reads %j', (text, amount) => expect(fen(text)).toBe(amount));

  it('are shown without needless decimals', () => {
    expect([35_500, 35_550, 5].map(yuan)).toEqual(['355', '355.50', '0.05']);
    expect(share(800, 35_800)).toBe('2.2%');
    expect(share(1, 0)).toBe('–');
  });

  it('go alone within the share, twice and once more with a warning, else to the supervisor (R-BARGAIN-01)', () => {
    const go = (price: number | null, more: Partial<Authority> = {}, approves = false) =>
      way(35_800, price, { ...own, ...more }, approves);
    expect(limit(35_800, 100)).toBe(358);
    expect(go(35_500)).toEqual({ do: 'give', last: false });
    expect(go(35_442)).toEqual({ do: 'give', last: false });
    expect(go(35_441)).toEqual({ do: 'ask', why: 'limit' });
    expect(go(35_500, { used_today: 2 })).toEqual({ do: 'give', last: true });
    expect(go(35_500, { used_today: 3 })).toEqual({ do: 'ask', why: 'used' });
    expect(way(600_000, 599_900, own, false)).toEqual({ do: 'ask', why: 'large' });
    expect(go(30_000, { used_today: 9 }, true)).toEqual({ do: 'give', last: false });
    expect(go(35_800)).toBeNull();
    expect(go(null)).toBeNull();
    expect(way(null, 100, own, true)).toBeNull();
  });

  it('stand on a line from the price now to the wish', () => {
    expect(places(71_600, 66_000, 70_884, 69_000)).toEqual({
      own: expect.closeTo(12.79, 1),
      boss: expect.closeTo(46.43, 1),
    });
    expect(places(100, 100, 99, null)).toEqual({ own: 0, boss: 0 });
    expect(places(10_000, 9_990, 9_900, null).own).toBe(100);
  });
});

describe('requests', () => {
  const one = (id: string, at: string, state = 'open'): ApprovalRow => ({ id, at, state }) as ApprovalRow;
  it('wait oldest first, once each, and go when they are answered', () => {
    const all = queue(queue([], one('b', '2')), one('a', '1'));
    expect(all.map((r) => r.id)).toEqual(['a', 'b']);
    expect(queue(all, one('a', '1')).map((r) => r.id)).toEqual(['a', 'b']);
    expect(queue(all, one('a', '1', 'granted')).map((r) => r.id)).toEqual(['b']);
  });
});

describe('what was given, for a sheet', () => {
  it('a day begins by the clock on the wall of the shop', () => {
    expect(beginOf('2026-11-22', 'Asia/Shanghai', 0).toISOString()).toBe('2026-11-21T16:00:00.000Z');
    expect(beginOf('2026-11-22', 'Asia/Shanghai', 6 * 3_600).toISOString()).toBe('2026-11-21T22:00:00.000Z');
    // The clock goes forward on this day.
    expect(beginOf('2026-03-29', 'Europe/Berlin', 0).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(beginOf('2026-03-30', 'Europe/Berlin', 0).toISOString()).toBe('2026-03-29T22:00:00.000Z');
  });
});
