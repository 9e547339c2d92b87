/** Findings as lines of a table: which time, what is said, which can be decided. Pure. */
import { format } from '@yingke/ui';
import type { Schemas } from '@yingke/api';
import type { IncidentText } from '../../text/incident.zh-CN';

export type Incident = Schemas['IncidentRow'];
export type Count = Schemas['IncidentCount'];

export const STATES = ['proposed', 'confirmed', 'waived', 'appealed', 'all'] as const;
export type Tab = (typeof STATES)[number];
export const RULES = ['R-RESP-03', 'R-RESP-04', 'R-RESP-06', 'R-RESP-07', 'R-DESK-13'] as const;
export const RANGES = ['today', 'week', 'month', 'last', 'quarter'] as const;
export type Range = (typeof RANGES)[number];

/** Minutes by which a zone is ahead of UTC at a moment. */
function ahead(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return Math.round((wall - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
}

/** The moment at which a civil day begins in a zone; `day` may run over the ends of its month. */
export function startOf(year: number, month: number, day: number, zone: string): Date {
  const wall = Date.UTC(year, month - 1, day);
  const guess = new Date(wall - ahead(new Date(wall), zone) * 60_000);
  // Where the clock was moved between the two, the second look is right.
  return new Date(wall - ahead(guess, zone) * 60_000);
}

/** From and to of a range, RFC 3339, by the calendar of a zone. */
export function span(range: Range, now: Date, zone: string): { from: string; to: string } {
  const [year, month, day] = format.dayKey(now, zone).split('-').map(Number) as [number, number, number];
  const at = (y: number, m: number, d: number): string => startOf(y, m, d, zone).toISOString();
  const to = at(year, month, day + 1);
  switch (range) {
    case 'today':
      return { from: at(year, month, day), to };
    case 'week':
      return { from: at(year, month, day - 6), to };
    case 'month':
      return { from: at(year, month, 1), to: at(year, month + 1, 1) };
    case 'last':
      return { from: at(year, month - 1, 1), to: at(year, month, 1) };
    case 'quarter':
      return { from: at(year, month, day - 89), to };
  }
}

/** What happened, in words of the trade. */
export function said(i: Pick<Incident, 'rule' | 'kind' | 'secs' | 'at'>, t: IncidentText, zone?: string): string {
  if (i.kind !== 'month') return t.said(i.rule, i.secs);
  return t.monthOf(Number(format.dayKey(new Date(i.at), zone).slice(5, 7)), i.secs);
}

/** Whether a supervisor can decide about it now. */
export function decidable(i: Pick<Incident, 'running' | 'stands' | 'state'>): boolean {
  return !i.running && i.stands && (i.state === 'proposed' || i.state === 'appealed');
}

/** How many of a state there are, of one rule or of all; `all` = every state. */
export function counted(counts: readonly Count[], tab: Tab, rule: string | null): number {
  return counts
    .filter((c) => (tab === 'all' || c.state === tab) && (rule === null || c.rule === rule))
    .reduce((sum, c) => sum + c.count, 0);
}

/** What a page is narrowed to. */
export interface Narrow {
  from: string;
  to: string;
  tab: Tab;
  person: string | null;
  rule: string | null;
  shop: string | null;
}

/** Whether a finding belongs to a page. */
export function belongs(i: Incident, n: Narrow): boolean {
  const at = Date.parse(i.at);
  return (
    at >= Date.parse(n.from) &&
    at < Date.parse(n.to) &&
    (n.tab === 'all' || i.state === n.tab) &&
    (n.person === null || i.person === n.person) &&
    (n.rule === null || i.rule === n.rule) &&
    (n.shop === null || i.shop === n.shop)
  );
}

/** The list after news of a finding: in its place if it belongs there, out of it if not. Latest first. */
export function merged(list: readonly Incident[], news: Incident, n: Narrow): Incident[] {
  const rest = list.filter((i) => i.id !== news.id);
  // What nobody decided disappears with its facts.
  const stays = news.stands || news.decided_at != null;
  if (!stays || !belongs(news, n)) return rest;
  const at = rest.findIndex((i) => i.at < news.at || (i.at === news.at && i.id < news.id));
  return at < 0 ? [...rest, news] : [...rest.slice(0, at), news, ...rest.slice(at)];
}

/** Slow answers of a month that count: those that stand and nobody waived. */
export function slowOf(list: readonly Incident[]): number {
  return list.filter((i) => i.rule === 'R-RESP-03' && i.kind === 'turn' && i.stands && i.state !== 'waived').length;
}
