/** The map of hours: rows by day and hour laid out as days by hours. Pure. */
import { addRows, valueOf, type FigureKey, type Row } from './figures';

/** One hour of one day; `level` is the step of the scale, 0 (none) to 5. */
export interface Place {
  hour: number;
  /** Buyers who came: none, and there is nothing to open. */
  count: number;
  /** The mapped figure; null where it does not apply. */
  value: number | null;
  level: number;
}

export interface HourMap {
  /** Hours of the day from the first to the last in which anybody came. */
  hours: number[];
  /** Newest last. */
  days: { date: string; places: Place[] }[];
  /** The fullest (of shares the lowest, of waits the longest), the later of equals; null when there is none. */
  top: { date: string; hour: number; value: number } | null;
}

const STEPS = 5;

/** An hour of the day over all days. */
export interface HourSum {
  hour: number;
  row: Row;
}

/** Each hour from the first to the last in which anybody came, its days added up. */
export function byHour(rows: readonly Row[]): HourSum[] {
  return sums(rows, (row) => row.hour ?? null).map(([hour, row]) => ({ hour, row }));
}

function sums(rows: readonly Row[], of: (row: Row) => number | null): [number, Row][] {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const key = of(row);
    if (key !== null && ((valueOf(row, 'consult_num') ?? 0) > 0 || (valueOf(row, 'turn_times') ?? 0) > 0))
      groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  if (groups.size === 0) return [];
  const [first, last] = [Math.min(...groups.keys()), Math.max(...groups.keys())];
  return Array.from({ length: last - first + 1 }, (_, n) => [first + n, addRows(groups.get(first + n) ?? [])]);
}

/** What the map may show besides how many came. */
export const MAPPED = ['consult_num', 'three_minute_rate', 'first_reply_avg'] as const satisfies readonly FigureKey[];
export type Mapped = (typeof MAPPED)[number];

/** Lays rows out. Hours without anybody are there with 0, days without anybody are not. */
export function hourMap(rows: readonly Row[], figure: Mapped = 'consult_num'): HourMap {
  const came = rows.filter((row) => row.date && row.hour != null && (valueOf(row, 'consult_num') ?? 0) > 0);
  if (came.length === 0) return { hours: [], days: [], top: null };
  const at = came.map((row) => row.hour!);
  const first = Math.min(...at);
  const hours = Array.from({ length: Math.max(...at) - first + 1 }, (_, n) => first + n);
  const known = new Map(came.map((row) => [`${row.date} ${row.hour}`, row]));
  // Darker is more buyers, a longer wait, a lower share: what wants to be looked at.
  const weight = (value: number): number => (figure === 'three_minute_rate' ? 1 - value : value);
  const weights = came.map((row) => valueOf(row, figure)).flatMap((v) => (v === null ? [] : [weight(v)]));
  const most = Math.max(0, ...weights);
  const dates = [...new Set(came.map((row) => row.date!))].sort();
  let top: HourMap['top'] = null;
  let heaviest = 0;
  const days = dates.map((date) => ({
    date,
    places: hours.map((hour) => {
      const row = known.get(`${date} ${hour}`);
      const count = row ? (valueOf(row, 'consult_num') ?? 0) : 0;
      const value = row ? valueOf(row, figure) : null;
      const heavy = value === null ? 0 : weight(value);
      if (value !== null && heavy > 0 && heavy >= heaviest) {
        top = { date, hour, value };
        heaviest = heavy;
      }
      return { hour, count, value, level: most > 0 ? Math.ceil((heavy / most) * STEPS) : 0 };
    }),
  }));
  return { hours, days, top };
}
