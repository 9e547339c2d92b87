/** The figures of a performance row: which there are, how each is written, what it is divided from. Pure. */
import { format } from '@yingke/ui';
import type { Schemas } from '@yingke/api';
import type { MetricText } from '../../text/metric.zh-CN';

/** A row of the report as the server gives it. */
export type Row = Schemas['PerformanceRow'];

/** A row of the page: the row, what of it is final already, and each day of the chosen figures. */
export type SheetRow = Schemas['SheetRow'];

/** A figure's key on the wire. */
export type FigureKey = keyof MetricText['figures'];

/** `count` and `cost` (seconds) add up over rows, `max` (seconds) takes the largest, the others are divided anew. */
export type Kind = 'count' | 'cost' | 'max' | 'average' | 'rate' | 'ratio';

/** What a figure counts; the key of its unit in the catalogue. */
export type Unit = keyof MetricText['unit'];

export interface Figure {
  key: FigureKey;
  kind: Kind;
  unit: Unit;
  /** Among the columns that are shown first. */
  main: boolean;
  /** Dividend (the second taken off the first) and divisor of a divided figure. */
  division?: { of: readonly [FigureKey] | readonly [FigureKey, FigureKey]; by: FigureKey };
}

const figure = (key: FigureKey, kind: Kind, unit: Unit, main = false, division?: Figure['division']): Figure => ({
  key,
  kind,
  unit,
  main,
  division,
});

/** All figures in the order of the table: who came, how fast, what stayed open, what was said, what was passed on. */
export const FIGURES: readonly Figure[] = [
  figure('service_num', 'count', 'people', true),
  figure('consult_num', 'count', 'people'),
  figure('first_reply_avg', 'average', 's', true, { of: ['first_reply_cost'], by: 'first_reply_times' }),
  figure('reply_avg', 'average', 's', true, { of: ['total_reply_cost'], by: 'total_reply_times' }),
  figure('max_wait', 'max', 's', true),
  figure('slow_answer_num', 'count', 'turns', true),
  figure('slow_reception_num', 'count', 'people'),
  figure('three_minute_rate', 'rate', 'rate', true, { of: ['three_minute_times'], by: 'three_minute_turns' }),
  figure('within_10_num', 'count', 'turns'),
  figure('within_30_num', 'count', 'turns'),
  figure('within_60_num', 'count', 'turns'),
  figure('within_180_num', 'count', 'turns'),
  figure('turn_times', 'count', 'turns'),
  figure('three_minute_turns', 'count', 'turns'),
  figure('three_minute_times', 'count', 'turns'),
  figure('first_reply_times', 'count', 'people'),
  figure('first_reply_cost', 'cost', 's'),
  figure('total_reply_times', 'count', 'turns'),
  figure('total_reply_cost', 'cost', 's'),
  figure('no_reply_num', 'count', 'people', true),
  figure('unanswered_turn_num', 'count', 'turns'),
  figure('reply_rate', 'rate', 'rate', true, { of: ['service_num', 'no_reply_num'], by: 'service_num' }),
  figure('buyer_msg_num', 'count', 'msgs', true),
  figure('seller_msg_num', 'count', 'msgs', true),
  figure('qa_ratio', 'ratio', 'ratio', true, { of: ['seller_msg_num'], by: 'buyer_msg_num' }),
  figure('seller_word_num', 'count', 'chars'),
  figure('auto_msg_num', 'count', 'msgs'),
  figure('receive_cost', 'cost', 's'),
  figure('long_receive_num', 'count', 'people'),
  figure('transfer_in_num', 'count', 'times'),
  figure('transfer_out_num', 'count', 'times'),
  figure('handed_back_num', 'count', 'times'),
];

const byKey = new Map(FIGURES.map((f) => [f.key, f]));

/** The figure of that key, undefined if there is none. */
export function figureOf(key: string): Figure | undefined {
  return byKey.get(key as FigureKey);
}

/** Whether the figure of this row is not final yet. */
export function isLate(row: Row, key: FigureKey): boolean {
  return row.late?.includes(key) ?? false;
}

/** The value of a figure in a row; null: not applicable, or late. */
export function valueOf(row: Row, key: FigureKey): number | null {
  return row[key] ?? null;
}

/** The value that the page shows: of a late figure the part that is final already. */
export function shownOf(of: SheetRow, key: FigureKey): number | null {
  return isLate(of.row, key) ? (of.so_far[key] ?? null) : valueOf(of.row, key);
}

/** A value as the table writes it, without its unit. Seconds of averages with one decimal, ratios with two, rates as percent. */
export function written(kind: Kind, value: number): string {
  switch (kind) {
    case 'count':
    case 'cost':
    case 'max':
      return format.count(value);
    case 'average':
      return format.fixed(value, 1);
    case 'rate':
      return format.percent(value);
    case 'ratio':
      return format.fixed(value, 2);
  }
}

/** A division written out: each part with its value, late or not; null where nothing is divided. */
export interface Division {
  of: { key: FigureKey; value: number | null }[];
  by: { key: FigureKey; value: number | null };
}

/** The parts of a divided figure in this row. */
export function divisionOf(row: Row, of: Figure): Division | null {
  if (!of.division) return null;
  const part = (key: FigureKey): { key: FigureKey; value: number | null } => ({ key, value: valueOf(row, key) });
  return { of: of.division.of.map(part), by: part(of.division.by) };
}

/** The formula in one line, for the hint under the pointer: `2,679 ÷ 394 = 6.8`. */
export function formula(row: Row, of: Figure, late: string): string {
  const value = valueOf(row, of.key);
  const result = value === null ? (isLate(row, of.key) ? late : '–') : written(of.kind, value);
  const division = divisionOf(row, of);
  if (!division) return result;
  const part = (p: { value: number | null }): string => (p.value === null ? late : format.count(p.value));
  const dividend = division.of.map(part).join(' \u2212 ');
  const around = division.of.length > 1 ? `(${dividend})` : dividend;
  return `${around} ÷ ${part(division.by)} = ${result}`;
}

/** Half up at so many decimals, as the server rounds. */
function rounded(n: number, places: number): number {
  const scale = 10 ** places;
  return Math.floor(n * scale + 0.5) / scale;
}

/**
 * Adds rows of shops up to one: counts and costs are summed, of the longest wait the largest stays, divided figures are divided
 * anew from their parts. What is late in one is late in the sum. Rows of agents must not be added so: a buyer may count with several.
 */
export function addRows(rows: readonly Row[]): Row {
  const sum: Record<string, unknown> = {};
  const late = new Set(rows.flatMap((row) => row.late ?? []));
  for (const f of FIGURES) {
    if (f.division) continue;
    const values = rows.map((row) => valueOf(row, f.key)).filter((v): v is number => v !== null);
    if (f.kind === 'max') sum[f.key] = values.length > 0 ? Math.max(...values) : null;
    else sum[f.key] = late.has(f.key) ? null : values.reduce((a, b) => a + b, 0);
  }
  for (const f of FIGURES) {
    if (!f.division) continue;
    const number = (key: FigureKey): number | null => (sum[key] as number | null | undefined) ?? null;
    const [first, off] = f.division.of;
    const [a, b, by] = [number(first), off === undefined ? 0 : number(off), number(f.division.by)];
    const places = f.kind === 'average' ? 2 : 4;
    sum[f.key] = a === null || b === null || by === null || by === 0 ? null : rounded((a - b) / by, places);
  }
  if (late.size > 0) sum.late = [...late];
  return sum as Row;
}

/**
 * What a member of the team has in the mean: counts, costs and longest waits divided by the heads, divided figures from the sums of all.
 * Null for one head and none, who are their own mean.
 */
export function meanOf(rows: readonly Row[]): Row | null {
  if (rows.length < 2) return null;
  const sum = addRows(rows) as unknown as Record<string, unknown>;
  for (const f of FIGURES) {
    if (f.division) continue;
    const values = rows.map((row) => valueOf(row, f.key)).filter((v): v is number => v !== null);
    const isWhole = f.kind === 'max' ? values.length > 0 : values.length === rows.length;
    sum[f.key] = isWhole ? rounded(values.reduce((a, b) => a + b, 0) / values.length, 1) : null;
  }
  return sum as unknown as Row;
}

/** Figures of which less is better. Of the others that judge anybody more is better; plain volumes have no better. */
const LESS: readonly FigureKey[] = [
  'first_reply_avg',
  'reply_avg',
  'max_wait',
  'slow_answer_num',
  'slow_reception_num',
  'no_reply_num',
  'unanswered_turn_num',
  'long_receive_num',
  'handed_back_num',
];

/** The place among equals: 1 is the best, equal values share a place; null where the value is not there or late. */
export function rankOf(
  rows: readonly SheetRow[],
  of: SheetRow,
  key: FigureKey,
): { place: number; among: number } | null {
  const values = rows.filter((r) => !isLate(r.row, key)).map((r) => valueOf(r.row, key));
  const own = isLate(of.row, key) ? null : valueOf(of.row, key);
  const others = values.filter((v): v is number => v !== null);
  if (own === null || others.length < 2) return null;
  const ahead = others.filter((v) => (LESS.includes(key) ? v < own : v > own));
  return { place: ahead.length + 1, among: others.length };
}

/** The line of a small chart in a box so wide and high, and where it ends; null with fewer than two points. */
export function spark(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { path: string; last: string; x: number; y: number } | null {
  const there = values.flatMap((value, n) => (value === null ? [] : [{ n, value }]));
  if (there.length < 2) return null;
  const [low, high] = [Math.min(...there.map((v) => v.value)), Math.max(...there.map((v) => v.value))];
  const tall = high - low || 1;
  const at = (v: { n: number; value: number }): [number, number] => [
    Math.round((2 + (v.n / (values.length - 1)) * (width - 4)) * 10) / 10,
    Math.round((high === low ? height / 2 : height - 2 - ((v.value - low) / tall) * (height - 4)) * 10) / 10,
  ];
  const points = there.map(at);
  const [x, y] = points.at(-1)!;
  const before = points.at(-2)!;
  return { path: `M${points.map((p) => p.join(' ')).join('L')}`, last: `M${before.join(' ')}L${x} ${y}`, x, y };
}

/** By what a table is sorted: a figure or the first column. */
export interface Sort {
  by: FigureKey | 'key';
  down: boolean;
}

/** What a press on a head does next: down, up, then back to the server's order. */
export function nextSort(sort: Sort | null, by: Sort['by']): Sort | null {
  if (sort?.by !== by) return { by, down: by !== 'key' };
  const first = by !== 'key';
  return sort.down === first ? { by, down: !first } : null;
}

/** Rows in the order of a sort; what has no value stands last both ways, equal ones keep their order. */
export function sorted<T extends { of: SheetRow; name: string | null }>(
  rows: readonly T[],
  sort: Sort | null,
  lang: string,
): T[] {
  if (!sort) return [...rows];
  const way = sort.down ? -1 : 1;
  const words = new Intl.Collator(lang, { numeric: true });
  const { by } = sort;
  return [...rows].sort((a, b) => {
    const [x, y] = by === 'key' ? [a.name, b.name] : [shownOf(a.of, by), shownOf(b.of, by)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return way * (typeof x === 'number' ? x - (y as number) : words.compare(x, y as string));
  });
}

/** A bar of the distribution: turns answered after `from` and within `to` seconds (null: above). */
export interface Bucket {
  from: number;
  to: number | null;
  count: number;
  /** Figure that opens what stands behind it. */
  opens: FigureKey;
}

/** How fast turns were answered, from the cumulative figures; waits that are left out of the costs are not among them. */
export function spread(row: Row): Bucket[] {
  const steps = [
    ['within_10_num', 10],
    ['within_30_num', 30],
    ['within_60_num', 60],
    ['within_180_num', 180],
  ] as const;
  const buckets: Bucket[] = [];
  let [from, before] = [0, 0];
  for (const [opens, to] of steps) {
    const all = valueOf(row, opens) ?? 0;
    buckets.push({ from, to, count: Math.max(0, all - before), opens });
    [from, before] = [to, all];
  }
  const rest = (valueOf(row, 'total_reply_times') ?? 0) - before;
  buckets.push({ from, to: null, count: Math.max(0, rest), opens: 'total_reply_times' });
  return buckets;
}

/** Whether a figure is beyond its limit and is written in red: no other figure has a limit in a report. */
export function beyond(
  key: FigureKey,
  value: number | null,
  clock: { ring: readonly number[]; slow_secs: number } | null,
  teamRate: number | null,
): boolean {
  if (value === null || !clock) return false;
  // R-RESP-02: target of the first answer; R-RESP-03: slow; R-RESP-08: below the team's share.
  if (key === 'first_reply_avg') return value > (clock.ring[0] ?? Infinity);
  if (key === 'max_wait') return value > clock.slow_secs;
  // As both are written: what reads the same is not below.
  if (key === 'reply_rate') return teamRate !== null && rounded(value, 3) < rounded(teamRate, 3);
  return false;
}
