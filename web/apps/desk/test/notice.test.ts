import { describe, expect, it } from 'vitest';
import type { NoticeRow } from '@yingke/api';
import { endOf, isUnread, merged, says, unread } from '../src/features/notice/notices';

const notice = (id: string, more: Partial<NoticeRow> = {}): NoticeRow => ({
  id,
  shop: 'main',
  kind: 'goods',
  audience: 'shop',
  line: null,
  people: [],
  title: `公告${id}`,
  text: '',
  urgent: false,
  by: '主管',
  at: `2026-11-22T01:0${id}:00Z`,
  revision: 1,
  changed_by: '主管',
  changed_at: `2026-11-22T01:0${id}:00Z`,
  until: null,
  ended_at: null,
  ended_by: null,
  in_force: true,
  mine: true,
  confirmed_at: null,
  blocks: false,
  reminded: false,
  read: null,
  readers: null,
  ...more,
});
const NOW = Date.parse('2026-11-22T02:00:00Z');

describe('R-TEAM-03: what is to be confirmed', () => {
  it('is mine, in force and not confirmed; its end may come while it stands on the page', () => {
    expect(isUnread(notice('1'), NOW)).toBe(true);
    expect(isUnread(notice('1', { mine: false }), NOW)).toBe(false);
    expect(isUnread(notice('1', { confirmed_at: '2026-11-22T01:30:00Z' }), NOW)).toBe(false);
    expect(isUnread(notice('1', { in_force: false }), NOW)).toBe(false);
    expect(isUnread(notice('1', { until: '2026-11-22T02:00:01Z' }), NOW)).toBe(true);
    expect(isUnread(notice('1', { until: '2026-11-22T02:00:00Z' }), NOW)).toBe(false);
  });
  it('comes urgent first, then oldest first', () => {
    const all = [notice('3'), notice('1'), notice('4', { urgent: true }), notice('2', { mine: false })];
    expect(unread(all, NOW).map((n) => n.id)).toEqual(['4', '1', '3']);
  });
});

describe('the list of notices', () => {
  it('takes news in its place, and new ones by their time', () => {
    const list = [notice('3'), notice('1')];
    expect(merged(list, notice('1', { title: '改过' }), false).map((n) => n.title)).toEqual(['公告3', '改过']);
    expect(merged(list, notice('2'), true).map((n) => n.id)).toEqual(['3', '2', '1']);
    expect(merged(list, notice('2'), false).map((n) => n.id)).toEqual(['3', '1']);
    expect(merged([], notice('2'), true).map((n) => n.id)).toEqual(['2']);
  });
  it('is searched by all the words', () => {
    const n = notice('1', { title: '新品周五上架', text: '先看尺寸表 A4' });
    expect(says(n, '尺寸 a4')).toBe(true);
    expect(says(n, '尺寸 运费')).toBe(false);
  });
  it('reads an end by the clock of the shop', () => {
    const shanghai = (y: number, m: number, d: number): Date => new Date(Date.UTC(y, m - 1, d) - 8 * 3_600_000);
    expect(endOf('2026-11-22T18:30', shanghai)).toBe('2026-11-22T10:30:00.000Z');
    expect(endOf('', shanghai)).toBeNull();
  });
});
