/** A number of the report as a door: which row and which figure, in the address and in the question to the server. Pure. */
import type { FigureKey, Row } from './figures';
import type { Range } from './range';

/** What a row of the table is. */
export type By = 'agent' | 'line' | 'date' | 'hour' | 'shop';
export const BYS: readonly By[] = ['agent', 'line', 'date', 'hour', 'shop'];

/** A row of the report: everything, or one agent (null: nobody had the wait), day, hour, shop, or an hour of a day. */
export type Scope =
  | { of: 'team' }
  | { of: 'agent'; agent: string | null }
  | { of: 'line'; line: string | null }
  | { of: 'date'; date: string }
  | { of: 'hour'; hour: number }
  | { of: 'shop'; shop: string }
  | { of: 'date-hour'; date: string; hour: number };

/** The scope of a row in a table of that grouping. */
export function scopeOf(by: By, row: Row): Scope {
  switch (by) {
    case 'agent':
      return { of: 'agent', agent: row.agent ?? null };
    case 'line':
      return { of: 'line', line: row.line ?? null };
    case 'date':
      return { of: 'date', date: row.date ?? '' };
    case 'hour':
      return { of: 'hour', hour: row.hour ?? 0 };
    case 'shop':
      return { of: 'shop', shop: row.shop ?? '' };
  }
}

/** The scope as one word of the address. */
export function scopeToText(scope: Scope): string {
  switch (scope.of) {
    case 'team':
      return 'team';
    case 'agent':
      return scope.agent === null ? 'nobody' : `agent:${scope.agent}`;
    case 'line':
      return scope.line === null ? 'no-line' : `line:${scope.line}`;
    case 'date':
      return `date:${scope.date}`;
    case 'hour':
      return `hour:${scope.hour}`;
    case 'shop':
      return `shop:${scope.shop}`;
    case 'date-hour':
      return `at:${scope.date}/${scope.hour}`;
  }
}

/** The reverse; null for what is none. */
export function scopeFromText(text: string): Scope | null {
  if (text === 'team') return { of: 'team' };
  if (text === 'nobody') return { of: 'agent', agent: null };
  if (text === 'no-line') return { of: 'line', line: null };
  const colon = text.indexOf(':');
  const [of, rest] = [text.slice(0, colon), text.slice(colon + 1)];
  const hour = (digits: string | undefined): number | null =>
    digits !== undefined && /^(\d|1\d|2[0-3])$/.test(digits) ? Number(digits) : null;
  switch (colon < 0 ? '' : of) {
    case 'agent':
      return { of: 'agent', agent: rest };
    case 'line':
      return { of: 'line', line: rest };
    case 'date':
      return { of: 'date', date: rest };
    case 'shop':
      return { of: 'shop', shop: rest };
    case 'hour': {
      const at = hour(rest);
      return at === null ? null : { of: 'hour', hour: at };
    }
    case 'at': {
      const [date, digits] = rest.split('/');
      const at = hour(digits);
      return at === null || !date ? null : { of: 'date-hour', date, hour: at };
    }
    default:
      return null;
  }
}

/** What of the house the page is about: all of it, a shop, a line of it. */
export interface Only {
  shop?: string;
  line?: string;
}

/** The question to the server: the turns or messages behind a figure of a row. */
export function turnsQuery(
  range: Range,
  scope: Scope,
  figure: FigureKey,
  only: Only = {},
): {
  from: string;
  to: string;
  figure: string;
  agent?: string;
  null?: number;
  line?: string;
  no_line?: number;
  date?: string;
  hour?: number;
  shop?: string;
} {
  const query = { ...range, figure, ...only };
  switch (scope.of) {
    case 'team':
      return query;
    case 'agent':
      return scope.agent === null ? { ...query, null: 1 } : { ...query, agent: scope.agent };
    case 'line':
      return scope.line === null ? { ...query, no_line: 1 } : { ...query, line: scope.line };
    case 'date':
      return { ...query, date: scope.date };
    case 'hour':
      return { ...query, hour: scope.hour };
    case 'shop':
      return { ...query, shop: scope.shop };
    case 'date-hour':
      return { ...query, date: scope.date, hour: scope.hour };
  }
}
