/** Goals of the day as numbers and words. Pure. */
import type { Schemas } from '@yingke/api';
import { format } from '@yingke/ui';
import type { GoalText } from '../../text/goal.zh-CN';

export type Standing = Schemas['GoalStanding'];
export type GoalRow = Schemas['GoalRow'];
export const FIGURES = ['first_reply_avg', 'three_minute_rate', 'no_reply_num', 'service_num'] as const;
export type Figure = (typeof FIGURES)[number];
export const SCOPES = ['every', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A value with its unit. */
export function valued(figure: string, value: number, t: GoalText): string {
  const unit = t.unit[figure] ?? '';
  if (figure === 'three_minute_rate') return format.percent(value);
  return `${Number.isInteger(value) ? format.count(value) : format.fixed(value, 1)}${unit}`;
}

/** What the goal asks for, in words. */
export function asks(s: Pick<Standing, 'figure' | 'goal'>, t: GoalText): string {
  const value = valued(s.figure, s.goal, t);
  return s.figure === 'first_reply_avg' || s.figure === 'no_reply_num' ? t.atMost(value) : t.atLeast(value);
}

/** The goal of a figure: the team's, or a person's part. */
export function goalOf(all: readonly Standing[], figure: Figure, person: string | null): Standing | null {
  return all.find((s) => s.figure === figure && (s.person ?? null) === person) ?? null;
}

/** Team goals that the day does not keep; what is only to be reached by its end is no alarm. */
export function behind(all: readonly Standing[]): Standing[] {
  return all.filter((s) => s.person == null && s.kept === false && s.figure !== 'service_num');
}

/** What stands in a box as a goal: `null` = none, `undefined` = no number of that figure. */
export function read(figure: Figure, text: string): number | null | undefined {
  const words = text.trim().replace('%', '');
  if (words === '') return null;
  const n = Number(words);
  if (!Number.isFinite(n) || n < 0) return undefined;
  if (figure === 'three_minute_rate') return n > 0 && n <= 100 ? Math.round(n * 10) / 1000 : undefined;
  if (figure === 'first_reply_avg') return n > 0 && n <= 86_400 ? n : undefined;
  if (!Number.isInteger(n) || (figure === 'service_num' && n === 0)) return undefined;
  return n;
}

/** A goal as it stands in its box. */
export function boxed(figure: Figure, value: number): string {
  return figure === 'three_minute_rate' ? String(Math.round(value * 1000) / 10) : String(value);
}
