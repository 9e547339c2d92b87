/** The map of hours: rows by day and hour laid out as days by hours. Pure. */
import { valueOf, type Row } from './figures';

/** One hour of one day; `level` is the step of the scale, 0 (none) to 5. */
export interface Place {
  hour: number;
  count: number;
  level: number;
}

export interface HourMap {
  /** Hours of the day from the first to the last in which anybody came. */
  hours: number[];
  /** Newest last. */
  days: { date: string; places: Place[] }[];
  /** The fullest, the later of equals; null when nobody came. */
  top: { date: string; hour: number; count: number } | null;
}

const STEPS = 5;

/** Lays rows out. Hours without anybody are there with 0, days without anybody are not. */
export function hourMap(rows: readonly Row[]): HourMap {
  const came = rows.filter((row) => row.date && row.hour != null && (valueOf(row, 'consult_num') ?? 0) > 0);
  if (came.length === 0) return { hours: [], days: [], top: null };
  const at = came.map((row) => row.hour!);
  const first = Math.min(...at);
  const hours = Array.from({ length: Math.max(...at) - first + 1 }, (_, n) => first + n);
  const counts = new Map(came.map((row) => [`${row.date} ${row.hour}`, valueOf(row, 'consult_num')!]));
  const most = Math.max(...counts.values());
  const dates = [...new Set(came.map((row) => row.date!))].sort();
  let top: HourMap['top'] = null;
  const days = dates.map((date) => ({
    date,
    places: hours.map((hour) => {
      const count = counts.get(`${date} ${hour}`) ?? 0;
      if (count > 0 && count >= (top?.count ?? 0)) top = { date, hour, count };
      return { hour, count, level: Math.ceil((count / most) * STEPS) };
    }),
  }));
  return { hours, days, top };
}
