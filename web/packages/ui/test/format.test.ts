import { describe, expect, it } from 'vitest';
import { clock, count, day, dayKey, fixed, initial, money, percent, wait } from '../src/format';

const SH = 'Asia/Shanghai';

describe('wait', () => {
  it.each([
    [-3, '0:00'],
    [6.9, '0:06'],
    [134, '2:14'],
    [1865, '31:05'],
    [3725, '1:02:05'],
  ])('%f s is %s', (s, shown) => expect(wait(s)).toBe(shown));
});

describe('money', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [123450, '1,234.50'],
    [-5000, '\u221250.00'],
  ])('%i fen is %s', (fen, shown) => expect(money(fen)).toBe(shown));
  it('refuses what is no whole fen', () => expect(() => money(0.5)).toThrow(/whole fen/));
});

describe('figures', () => {
  it('writes counts, shares and decimals', () => {
    expect(count(28010)).toBe('28,010');
    expect(percent(0.97777)).toBe('97.8%');
    expect(fixed(252.5, 2)).toBe('252.50');
    expect(fixed(-1, 1)).toBe('\u22121.0');
  });
});

describe('time', () => {
  const at = new Date('2026-10-03T15:59:50Z');
  it('is the shop’s, not the machine’s', () => {
    expect(clock(at, SH)).toBe('23:59');
    expect(dayKey(at, SH)).toBe('2026-10-03');
    expect(dayKey(new Date('2026-10-03T16:00:00Z'), SH)).toBe('2026-10-04');
  });
  it('names the year only when it is another', () => {
    expect(day(at, new Date('2026-11-01T00:00:00Z'), 'en', SH)).toBe('Sat, Oct 3');
    expect(day(at, new Date('2027-11-01T00:00:00Z'), 'en', SH)).toContain('2026');
  });
});

describe('initial', () => {
  it.each([
    ['\u5c71\u91cc\u6709\u96fe', '\u96fe'],
    ['\u4e00\u9897\u6843\u5b50_88', '\u6843'],
    ['\u4e86', '\u4e86'],
    ['tb70***213', 'T'],
    ['***', '?'],
    ['', '?'],
  ])('%s gives %s', (name, sign) => expect(initial(name)).toBe(sign));
});
