/** Telephone calls: pure parts (R-CHANNEL-05). */
import type { CallRow } from '@yingke/api';
import { format } from '@yingke/ui';

export const OUTCOMES = ['settled', 'agreed', 'call_again', 'no_answer', 'declined', 'wrong_number'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const RANGES = { day: 1, week: 7, month: 30, quarter: 90 } as const;
export type Range = keyof typeof RANGES;

/** Whether what was agreed must still be confirmed in the chat. */
export function isOpen(call: Pick<CallRow, 'due_at' | 'confirmed_seq'>): boolean {
  return !!call.due_at && (call.confirmed_seq === null || call.confirmed_seq === undefined);
}

/** Whether it should have been confirmed by now. */
export function isOverdue(call: Pick<CallRow, 'due_at' | 'confirmed_seq'>, now: number): boolean {
  return isOpen(call) && Date.parse(call.due_at!) <= now;
}

/** Whether anybody was spoken to: only then something can have been agreed. */
export function spoke(outcome: string): boolean {
  return outcome !== 'no_answer' && outcome !== 'wrong_number';
}

/** The open calls after news of one: the most urgent first, each once, a name that is known stays known. */
export function merged(list: readonly CallRow[], news: CallRow): CallRow[] {
  const old = list.find((c) => c.id === news.id);
  const rest = list.filter((c) => c.id !== news.id);
  if (!isOpen(news)) return rest;
  const named = { ...news, buyer_name: news.buyer_name || (old?.buyer_name ?? '') };
  return [...rest, named].sort((a, b) => (a.due_at! < b.due_at! ? -1 : a.due_at! > b.due_at! ? 1 : 0));
}

/** Calls that became overdue just now and were not told yet: what was overdue long before is no news. */
export function due(list: readonly CallRow[], told: ReadonlySet<string>, now: number): CallRow[] {
  return list.filter((c) => isOverdue(c, now) && !told.has(c.id) && now - Date.parse(c.due_at!) < 10_000);
}

/** From `range` days back until now, as the house takes it. */
export function span(range: Range, now: number): { from: string; to: string } {
  return {
    from: new Date(now - RANGES[range] * 86_400_000).toISOString(),
    to: new Date(now + 60_000).toISOString(),
  };
}

/** A moment on the wall clock of a zone, as a box for times takes it: `2026-10-05T14:30`. */
export function wall(at: Date, zone?: string): string {
  return `${format.dayKey(at, zone)}T${format.clock(at, zone)}`;
}

/** The moment of a reading of the wall clock; null = none, undefined = no time. Where the clock is moved between, the second look is right. */
export function moment(text: string, zone?: string): Date | null | undefined {
  if (!text) return null;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return undefined;
  const asked = Date.parse(`${text}:00Z`);
  if (!Number.isFinite(asked)) return undefined;
  let at = asked;
  for (let look = 0; look < 2; look += 1) at += asked - Date.parse(`${wall(new Date(at), zone)}:00Z`);
  return new Date(at);
}

/** What a changed record must say of its confirmation: what was open or confirmed stays so, unless somebody unticks it. */
export function mustConfirm(call: Pick<CallRow, 'due_at'>): boolean {
  return !!call.due_at;
}

/** Seconds of a number of minutes, written by hand; null = none, undefined = no number. */
export function seconds(text: string): number | null | undefined {
  const t = text.trim().replace('，', '.').replace(',', '.');
  if (!t) return null;
  const n = Number(t);
  return Number.isFinite(n) && n >= 0 && n <= 1_440 ? Math.round(n * 60) : undefined;
}
