/**
 * Who serves whom, as the wall shows it. Pure. An agent whose rows did not change keeps their object, so that a page of a hundred
 * agents draws only those anew where something happened.
 */
import type { NoticeRow, PresenceRow, Row, Schemas } from '@yingke/api';
import { arc, stage, type Stage } from '@yingke/ui';

export type Approval = Schemas['ApprovalRow'];
type Standing = Schemas['GoalStanding'];
type LateList = Schemas['DutySummary'];

/** An agent with the conversations held, longest wait first. */
export interface Agent {
  person: PresenceRow;
  rows: readonly Row[];
  /** Since when the longest wait runs; null = nobody waits. */
  since: string | null;
}

/** How somebody does today. */
export interface OfAgent {
  /** Mean of the first answers, seconds; null = none yet. */
  first: number | null;
  /** Buyers received. */
  received: number;
}

/** A line with its agents. */
export interface Lane {
  line: string | null;
  agents: readonly Agent[];
  buyers: number;
}

/** Since when a buyer waits: for an answer, or in the queue. */
export function since(row: Pick<Row, 'live'>): string | null {
  if (row.live.state === 'closed') return null;
  return row.live.owed_since ?? (row.live.state === 'queued' ? (row.live.queued_since ?? null) : null);
}
/** Whether a word was given and an answer is due, while no wait runs (R-DESK-08). */
export function promised(row: Pick<Row, 'live'>): boolean {
  return row.live.state === 'held' && since(row) === null && row.live.promised_since != null;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Making one costs more than sorting a hundred names with it. */
const collators = new Map<string, Intl.Collator>();
function namesIn(lang: string): Intl.Collator {
  let made = collators.get(lang);
  if (!made) collators.set(lang, (made = new Intl.Collator(lang, { numeric: true })));
  return made;
}
const LAST = '\uffff';
/** Those who wait first, then who was put off, then the others; each by time, so that no ring jumps. */
function byWait(a: Row, b: Row): number {
  return (
    order(since(a) ?? LAST, since(b) ?? LAST) || Number(promised(b)) - Number(promised(a)) || order(a.thread, b.thread)
  );
}

/** Longest wait first. */
export function bySince(a: Row, b: Row): number {
  return order(since(a) ?? LAST, since(b) ?? LAST);
}

/** People who work for a shop, or all. */
export function peopleOf(people: Iterable<PresenceRow>, shop: string | null): PresenceRow[] {
  return [...people].filter((p) => shop === null || p.shops === undefined || p.shops.includes(shop));
}
/** Those of a line of work; null = all. */
export function ofLine(people: readonly PresenceRow[], line: string | null): PresenceRow[] {
  return people.filter((p) => line === null || p.line === line);
}
/** Lines in the order in which a sale goes through them, as far as they are known; then by name. */
function byLine(known: readonly string[], lang: string): (a: string, b: string) => number {
  const place = (line: string): number => (known.includes(line) ? known.indexOf(line) : known.length);
  return (a, b) => place(a) - place(b) || namesIn(lang).compare(a, b);
}
/** The lines of work that agents have. */
export function linesOf(people: readonly PresenceRow[], known: readonly string[], lang: string): string[] {
  const all = new Set(people.flatMap((p) => (p.line && (p.role === undefined || p.role === 'agent') ? [p.line] : [])));
  return [...all].sort(byLine(known, lang));
}
/** Rows of a shop, or of all. */
export function ofShop(rows: Iterable<Row>, shop: string | null): Row[] {
  return [...rows].filter((r) => r.live.state !== 'closed' && (shop === null || r.shop === shop));
}

/** The agents with what they hold; who is the same as before is the same object. */
export function agents(
  people: Iterable<PresenceRow>,
  rows: readonly Row[],
  before: ReadonlyMap<string, Agent> = new Map(),
): Map<string, Agent> {
  const held = new Map<string, Row[]>();
  for (const row of rows) {
    if (!row.live.holder || row.live.state !== 'held') continue;
    const own = held.get(row.live.holder);
    if (own) own.push(row);
    else held.set(row.live.holder, [row]);
  }
  const result = new Map<string, Agent>();
  for (const person of people) {
    const own = (held.get(person.person) ?? []).sort(byWait);
    // Supervisors and owners stand here only while they serve.
    if (person.role !== undefined && person.role !== 'agent' && own.length === 0) continue;
    const old = before.get(person.person);
    const same =
      old !== undefined &&
      old.person === person &&
      old.rows.length === own.length &&
      own.every((row, i) => row === old.rows[i]);
    result.set(person.person, same ? old : { person, rows: own, since: own[0] ? since(own[0]) : null });
  }
  return result;
}

/** Whether somebody stands in a row of their own: not those who are off and hold nobody. */
export function onWall(agent: Agent): boolean {
  return agent.person.state !== 'offline' || agent.rows.length > 0;
}

/** Moments are asked about once a second each: their text is read once. Those of ended waits go with the whole memory. */
const moments = new Map<string, number>();
const MOMENTS = 20_000;
function ms(at: string): number {
  let known = moments.get(at);
  if (known === undefined) {
    if (moments.size >= MOMENTS) moments.clear();
    moments.set(at, (known = Date.parse(at)));
  }
  return known;
}

/** Seconds since a moment of the server; `now` is the server's time, ms. */
export function secs(from: string | null, now: number): number | null {
  return from === null ? null : Math.max(0, Math.floor((now - ms(from)) / 1000));
}

/** Lines in their order, each with its agents; those without a line come last. */
function grouped(
  all: Iterable<Agent>,
  known: readonly string[],
  lang: string,
  sort: (a: Agent, b: Agent) => number,
): Lane[] {
  const lines = new Map<string | null, Agent[]>();
  const inOrder = byLine(known, lang);
  for (const agent of all) {
    if (!onWall(agent)) continue;
    const line = agent.person.line || null;
    const own = lines.get(line);
    if (own) own.push(agent);
    else lines.set(line, [agent]);
  }
  return [...lines]
    .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : inOrder(a, b)))
    .map(([line, own]) => ({
      line,
      agents: own.sort(sort),
      buyers: own.reduce((sum, a) => sum + a.rows.length, 0),
    }));
}

/** The lanes as they should stand: in each who is over the limit first, longest wait first; then by name. */
export function lanes(all: Iterable<Agent>, over: number, now: number, known: readonly string[], lang: string): Lane[] {
  const names = namesIn(lang);
  const red = (a: Agent): boolean => (secs(a.since, now) ?? 0) > over;
  return grouped(all, known, lang, (a, b) => {
    const [x, y] = [red(a), red(b)];
    if (x !== y) return x ? -1 : 1;
    if (x) return order(a.since ?? LAST, b.since ?? LAST);
    return names.compare(a.person.name, b.person.name) || order(a.person.person, b.person.person);
  });
}

/** The lanes in the order that is on screen. Who left is taken out, who came stands at the end. */
export function still(
  shown: readonly string[],
  all: Iterable<Agent>,
  known: readonly string[] = [],
  lang = 'zh-CN',
): Lane[] {
  const place = new Map(shown.map((id, i) => [id, i]));
  const at = (a: Agent): number => place.get(a.person.person) ?? shown.length;
  return grouped(all, known, lang, (a, b) => at(a) - at(b));
}

/** A conversation's ring at a moment. */
export interface Place {
  row: Row;
  stage: Stage;
  owed: boolean;
  seconds: number | null;
  dash: string;
}
const DASHES = Array.from({ length: 16 }, () => '3.2 3').join(' ');

/** The rings of an agent's conversations; `ring` are the policy's thresholds. */
export function places(agent: Pick<Agent, 'rows'>, ring: readonly number[], now: number): Place[] {
  return agent.rows.map((row) => {
    const seconds = secs(since(row), now);
    const owed = promised(row);
    return {
      row,
      stage: owed ? 'warm' : stage(seconds, ring),
      owed,
      seconds,
      dash: owed ? DASHES : `${arc(seconds ?? 0, ring).toFixed(1)} 100`,
    };
  });
}

// ── what needs a supervisor ──────────────────────────────────────────────────────────────────────────────────────────

export type Need =
  | { kind: 'waits'; key: string; harm: number; row: Row; seconds: number; tier: boolean }
  | { kind: 'queued'; key: string; harm: number; row: Row; seconds: number }
  | { kind: 'pair'; key: string; harm: number; row: Row }
  | { kind: 'approval'; key: string; harm: number; approval: Approval; seconds: number }
  | { kind: 'away'; key: string; harm: number; agent: Agent; n: number }
  | { kind: 'asked'; key: string; harm: number; agent: Agent; seconds: number }
  | { kind: 'nobody'; key: string; harm: number; n: number }
  | { kind: 'goal'; key: string; harm: number; goal: Standing }
  | { kind: 'notice'; key: string; harm: number; notice: NoticeRow }
  | { kind: 'duty'; key: string; harm: number; list: LateList }
  | { kind: 'incidents'; key: string; harm: number; n: number };

export interface Figures {
  /** Thresholds of the ring, seconds. */
  ring: readonly number[];
  /** An answer is slow after so long. */
  slow: number;
  /** Grave after so long, twice. */
  tiers: readonly number[];
}

/** Most waits that are listed: whoever looks at thirty has no time for more, the strip says how many there are. */
const MOST = 30;

/** What needs a supervisor, the greatest harm first: nobody there, long waits, queues, requests, empty desks, findings. */
export function needs(
  rows: readonly Row[],
  team: ReadonlyMap<string, Agent>,
  approvals: readonly Approval[],
  proposed: number,
  figures: Figures,
  now: number,
  besides: { behind?: readonly Standing[]; unread?: readonly NoticeRow[]; late?: readonly LateList[] } = {},
): Need[] {
  const all: Need[] = [];
  const queueAlarm = figures.ring[1] ?? figures.slow;
  let unheld = 0;
  for (const row of rows) {
    const seconds = secs(since(row), now);
    if (seconds === null) continue;
    const queued = row.live.state === 'queued';
    if (queued) unheld += 1;
    const passed = figures.tiers.filter((t) => seconds > t).length;
    // A wait of minutes weighs its length; past a limit of the policy everything else waits.
    const harm = seconds + passed * 1_000_000;
    if (seconds > figures.slow)
      all.push({ kind: 'waits', key: `w ${row.thread}`, harm: harm + 10_000, row, seconds, tier: passed > 0 });
    else if (queued && seconds > queueAlarm)
      all.push({ kind: 'queued', key: `q ${row.thread}`, harm: harm + 5_000, row, seconds });
  }
  all.sort((a, b) => b.harm - a.harm);
  all.splice(MOST);
  // Much money with somebody who begins: with nobody to look along it weighs like a wait, else it is good to know (R-DESK-18).
  for (const row of rows)
    if (row.pair) all.push({ kind: 'pair', key: `l ${row.thread}`, harm: row.mate ? 100 : 7_000, row });
  const online = [...team.values()].some((a) => a.person.state === 'online');
  if (!online && unheld > 0) all.push({ kind: 'nobody', key: 'nobody', harm: 9_000_000, n: unheld });
  for (const approval of approvals) {
    const seconds = secs(approval.at, now) ?? 0;
    // The buyer is held meanwhile: a request weighs like a wait of its own.
    all.push({ kind: 'approval', key: `a ${approval.id}`, harm: 8_000 + seconds, approval, seconds });
  }
  for (const agent of team.values()) {
    const asked = agent.person.state === 'online' ? secs(agent.person.asked_at ?? null, now) : null;
    if (asked !== null)
      all.push({ kind: 'asked', key: `s ${agent.person.person}`, harm: 3_000 + asked, agent, seconds: asked });
    if (agent.person.state !== 'away' && agent.person.state !== 'offline') continue;
    const n = agent.rows.filter((r) => since(r) !== null || promised(r)).length;
    if (n > 0) all.push({ kind: 'away', key: `p ${agent.person.person}`, harm: 4_000 + n, agent, n });
  }
  // Nobody waits because of these: they come after every buyer.
  for (const list of besides.late ?? [])
    all.push({ kind: 'duty', key: `d ${list.shop} ${list.list}`, harm: 1_000 + Math.min(list.open, 999), list });
  for (const notice of besides.unread ?? [])
    all.push({ kind: 'notice', key: `n ${notice.id}`, harm: 20 + (notice.readers ?? 0) - (notice.read ?? 0), notice });
  for (const goal of besides.behind ?? []) all.push({ kind: 'goal', key: `g ${goal.figure}`, harm: 10, goal });
  if (proposed > 0) all.push({ kind: 'incidents', key: 'incidents', harm: 0, n: proposed });
  return all.sort((a, b) => b.harm - a.harm || order(a.key, b.key));
}

/** What the strip says of the moment. */
export interface Moment {
  waiting: number;
  queued: number;
  longest: Row | null;
  open: number;
  capacity: number;
  online: number;
}

/** The moment's figures. */
export function moment(rows: readonly Row[], people: Iterable<PresenceRow>): Moment {
  const waits = rows.filter((r) => since(r) !== null).sort(byWait);
  const online = [...people].filter((p) => p.state === 'online' && (p.role === undefined || p.role === 'agent'));
  return {
    waiting: waits.length,
    queued: waits.filter((r) => r.live.state === 'queued').length,
    longest: waits[0] ?? null,
    open: rows.filter((r) => r.live.state === 'held').length,
    capacity: online.reduce((sum, p) => sum + p.capacity, 0),
    online: online.length,
  };
}

/** An hour of the day: buyers who came, how many people answered, and how many came a week ago. */
export interface Hour {
  hour: number;
  buyers: number;
  staff: number;
  before: number;
}

/**
 * The hours of a day from the team's hours and the agents' hours, from the first with anything to the present one, or to the last in
 * which somebody came a week ago.
 */
export function hoursOf(
  team: readonly { hour?: number | null; service_num?: number | null }[],
  own: readonly { hour?: number | null; agent?: string | null; seller_msg_num?: number | null }[],
  present: number,
  before: readonly { hour?: number | null; service_num?: number | null }[] = [],
): Hour[] {
  const all: Hour[] = Array.from({ length: 24 }, (_, hour) => ({ hour, buyers: 0, staff: 0, before: 0 }));
  for (const row of before) if (row.hour != null && all[row.hour]) all[row.hour]!.before += row.service_num ?? 0;
  for (const row of team) if (row.hour != null && all[row.hour]) all[row.hour]!.buyers += row.service_num ?? 0;
  for (const row of own)
    if (row.hour != null && row.agent != null && (row.seller_msg_num ?? 0) > 0 && all[row.hour])
      all[row.hour]!.staff += 1;
  const first = all.findIndex((h) => h.buyers > 0 || h.staff > 0 || h.before > 0);
  if (first < 0) return [];
  return all.slice(
    Math.min(first, present),
    Math.max(
      present,
      all.findLastIndex((h) => h.buyers > 0 || h.staff > 0 || h.before > 0),
    ) + 1,
  );
}
