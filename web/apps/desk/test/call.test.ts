/** Telephone calls: what is open, what is late, what is told (R-CHANNEL-05). */
import { describe, expect, it } from 'vitest';
import type { CallRow } from '@yingke/api';
import { due, isOpen, isOverdue, merged, seconds, span, spoke } from '../src/features/call/call';

const NOON = Date.parse('2026-10-03T12:00:00Z');
const call = (id: string, of: Partial<CallRow> = {}): CallRow =>
  ({
    id,
    shop: 'main',
    thread: 't',
    buyer_name: '',
    person: 'mei',
    outcome: 'agreed',
    due_at: new Date(NOON).toISOString(),
    confirmed_seq: null,
    ...of,
  }) as CallRow;

describe('a confirmation of a call (R-CHANNEL-05)', () => {
  it('is open until a message says it, and late from its time on', () => {
    expect(isOpen(call('1'))).toBe(true);
    expect(isOpen(call('1', { confirmed_seq: 3 }))).toBe(false);
    expect(isOpen(call('1', { due_at: null }))).toBe(false);
    expect([isOverdue(call('1'), NOON - 1), isOverdue(call('1'), NOON)]).toEqual([false, true]);
  });
  it('stands in the list once, the most urgent first, with the name that is known', () => {
    const later = call('2', { due_at: new Date(NOON + 1_000).toISOString(), buyer_name: '小周' });
    let list = merged([], later);
    list = merged(list, call('1'));
    expect(list.map((c) => c.id)).toEqual(['1', '2']);
    list = merged(list, { ...later, buyer_name: '' });
    expect(list[1]?.buyer_name).toBe('小周');
    expect(merged(list, call('1', { confirmed_seq: 9 })).map((c) => c.id)).toEqual(['2']);
  });
  it('is told once, when it becomes late, and not when it was late long ago', () => {
    const list = [call('1'), call('2', { due_at: new Date(NOON - 60_000).toISOString() })];
    expect(due(list, new Set(), NOON).map((c) => c.id)).toEqual(['1']);
    expect(due(list, new Set(['1']), NOON)).toEqual([]);
    expect(due(list, new Set(), NOON - 1)).toEqual([]);
  });
});

describe('a call', () => {
  it('lasts as many minutes as were written, none, or what is no number', () => {
    expect([seconds('2'), seconds('1.5'), seconds(''), seconds('两')]).toEqual([120, 90, null, undefined]);
    expect(seconds('1441')).toBeUndefined();
  });
  it('agreed upon something only if somebody was spoken to', () => {
    expect([spoke('agreed'), spoke('no_answer'), spoke('wrong_number')]).toEqual([true, false, false]);
  });
  it('is looked for from so many days back until now', () => {
    const { from, to } = span('week', NOON);
    expect(Date.parse(to) - Date.parse(from)).toBe(7 * 86_400_000 + 60_000);
  });
});
