/** Lists of the day as the page shows them: what a line says, what it needs, where it leads. Pure. */
import type { Schemas } from '@yingke/api';
import type { DutyText } from '../../text/duty.zh-CN';

export type List = Schemas['DutyList'];
export type Group = Schemas['DutyGroup'];
export type Line = Schemas['DutyLine'];
export type Tick = Schemas['DutyTick'];
export type Summary = Schemas['DutySummary'];
export type Day = Schemas['DutyDay'];

export const LISTS = ['opening', 'early'] as const;
export type Name = (typeof LISTS)[number];
export const REASONS = [
  'stock',
  'presale',
  'address',
  'buyer',
  'refund',
  'warehouse',
  'courier',
  'elsewhere',
  'other',
] as const;

/** What names a line on its list. */
export const keyOfLine = (line: Pick<Line, 'group' | 'of' | 'seq'>): string => `${line.group} ${line.of} ${line.seq}`;

/** What a line says first. */
export function headOf(line: Line): string {
  if (line.number) return line.number;
  if (line.tick) return line.words;
  return line.buyer_name ?? line.words;
}

/** What it says besides. */
export function restOf(line: Line): string {
  if (line.number) return line.title ?? '';
  return line.buyer_name && !line.tick ? line.words : '';
}

/** How long ago, in the words of what the line is about. */
export function sinceOf(line: Line, now: number, t: DutyText): string {
  if (line.tick || line.group === 'own' || line.group === 'missed') return '';
  const long = t.long(Math.max(0, Math.floor((now - Date.parse(line.at)) / 1000)));
  switch (line.group) {
    case 'unpaid':
      return t.placedAgo(long);
    case 'unshipped':
    case 'presale':
    case 'yesterday':
      return t.paidAgo(long);
    case 'left':
    case 'waiting':
      return t.waited(long);
    default:
      return t.ago(long);
  }
}

/** Whether a line cannot be ticked off without saying more. */
export function asksFor(line: Pick<Line, 'group' | 'arrival'>): 'reason' | 'arrival' | null {
  if (line.group === 'yesterday') return 'reason';
  return line.group === 'presale' && !line.arrival ? 'arrival' : null;
}

/** Where a line leads; null = nowhere. */
export function doorOf(line: Pick<Line, 'thread' | 'order' | 'entry'>): object | null {
  if (line.thread)
    return { name: 'desk', query: { thread: line.thread, ...(line.entry > 0 && { seq: String(line.entry) }) } };
  return line.order ? { name: 'orders', params: { order: line.order } } : null;
}

/** Where the whole group can be looked at; null = nowhere. */
export function doorOfGroup(group: string): object | null {
  if (group === 'unpaid') return { name: 'orders', query: { state: 'awaiting_payment' } };
  if (['unshipped', 'presale', 'yesterday'].includes(group))
    return { name: 'orders', query: { state: 'awaiting_shipment' } };
  return null;
}

/** A group after a tick: the line stands among the ticked ones, the counts follow. */
export function withTick(group: Group, line: Line, tick: Tick): Group {
  const key = keyOfLine(line);
  if (!group.lines.some((l) => keyOfLine(l) === key)) return group;
  return {
    ...group,
    open: Math.max(0, group.open - 1),
    done: group.done + (tick.outcome === 'done' ? 1 : 0),
    skipped: group.skipped + (tick.outcome === 'skipped' ? 1 : 0),
    late: group.late + (tick.late ? 1 : 0),
    lines: group.lines.filter((l) => keyOfLine(l) !== key),
    ticked: [{ ...line, tick }, ...group.ticked],
  };
}

/** Lines that stay open over all groups of a list. */
export const openOf = (list: Pick<List, 'groups'>): number => list.groups.reduce((sum, g) => sum + g.open, 0);

/** Lists that somebody should look at: with open lines, the late ones first. */
export function toDo(all: readonly Summary[]): Summary[] {
  return all.filter((s) => s.open > 0).sort((a, b) => Number(b.late) - Number(a.late));
}
