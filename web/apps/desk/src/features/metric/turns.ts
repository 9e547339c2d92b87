/** The list behind a number: turns by how long they waited. Pure. */
import type { Schemas } from '@yingke/api';

export type Turn = Schemas['TurnLine'];
export type Message = Schemas['MessageLine'];

/** Which turns are shown: all, over so many seconds, or those nobody answered. */
export type Filter = { show: 'all' } | { show: 'over'; secs: number } | { show: 'unanswered' };

/** Filters for a clock: all, over the alarm of the first answer, over slow, unanswered; each threshold once. */
export function filtersOf(clock: { ring: readonly number[]; slow_secs: number }): Filter[] {
  const limits = [...new Set([clock.ring[0], clock.slow_secs])].filter((s): s is number => s !== undefined);
  return [{ show: 'all' }, ...limits.map((secs): Filter => ({ show: 'over', secs })), { show: 'unanswered' }];
}

/** Whether a turn is shown by a filter. "Over" is more than. */
export function passes(turn: Turn, filter: Filter): boolean {
  switch (filter.show) {
    case 'all':
      return true;
    case 'over':
      return turn.wait != null && turn.wait > filter.secs;
    case 'unanswered':
      return turn.end === 'closed' || turn.end === 'open';
  }
}

/** Width of a wait's bar, 0 to 1: a full bar is a slow answer; a little always shows. */
export function bar(wait: number, slow: number): number {
  return Math.min(1, Math.max(0.04, slow > 0 ? wait / slow : 1));
}
