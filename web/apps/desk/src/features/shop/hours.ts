/** Opening hours as they are written and drawn: intervals, days of a year, what a date is. Pure. */
import type { Schemas } from '@yingke/api';

type Opening = Schemas['OpeningHours'];
type Public = Schemas['PublicDay'];

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];
export const MOST_INTERVALS = 6;

/** A time as people write it (`9`, `9:5`, `0930`, `24:00`) as `HH:MM`; null for what is none. */
export function timeOf(text: string): string | null {
  const t = text.trim().replace(/[\uFF1A.\u3002]/g, ':');
  const m = /^(\d{1,2})(?::(\d{1,2}))?$/.exec(t) ?? /^(\d{2})(\d{2})$/.exec(t);
  if (!m) return null;
  const [h, min] = [Number(m[1]), Number(m[2] ?? 0)];
  if (h > 24 || min > 59 || (h === 24 && min > 0)) return null;
  return `${String(h).padStart(2, '0')}:${String(min).padStart(2, '0')}`;
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** `09:00-18:00` as its two times; null for what is none. One that ends before it begins runs over midnight. */
export function spanOf(text: string): [from: string, to: string] | null {
  const m = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text);
  if (!m || m[1] === m[2]) return null;
  const [from, to] = [m[1]!, m[2]!];
  return timeOf(from) === from && timeOf(to) === to ? [from, to] : null;
}

/** What is wrong with the intervals of one day. */
export function faultOfDay(list: readonly string[]): 'overlap' | 'tooMany' | null {
  if (list.length > MOST_INTERVALS) return 'tooMany';
  const spans = list.flatMap((text) => {
    const span = spanOf(text);
    return span ? [span.map(minutes) as [number, number]] : [];
  });
  spans.sort((a, b) => a[0] - b[0]);
  for (let i = 0; i + 1 < spans.length; i++) {
    const [from, to] = spans[i]!;
    if (to <= from || to > spans[i + 1]![0]) return 'overlap';
  }
  return null;
}

/** The next interval that somebody probably wants: after the last one, else the day. */
export function nextSpan(list: readonly string[]): string {
  const last = list.length > 0 ? spanOf(list[list.length - 1]!) : null;
  if (!last || last[1] <= last[0] || last[1] >= '22:00') return '09:00-18:00';
  const from = minutes(last[1]) + 60;
  const to = Math.min(from + 240, 1440);
  const text = (n: number): string =>
    `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
  return `${text(from)}-${text(to)}`;
}

export interface DateInfo {
  /** Why it is so: the week, the public calendar, or the shop's own word. */
  by: 'week' | 'calendar' | 'shop';
  kind: 'week' | 'holiday' | 'workday' | 'like' | 'own';
  name: string;
  hours: readonly string[];
  /** Whether it differs from an ordinary week. */
  special: boolean;
}

const of = (date: string): Date => new Date(`${date}T12:00:00Z`);
export const dayOf = (date: string): Day => DAYS[(of(date).getUTCDay() + 6) % 7]!;

/** What a date is: the shop's word, else the calendar's, else the week's. */
export function infoOf(
  opening: Opening,
  date: string,
  calendar: ReadonlyMap<string, Public>,
  english: boolean,
): DateInfo {
  const rule = opening.days[date];
  if (rule?.kind === 'holiday')
    return { by: 'shop', kind: 'holiday', name: rule.name ?? '', hours: opening.holiday, special: true };
  if (rule?.kind === 'like')
    return { by: 'shop', kind: 'like', name: rule.name ?? '', hours: opening.week[rule.day], special: true };
  if (rule?.kind === 'own') return { by: 'shop', kind: 'own', name: rule.name ?? '', hours: rule.hours, special: true };
  const day = opening.calendar === 'china' ? calendar.get(date) : undefined;
  if (day?.holiday)
    return {
      by: 'calendar',
      kind: 'holiday',
      name: english ? day.name_en : day.name,
      hours: opening.holiday,
      special: true,
    };
  if (day) return { by: 'calendar', kind: 'workday', name: '', hours: opening.week.mon, special: true };
  return { by: 'week', kind: 'week', name: '', hours: opening.week[dayOf(date)], special: false };
}

/** Weeks of a month, Monday first; null before its first and after its last day. */
export function monthOf(year: number, month: number): (string | null)[][] {
  const text = (n: number): string => String(n).padStart(2, '0');
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const lead = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const cells: (string | null)[] = Array.from({ length: lead }, () => null);
  for (let d = 1; d <= length; d++) cells.push(`${year}-${text(month)}-${text(d)}`);
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7));
}

/** The date so many days later. */
export function plusDays(date: string, days: number): string {
  const at = of(date);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** A week that most shops begin from. */
export function firstOpening(): Opening {
  const day = ['09:00-18:00'];
  return {
    week: { mon: [...day], tue: [...day], wed: [...day], thu: [...day], fri: [...day], sat: [...day], sun: [...day] },
    calendar: 'none',
    holiday: [],
    days: {},
  };
}
