/** Days of a report: business days of the shop, as `YYYY-MM-DD`. Pure; the clock is given. */
import { format } from '@yingke/ui';

/** First and last day, both inclusive. */
export interface Range {
  from: string;
  to: string;
}

export const PRESETS = ['today', 'yesterday', 'week', 'month', 'before'] as const;
export type Preset = (typeof PRESETS)[number];

const DAY_MS = 86_400_000;

/** Whether a text is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}

/** A day so many days later. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The days of a preset, seen from `today`. */
export function preset(which: Preset, today: string): Range {
  switch (which) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: plusDays(today, -1), to: plusDays(today, -1) };
    case 'week':
      return { from: plusDays(today, -6), to: today };
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'before': {
      const to = plusDays(`${today.slice(0, 7)}-01`, -1);
      return { from: `${to.slice(0, 7)}-01`, to };
    }
  }
}

/** Which preset a range is, if any. */
export function presetOf(range: Range, today: string): Preset | null {
  return (
    PRESETS.find((which) => {
      const days = preset(which, today);
      return days.from === range.from && days.to === range.to;
    }) ?? null
  );
}

/** What is wrong with a range: a day that is none, or the order; null when it is good. */
export function wrong(range: Range): 'from' | 'to' | 'order' | null {
  if (!isDay(range.from)) return 'from';
  if (!isDay(range.to)) return 'to';
  return range.to < range.from ? 'order' : null;
}

/** The range of an address, or the last week. */
export function rangeOf(query: Record<string, unknown>, today: string): Range {
  const { from, to } = query;
  if (typeof from === 'string' && typeof to === 'string') {
    const range = { from, to };
    if (wrong(range) === null) return range;
  }
  return preset('week', today);
}

/** The business day at this moment in a zone, whose days begin so many seconds after midnight. */
export function today(now: Date, zone: string, split = 0): string {
  return format.dayKey(new Date(now.getTime() - split * 1000), zone);
}

/** Noon of a day, for words about the day itself. */
export function noon(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}
