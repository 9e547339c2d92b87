/** From entries and outgoing messages to the lines of the stream. Pure. */
import { isMessage, type Entry, type LiveState } from '@yingke/api';
import { format } from '@yingke/ui';
import type { Log, Outgoing } from '../../realtime/state';

export type Line =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'event'; key: string; entry: Entry }
  | { kind: 'note'; key: string; entry: Entry }
  | {
      kind: 'message';
      key: string;
      entry: Entry;
      /** The first of a run: carries the name's disc. */
      first: boolean;
      /** The last of a run: carries the time. */
      last: boolean;
      /** The buyer still waits for an answer to it. */
      due: boolean;
      /** The buyer has seen it. */
      read: boolean;
    }
  | { kind: 'out'; key: string; message: Outgoing; first: boolean; last: boolean };

/** A run ends after so long without a word of the same writer, ms. */
const RUN_MS = 3 * 60_000;

/** Whether a message stands on our side of the stream. */
export function ours(entry: Pick<Entry, 'from'>): boolean {
  return entry.from !== 'buyer';
}

/** What the lines depend on besides the entries. */
export interface Around {
  /** Zone in which days begin. */
  zone?: string | undefined;
  /** First entry that was new when the conversation was opened: a line stands before it. */
  unread?: number | null;
}

export function lines(
  log: Pick<Log, 'entries' | 'buyerRead'>,
  outbox: readonly Outgoing[],
  live: LiveState | null,
  around: Around = {},
): Line[] {
  const result: Line[] = [];
  let day = '';
  let before: (Line & { kind: 'message' }) | null = null;
  const takenBack = new Map(
    log.entries.flatMap((e) => (e.kind === 'recall' && e.refers != null ? [[e.refers, e]] : [])),
  );
  for (const said of log.entries) {
    // Taken back is told once, where the message stood: the words are gone, and so are the bubble and the second line.
    if (said.kind === 'recall' && said.refers != null) continue;
    const entry: Entry = said.recalled ? { ...said, kind: 'recall', at: takenBack.get(said.seq)?.at ?? said.at } : said;
    const on = format.dayKey(new Date(entry.at), around.zone);
    if (on !== day) {
      day = on;
      before = null;
      // By its first entry: the line of a day that began earlier than known is another line once the day's beginning is here.
      result.push({ kind: 'day', key: `d${entry.seq}`, at: entry.at });
    }
    if (around.unread === entry.seq) {
      before = null;
      result.push({ kind: 'unread', key: 'unread' });
    }
    if (!isMessage(entry)) {
      before = null;
      result.push({ kind: entry.kind === 'note' ? 'note' : 'event', key: `e${entry.seq}`, entry });
      continue;
    }
    const joins: boolean =
      before !== null &&
      before.entry.from === entry.from &&
      (before.entry.person ?? before.entry.name) === (entry.person ?? entry.name) &&
      Date.parse(entry.at) - Date.parse(before.entry.at) < RUN_MS;
    if (joins && before) before.last = false;
    const line: Line & { kind: 'message' } = {
      kind: 'message',
      key: `e${entry.seq}`,
      entry,
      first: !joins,
      last: true,
      due: entry.from === 'buyer' && live?.owed_seq != null && entry.seq >= live.owed_seq,
      read: ours(entry) && entry.seq <= log.buyerRead,
    };
    before = line;
    result.push(line);
  }
  // What is on its way stands as it will stand: in the run of what we said just before.
  if (before?.entry.from === 'agent' && outbox[0] && outbox[0].at - Date.parse(before.entry.at) < RUN_MS)
    before.last = false;
  else before = null;
  for (const [i, message] of outbox.entries())
    result.push({
      kind: 'out',
      key: `o${message.client_id}`,
      message,
      first: i === 0 && before === null,
      last: i === outbox.length - 1 || message.state === 'failed',
    });
  return result;
}

/** Whose the buyer was before an entry: by the last who got or answered it; empty when that was not read. */
export function heldBefore(entries: readonly Entry[], seq: number): string {
  const last = entries.findLast(
    (e) =>
      e.seq < seq &&
      (e.kind === 'assign' || e.kind === 'requeue' || e.kind === 'transfer' || (e.from === 'agent' && isMessage(e))),
  );
  if (!last || last.kind === 'requeue') return '';
  return (isMessage(last) ? last.name : (last.to ?? last.name)) ?? '';
}

// ── Which part of a long conversation is drawn ───────────────────────────────────────────────────────────────────────

/** The entries that are drawn, by sequence; `to` null follows the newest. */
export interface Span {
  from: number;
  to: number | null;
}

/** Entries drawn at first, and added at an edge. */
export const STEP = 40;
/** Most entries drawn: beyond, the far edge is let go. */
export const MOST = 200;

/** The newest entries. */
export function tail(last: number): Span {
  return { from: Math.max(1, last - STEP + 1), to: null };
}

/** Entries around one, with the newest when it is near them. */
export function around(seq: number, last: number): Span {
  const to = seq + STEP / 2;
  return { from: Math.max(1, seq - STEP / 2), to: to >= last ? null : to };
}

/** A step towards the past, as far as entries are at hand; lets the new edge go when too much would be drawn. */
export function earlier(span: Span, first: number, last: number): Span {
  const from = Math.max(first, span.from - STEP);
  const to = span.to ?? last;
  return to - from + 1 > MOST ? { from, to: from + MOST - 1 } : { from, to: span.to };
}

/** A step towards the present. */
export function later(span: Span, last: number): Span {
  if (span.to === null) return span;
  const to = span.to + STEP;
  const end = to >= last ? null : to;
  return { from: Math.max(span.from, (end ?? last) - MOST + 1), to: end };
}

/** The entries of a span out of those at hand, which have no hole. */
export function slice(log: Pick<Log, 'entries' | 'first'>, span: Span): readonly Entry[] {
  const from = Math.max(0, span.from - log.first);
  if (from === 0 && span.to === null) return log.entries;
  return log.entries.slice(from, span.to === null ? undefined : Math.max(0, span.to - log.first + 1));
}
