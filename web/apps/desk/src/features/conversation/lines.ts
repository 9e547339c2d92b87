/** From entries and outgoing messages to the lines of the stream. Pure. */
import { isMessage, type Entry, type LiveState } from '@yingke/api';
import { format } from '@yingke/ui';
import { SHOP_ZONE } from '../access';
import type { Log, Outgoing } from '../../realtime/state';

export type Line =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'event'; key: string; entry: Entry }
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

export function lines(
  log: Pick<Log, 'entries' | 'buyerRead'>,
  outbox: readonly Outgoing[],
  live: LiveState | null,
): Line[] {
  const result: Line[] = [];
  let day = '';
  let before: (Line & { kind: 'message' }) | null = null;
  for (const entry of log.entries) {
    const on = format.dayKey(new Date(entry.at), SHOP_ZONE);
    if (on !== day) {
      day = on;
      before = null;
      // By its first entry: the line of a day that began earlier than known is another line once the day's beginning is here.
      result.push({ kind: 'day', key: `d${entry.seq}`, at: entry.at });
    }
    if (!isMessage(entry)) {
      before = null;
      result.push({ kind: 'event', key: `e${entry.seq}`, entry });
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
