// What the page knows of its thread, as one pure function of the frames. No clock, no storage, no socket: what must
// happen outside is returned as effects.
import type { Card, CardChoice, Entry, Hello, ServerFrame } from './frames';

/** A message of ours that the server has not shown us back yet. */
export interface Pending {
  /** UUIDv7; the server knows a repeat by it. */
  client_id: string;
  kind: 'text' | 'image' | 'file' | 'voice' | 'card';
  text: string;
  /** Set once the picture, clip or file is uploaded. */
  file?: string;
  /** Name and size of a file, length of a clip in seconds. */
  name?: string;
  bytes?: number;
  secs?: number;
  /** What a card is to show, and what it looks like until the server has taken its own snapshot. */
  card?: CardChoice;
  shown?: Card;
  /** When it was written, milliseconds of this device. */
  at: number;
  /**
   * `raw` not uploaded yet · `ready` may be sent · `sent` on the wire of this connection ·
   * `acked` stored, its entry not seen yet · `failed` waits for the buyer to send it again.
   */
  status: 'raw' | 'ready' | 'sent' | 'acked' | 'failed';
  /** Why it failed: a problem's code. */
  problem?: string;
  /** Share that is uploaded, 0 to 1. */
  progress?: number;
  /** Address of the picture on this device, and its pixels. */
  local?: { url: string; width: number; height: number };
}

/** Whether a message of this kind consists of bytes that are uploaded first. */
export const uploads = (p: Pick<Pending, 'kind'>): boolean => p.kind !== 'text' && p.kind !== 'card';

/** Everything that is drawn, but the clock and what stands in the box. */
export interface State {
  thread: string | null;
  /** Without holes: `entries[i].seq === base + 1 + i`. */
  entries: Entry[];
  /** Sequence before the first entry we hold; null until the first answer to `resume`. */
  base: number | null;
  /** Last sequence that we hold without a hole. */
  last: number;
  /** Welcomed by the server on this connection. */
  live: boolean;
  /** A `resume` is on its way. */
  resuming: boolean;
  buyerRead: number;
  shopRead: number;
  place: number;
  agent: string | null;
  open: boolean;
  /** Seconds until somebody will answer, as the server thinks; null = it cannot say. */
  waitSecs: number | null;
  /** The conversation that the buyer is asked to judge. */
  ask: string | null;
  typing: { name: string; until: number } | null;
  pending: Pending[];
}

/** What has to be done outside after a change. */
export type Effect =
  | { do: 'say'; frame: { t: 'resume'; after: number } | { t: 'pong' } }
  /** Send what is ready, in order; later, if `wait` milliseconds are given. */
  | { do: 'flush'; wait?: number }
  /** The server has it: take it out of the stored outbox. */
  | { do: 'forget'; client_id: string }
  /** Store the changed item of the outbox. */
  | { do: 'keep'; item: Pending }
  | { do: 'problem'; code: string }
  | { do: 'bye'; reason: string }
  | { do: 'version'; version: string };

/** State and what follows from it. */
export type Step = [State, Effect[]];

/** How many entries the page asks for when it has none, and how many with each look back. */
export const PAGE = 40;
/** A typing sign that nobody renews ends by itself. */
export const TYPING_MS = 6000;
/** Pause before a message that the server could not take *now* is sent again. */
const BUSY_MS = 3000;

const MESSAGES = new Set(['text', 'image', 'card', 'voice', 'file']);

/** Whether an entry is a message rather than an event. */
export const isMessage = (e: Entry): boolean => MESSAGES.has(e.kind);

/** A page that knows nothing yet, but what is left in the outbox. */
export function begin(pending: Pending[] = []): State {
  return {
    thread: null,
    entries: [],
    base: null,
    last: 0,
    live: false,
    resuming: false,
    buyerRead: 0,
    shopRead: 0,
    place: 0,
    agent: null,
    open: true,
    waitSecs: null,
    ask: null,
    typing: null,
    pending,
  };
}

/** Messages of the shop that the buyer has not seen. */
export function unread(s: State): number {
  return s.entries.filter((e) => e.seq > s.buyerRead && e.from !== 'buyer' && isMessage(e) && !e.recalled).length;
}

/** Forget a thread's entries when the server says that we have another one (shop restored, buyer signed in). */
function ofThread(s: State, thread: string | null | undefined): State {
  if (!thread || thread === s.thread) return s;
  if (s.thread === null) return { ...s, thread };
  return { ...s, thread, entries: [], base: null, last: 0, buyerRead: 0, shopRead: 0, ask: null, typing: null };
}

/** The answer to the page's first request. */
export function greeted(s: State, hello: Hello): State {
  return {
    ...ofThread(s, hello.thread),
    open: hello.open,
    place: hello.queue.place,
    agent: hello.queue.agent ?? null,
  };
}

/**
 * The conversation that the buyer may judge, if any, and the mark that it has. Asked for, or marked already: until the next
 * conversation opens, the mark can be changed.
 */
export function judged(s: State): { conversation: string; score: number } | null {
  for (let i = s.entries.length - 1; i >= 0; i--) {
    const e = s.entries[i] as Entry;
    if (e.kind === 'rating') return { conversation: e.conversation, score: e.rating?.score ?? 0 };
    if (e.kind === 'open') break;
  }
  return s.ask === null ? null : { conversation: s.ask, score: 0 };
}

/** The connection is gone: what was on the wire has to go again. */
export function lost(s: State): State {
  return {
    ...s,
    live: false,
    resuming: false,
    typing: null,
    pending: s.pending.map((p) => (p.status === 'sent' ? { ...p, status: 'ready' } : p)),
  };
}

/** Put a message at the end of the outbox, or change one that is there. */
export function put(s: State, item: Pending): State {
  const there = s.pending.some((p) => p.client_id === item.client_id);
  return {
    ...s,
    pending: there ? s.pending.map((p) => (p.client_id === item.client_id ? item : p)) : [...s.pending, item],
  };
}

/** The buyer gave a message up. */
export function drop(s: State, clientId: string): State {
  return { ...s, pending: s.pending.filter((p) => p.client_id !== clientId) };
}

/**
 * What may go over the wire now, in the order in which it was written. A picture that is still being uploaded holds back
 * what was written after it; what failed holds nothing back.
 */
export function sendable(s: State): Pending[] {
  if (!s.live) return [];
  const out: Pending[] = [];
  for (const p of s.pending) {
    if (p.status === 'raw') break;
    if (p.status === 'ready') out.push(p);
  }
  return out;
}

/** Older entries that the buyer scrolled up to; dropped unless they end right before the first that we hold. */
export function older(s: State, page: Entry[]): State {
  if (s.base === null) return s;
  const fit = page.filter((e) => e.seq <= (s.base ?? 0)).sort((a, b) => a.seq - b.seq);
  if (!fit.length || fit[fit.length - 1]?.seq !== s.base || !dense(fit)) return s;
  return { ...s, entries: [...fit, ...s.entries], base: (fit[0]?.seq ?? 1) - 1 };
}

const dense = (list: Entry[]): boolean => list.every((e, i) => i === 0 || e.seq === (list[i - 1]?.seq ?? 0) + 1);

/** Add entries that follow what we hold; those that we have are dropped, the first hole ends it. */
function append(s: State, list: Entry[]): Step {
  const effects: Effect[] = [];
  let { entries, last, pending, typing, ask } = s;
  entries = entries.slice();
  for (const e of list) {
    if (e.seq !== last + 1) continue;
    last = e.seq;
    entries.push(e);
    if (e.kind === 'recall' && e.refers != null) {
      entries = entries.map((o) =>
        o.seq === e.refers ? { ...o, text: '', image: null, file: null, voice: null, card: null, recalled: true } : o,
      );
    }
    if (e.from === 'agent' && isMessage(e)) typing = null;
    // Rated, a new conversation, or the old one goes on: the question is over.
    if (e.kind === 'rating' || e.kind === 'open' || e.kind === 'reopen') ask = null;
    if (e.client_id && pending.some((p) => p.client_id === e.client_id)) {
      pending = pending.filter((p) => p.client_id !== e.client_id);
      effects.push({ do: 'forget', client_id: e.client_id });
    }
  }
  return [{ ...s, entries, last, pending, typing, ask }, effects];
}

/** Ask for all after the last entry that we hold, once at a time. */
function resume(s: State): Step {
  if (s.resuming || !s.live) return [s, []];
  return [{ ...s, resuming: true }, [{ do: 'say', frame: { t: 'resume', after: s.base === null ? -PAGE : s.last } }]];
}

/** Frames that only desks get. A new frame that is for buyers, too, must be handled above: the compiler says so. */
type ForDesks = Extract<
  ServerFrame,
  {
    t:
      | 'rows'
      | 'row'
      | 'gone'
      | 'presence'
      | 'looking'
      | 'mention'
      | 'page'
      | 'approval'
      | 'mark'
      | 'pair'
      | 'call'
      | 'incident'
      | 'notice'
      | 'still_there'
      | 'phrases'
      | 'duty';
  }
>;

/** What a frame changes. `now` in milliseconds, only for the end of the typing sign. */
export function apply(s: State, frame: ServerFrame, now: number): Step {
  switch (frame.t) {
    case 'welcome': {
      const [next, effects] = resume({ ...lost(ofThread(s, frame.thread)), live: true });
      return [next, [...effects, { do: 'flush' }, { do: 'version', version: frame.version }]];
    }
    case 'entries': {
      if (s.thread !== null && frame.thread !== s.thread) return [s, []];
      // The server holds less than we asked after: it was restored from an older state. Ours is void, begin anew.
      if (s.base !== null && frame.from > frame.last_seq) {
        return resume({ ...s, entries: [], base: null, last: 0, resuming: false });
      }
      let next: State = { ...s, thread: frame.thread };
      if (next.base === null) next = { ...next, base: frame.from, last: frame.from };
      const before = next.last;
      const [filled, effects] = append(next, frame.entries);
      next = {
        ...filled,
        // An answer to `resume` says where the question stands now.
        ask: frame.ask_rating ?? null,
        resuming: frame.more,
        buyerRead: Math.max(s.buyerRead, frame.buyer_read),
        shopRead: Math.max(s.shopRead, frame.shop_read),
      };
      // Not whole yet although the server says so: ask on, but only while asking brings something.
      if (!frame.more && next.last < frame.last_seq && next.last > before) {
        const [again, more] = resume(next);
        return [again, [...effects, ...more]];
      }
      return [next, effects];
    }
    case 'entry': {
      const { entry } = frame;
      if (s.thread !== null && entry.thread !== s.thread) return [s, []];
      if (s.base === null || entry.seq > s.last + 1) return resume(s);
      return append(s, [entry]);
    }
    case 'ack': {
      const item = s.pending.find((p) => p.client_id === frame.client_id);
      if (!item) return [s, []];
      const next = frame.seq <= s.last ? drop(s, item.client_id) : put(s, { ...item, status: 'acked' });
      return [next, [{ do: 'forget', client_id: item.client_id }]];
    }
    case 'refused': {
      const item = s.pending.find((p) => p.client_id === frame.client_id);
      // Another window may have sent it before us: what is stored is not refused.
      if (!item || item.status === 'acked') return [s, []];
      const { code, status } = frame.problem;
      if (status === 429 || status === 503) {
        return [put(s, { ...item, status: 'ready' }), [{ do: 'flush', wait: BUSY_MS }]];
      }
      const failed: Pending = { ...item, status: 'failed', problem: code };
      return [put(s, failed), [{ do: 'keep', item: failed }]];
    }
    case 'typing':
      if (frame.from !== 'agent') return [s, []];
      return [{ ...s, typing: frame.on ? { name: frame.name, until: now + TYPING_MS } : null }, []];
    case 'read':
      if (frame.by === 'buyer') return [{ ...s, buyerRead: Math.max(s.buyerRead, frame.seq) }, []];
      return [{ ...s, shopRead: Math.max(s.shopRead, frame.seq) }, []];
    case 'queue':
      return [
        { ...s, place: frame.place, agent: frame.agent ?? null, open: frame.open, waitSecs: frame.wait_secs ?? null },
        [],
      ];
    case 'ask':
      return [{ ...s, ask: frame.conversation }, []];
    case 'ping': {
      const pong: Effect = { do: 'say', frame: { t: 'pong' } };
      const last = s.thread === null ? 0 : (frame.last[s.thread] ?? 0);
      if (last <= s.last && s.base !== null) return [s, [pong]];
      const [next, effects] = resume(s);
      return [next, [pong, ...effects]];
    }
    case 'problem':
      // If it was our `resume` that failed, the next ping may ask again.
      return [{ ...s, resuming: false }, [{ do: 'problem', code: frame.problem.code }]];
    case 'bye':
      return [s, [{ do: 'bye', reason: frame.reason }]];
    default: {
      const others: ForDesks = frame;
      void others; // a desk's, or a newer server's: what is not for us, we leave alone
      return [s, []];
    }
  }
}
