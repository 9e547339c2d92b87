/**
 * What the frames mean. Pure: state and event in, state and frames to send out. No clock, no socket, no storage; the local time is
 * part of the event. Order and loss: an entry is taken when it is `last + 1`, dropped when it is known, and asked for again when
 * there is a hole before it.
 */
import {
  isMessage,
  never,
  type ClientFrame,
  type Entry,
  type LiveState,
  type MentionRow,
  type Row,
  type ServerFrame,
} from '@yingke/api';
import { needsFile, type DeskState, type Log, type Outgoing } from './state';

/** What happens on this side. */
export type LocalEvent =
  | { t: 'open' }
  | { t: 'lost'; retryAt: number | null }
  | { t: 'watch'; thread: string; tail: number }
  | { t: 'unwatch'; thread: string }
  | { t: 'older'; thread: string; entries: readonly Entry[] }
  | { t: 'compose'; message: Outgoing }
  | { t: 'dispatch' }
  | { t: 'uploaded'; client_id: string; file: string }
  | { t: 'upload_failed'; client_id: string; code: string; detail: string }
  | { t: 'again'; client_id: string }
  | { t: 'discard'; client_id: string }
  | { t: 'live'; thread: string; live: LiveState }
  | { t: 'row'; row: Row }
  | { t: 'mentions'; mentions: readonly MentionRow[] }
  | { t: 'mentions_seen'; thread: string }
  | { t: 'seen'; thread: string; seq: number }
  | { t: 'people'; people: readonly { person: string; name: string; state: string; load: number; capacity: number }[] }
  | { t: 'tick' };

export interface Step {
  state: DeskState;
  send: ClientFrame[];
}

/** Typing signs go by themselves after so long, ms (protocol: 6 s). */
const TYPING_MS = 6_000;

/** Applies a frame of the server. `at` is the local time, ms. */
export function apply(state: DeskState, frame: ServerFrame, at: number): Step {
  switch (frame.t) {
    case 'welcome':
      return welcome({ ...state, version: frame.version, offset: offset(frame.now, at) });
    case 'ack':
      return still(acknowledge(state, frame.client_id, frame.thread, frame.seq));
    case 'refused':
      return still(
        change(state, frame.client_id, {
          state: 'failed',
          problem: {
            code: frame.problem.code,
            detail: frame.problem.detail,
            ...(frame.problem.findings && { findings: frame.problem.findings }),
          },
        }),
      );
    case 'problem':
      return still(state);
    case 'entry': {
      const step = entry(words(state, [frame.entry]), frame.entry);
      return frame.live ? { ...step, state: live(step.state, frame.entry.thread, frame.live) } : step;
    }
    case 'entries':
      return entries(state, frame);
    case 'rows':
      return still(list({ ...state, offset: offset(frame.now, at) }, frame.rows));
    case 'row':
      return still(row(state, frame.row));
    case 'gone':
      return still(gone(state, frame.thread, frame.rev));
    case 'typing':
      if (frame.from !== 'buyer') return still(state);
      return still({
        ...state,
        typing: frame.on
          ? with_(state.typing, frame.thread, { name: frame.name, until: at + TYPING_MS })
          : without(state.typing, frame.thread),
      });
    case 'read':
      return still(
        log(frame.by === 'shop' ? noticed(state, frame.thread, frame.seq) : state, frame.thread, (l) =>
          frame.by === 'buyer'
            ? { ...l, buyerRead: Math.max(l.buyerRead, frame.seq) }
            : { ...l, shopRead: Math.max(l.shopRead, frame.seq) },
        ),
      );
    case 'queue':
    case 'ask':
      return still(state); // Meant for the widget.
    case 'approval':
    case 'mark':
    case 'pair':
    case 'call':
    case 'incident':
    case 'notice':
    case 'duty':
      return still(state); // News for whoever follows the frames; their pages ask for the rest.
    case 'still_there':
      return still({ ...state, stillThere: frame.until ?? null });
    case 'looking':
      return still({
        ...state,
        looking: frame.people.length
          ? with_(state.looking, frame.thread, frame.people)
          : without(state.looking, frame.thread),
      });
    case 'mention':
      return still(mentioned(state, frame.mention));
    case 'page':
      return still({
        ...state,
        pages: frame.page ? with_(state.pages, frame.thread, frame.page) : without(state.pages, frame.thread),
      });
    case 'phrases':
      return still({
        ...state,
        phrases: with_(state.phrases, frame.shop, Math.max(state.phrases.get(frame.shop) ?? 0, frame.version)),
      });
    case 'presence':
      return still({ ...state, people: with_(state.people, frame.person.person, frame.person) });
    case 'ping': {
      const step = behind({ ...state, offset: offset(frame.now, at) }, frame.last);
      return { state: step.state, send: [{ t: 'pong' }, ...step.send] };
    }
    case 'bye':
      return still({ ...state, bye: frame.reason });
    default:
      never(frame);
      return still(state);
  }
}

/**
 * Whether a row is on its way through the queue: a buyer who is new to the list and whom the router has not placed yet. Shown at
 * once, it would stand among the waiting for a frame or two and make everybody's list jump.
 */
export function isPassing(state: DeskState, frame: ServerFrame): boolean {
  return frame.t === 'row' && frame.row.live.state === 'queued' && !state.rows.has(frame.row.thread);
}

/** Applies what happened on this side. */
export function act(state: DeskState, event: LocalEvent, at: number): Step {
  switch (event.t) {
    case 'open':
      return still({ ...state, connection: 'connecting', bye: null });
    case 'lost':
      return still({
        ...state,
        connection: 'lost',
        lostAt: state.lostAt ?? at,
        retryAt: event.retryAt,
        typing: new Map(),
        looking: new Map(),
        // What was in flight may be lost with the wire; sending it again is harmless.
        outbox: state.outbox.map((o) => (o.state === 'sent' ? { ...o, state: 'waiting' } : o)),
        logs: map(state.logs, (l) => (l.asked ? { ...l, asked: false } : l)),
      });
    case 'watch': {
      if (state.logs.has(event.thread)) return still(state);
      const fresh: Log = {
        thread: event.thread,
        entries: [],
        first: 1,
        last: null,
        lastSeq: 0,
        buyerRead: 0,
        shopRead: 0,
        asked: state.connection === 'open',
      };
      const send: ClientFrame[] = fresh.asked ? [{ t: 'resume', thread: event.thread, after: -event.tail }] : [];
      return { state: { ...state, logs: with_(state.logs, event.thread, fresh) }, send };
    }
    case 'unwatch':
      if (!state.logs.has(event.thread)) return still(state);
      return {
        state: {
          ...state,
          logs: without(state.logs, event.thread),
          live: without(state.live, event.thread),
          looking: without(state.looking, event.thread),
          outbox: state.outbox.filter((o) => !(o.thread === event.thread && o.state === 'acked')),
        },
        send: state.connection === 'open' ? [{ t: 'unwatch', thread: event.thread }] : [],
      };
    case 'older':
      return still(log(state, event.thread, (l) => prepend(l, event.entries)));
    case 'compose':
      return dispatch({ ...state, outbox: [...state.outbox, event.message] });
    case 'dispatch':
      return dispatch(state);
    case 'uploaded':
      return dispatch(change(state, event.client_id, { file: event.file }));
    case 'upload_failed':
      return still(
        change(state, event.client_id, { state: 'failed', problem: { code: event.code, detail: event.detail } }),
      );
    case 'again':
      return dispatch(change(state, event.client_id, { state: 'waiting', problem: null }));
    case 'discard':
      return dispatch({ ...state, outbox: state.outbox.filter((o) => o.client_id !== event.client_id) });
    case 'live':
      return still(live(state, event.thread, event.live));
    case 'row':
      return still(row(state, event.row));
    case 'mentions':
      return still({ ...state, mentions: [...event.mentions].sort((a, b) => (a.at < b.at ? -1 : 1)) });
    case 'mentions_seen': {
      const old = state.rows.get(event.thread);
      return still({
        ...state,
        mentions: state.mentions.filter((m) => m.thread !== event.thread),
        rows: old?.mentioned ? with_(state.rows, event.thread, { ...old, mentioned: false }) : state.rows,
      });
    }
    case 'seen': {
      const known = state.logs.get(event.thread);
      if (!known || event.seq <= known.shopRead) return still(state);
      return {
        state: log(noticed(state, event.thread, event.seq), event.thread, (l) => ({ ...l, shopRead: event.seq })),
        send: state.connection === 'open' ? [{ t: 'read', thread: event.thread, seq: event.seq }] : [],
      };
    }
    case 'people': {
      const people = new Map(state.people);
      for (const p of event.people) people.set(p.person, p);
      return still({ ...state, people });
    }
    case 'tick': {
      if (![...state.typing.values()].some((t) => t.until <= at)) return still(state);
      return still({ ...state, typing: new Map([...state.typing].filter(([, t]) => t.until > at)) });
    }
    default:
      never(event);
      return still(state);
  }
}

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function still(state: DeskState): Step {
  return { state, send: [] };
}

function with_<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}

function map<K, V>(from: ReadonlyMap<K, V>, f: (value: V) => V): ReadonlyMap<K, V> {
  return new Map([...from].map(([k, v]) => [k, f(v)]));
}

function offset(now: string, at: number): number {
  const server = Date.parse(now);
  return Number.isNaN(server) ? 0 : server - at;
}

function log(state: DeskState, thread: string, f: (log: Log) => Log): DeskState {
  const found = state.logs.get(thread);
  if (!found) return state;
  const next = f(found);
  return next === found ? state : { ...state, logs: with_(state.logs, thread, next) };
}

/** A note names this person: kept until its thread was looked at. A note is told once, however often it comes. */
function mentioned(state: DeskState, m: MentionRow): DeskState {
  if (state.mentions.some((o) => o.thread === m.thread && o.seq === m.seq)) return state;
  const row = state.rows.get(m.thread);
  return {
    ...state,
    mentions: [...state.mentions, m],
    rows: row ? with_(state.rows, m.thread, { ...row, mentioned: true }) : state.rows,
  };
}

/** A connection begins: watch again from where we are, then send what waits. The list comes by itself. */
function welcome(state: DeskState): Step {
  const send: ClientFrame[] = [];
  const logs = map(state.logs, (l) => {
    send.push({ t: 'resume', thread: l.thread, after: l.last ?? -TAIL });
    return { ...l, asked: true };
  });
  const open: DeskState = { ...state, connection: 'open', lostAt: null, retryAt: null, logs, caughtUp: 0, bye: null };
  const step = dispatch(open);
  return { state: step.state, send: [...send, ...step.send] };
}

/** Entries to begin with when a thread is opened. */
export const TAIL = 60;

function entry(state: DeskState, e: Entry): Step {
  const cleared = shown(typed(state, e), [e]);
  const known = cleared.logs.get(e.thread);
  if (!known || known.last === null || e.seq <= known.last) return still(cleared);
  if (e.seq > known.last + 1) return ask(cleared, known, e.seq);
  return still(log(cleared, e.thread, (l) => ({ ...append(l, [e]), lastSeq: Math.max(l.lastSeq, e.seq) })));
}

function entries(state: DeskState, frame: Extract<ServerFrame, { t: 'entries' }>): Step {
  const known = state.logs.get(frame.thread);
  let next = shown(words(state, frame.entries), frame.entries);
  if (frame.live) next = live(next, frame.thread, frame.live);
  if (!known) return still(next);
  const begin = known.last ?? frame.from;
  if (frame.from > begin) return ask(next, known, frame.last_seq);
  const fresh = frame.entries.filter((e) => e.seq > begin);
  next = log(next, frame.thread, (l) => {
    const based = l.last === null ? { ...l, first: frame.from + 1, last: frame.from } : l;
    return {
      ...append(based, fresh),
      lastSeq: Math.max(l.lastSeq, frame.last_seq),
      buyerRead: Math.max(l.buyerRead, frame.buyer_read),
      shopRead: Math.max(l.shopRead, frame.shop_read),
      asked: frame.more,
    };
  });
  if (known.last !== null) next = { ...next, caughtUp: next.caughtUp + fresh.filter((e) => e.from === 'buyer').length };
  return still(next);
}

/** Adds entries that follow without a hole; recalls empty the message that they refer to. */
function append(l: Log, fresh: readonly Entry[]): Log {
  if (fresh.length === 0) return l;
  let list = l.entries;
  let last = l.last ?? l.first - 1;
  const add: Entry[] = [];
  for (const e of fresh) {
    if (e.seq !== last + 1) break;
    add.push(e);
    last = e.seq;
  }
  list = recalls([...list, ...add], add);
  return { ...l, entries: list, last };
}

function prepend(l: Log, older: readonly Entry[]): Log {
  const before = older.filter((e) => e.seq < l.first);
  if (before.length === 0 || before.at(-1)!.seq !== l.first - 1) return l;
  return { ...l, entries: [...before, ...l.entries], first: before[0]!.seq };
}

function recalls(list: Entry[], fresh: readonly Entry[]): Entry[] {
  const gone = new Set(fresh.filter((e) => e.kind === 'recall' && e.refers != null).map((e) => e.refers));
  if (gone.size === 0) return list;
  return list.map((e) => (gone.has(e.seq) ? bare(e) : e));
}

/** What is left of a message that was taken back. */
function bare(e: Entry): Entry {
  return { ...e, recalled: true, text: '', image: null, file: null, voice: null, card: null, quote: null };
}

function ask(state: DeskState, known: Log, lastSeq: number): Step {
  const marked = log(state, known.thread, (l) => ({ ...l, asked: true, lastSeq: Math.max(l.lastSeq, lastSeq) }));
  if (known.asked || state.connection !== 'open') return still(marked);
  return { state: marked, send: [{ t: 'resume', thread: known.thread, after: known.last ?? -TAIL }] };
}

/** A ping names the last sequences: ask for what was lost without a trace. */
function behind(state: DeskState, last: Record<string, number>): Step {
  let next = state;
  const send: ClientFrame[] = [];
  for (const [thread, seq] of Object.entries(last)) {
    const known = next.logs.get(thread);
    if (!known || known.last === null || seq <= known.last) continue;
    // A resume whose answer is older than a whole ping interval was lost as well: ask again.
    const step = ask(
      log(next, thread, (l) => ({ ...l, asked: false })),
      { ...known, asked: false },
      seq,
    );
    next = step.state;
    send.push(...step.send);
  }
  return { state: next, send };
}

/** The buyer's message ends the buyer's typing sign. */
function typed(state: DeskState, e: Entry): DeskState {
  return e.from === 'buyer' && state.typing.has(e.thread)
    ? { ...state, typing: without(state.typing, e.thread) }
    : state;
}

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

function list(state: DeskState, rows: readonly Row[]): DeskState {
  const next = new Map<string, Row>();
  for (const r of rows) {
    const old = state.rows.get(r.thread);
    if ((state.gone.get(r.thread) ?? -1) >= r.live.rev) continue;
    next.set(r.thread, old && old.live.rev > r.live.rev ? old : r);
  }
  return { ...state, rows: next, listed: true };
}

function row(state: DeskState, r: Row): DeskState {
  if ((state.gone.get(r.thread) ?? -1) >= r.live.rev) return state;
  const old = state.rows.get(r.thread);
  if (old && old.live.rev > r.live.rev) return state;
  return { ...state, rows: with_(state.rows, r.thread, r), live: without(state.live, r.thread) };
}

/** Longest beginning of a message that a row shows, characters. */
const PREVIEW = 80;

/** A row is sent when it changes hands, not with every message: its last words come with the entries. */
function words(state: DeskState, came: readonly Entry[]): DeskState {
  const last = came.at(-1);
  const old = last && state.rows.get(last.thread);
  if (!last || !old) return state;
  // What the house says to everybody does not take the place of the buyer's words, as in the server's own rows.
  const fresh = came.filter((e) => isMessage(e) && e.from !== 'auto' && e.seq > old.live.last_seq);
  const said = fresh.at(-1);
  const next: Row = {
    ...old,
    ...(said && lastWords(said)),
    ...(!said && came.some((e) => e.kind === 'recall') && after(state, last.thread, came)),
    unread: old.unread + fresh.filter((e) => e.from === 'buyer').length,
    live: { ...old.live, last_seq: Math.max(old.live.last_seq, last.seq), ...(said && { last_at: said.at }) },
  };
  return { ...state, rows: with_(state.rows, last.thread, next) };
}

function lastWords(e: Entry): Pick<Row, 'last_text' | 'last_kind' | 'last_from'> {
  return {
    last_text: e.recalled ? '' : e.text.slice(0, PREVIEW),
    last_kind: e.recalled ? 'recalled' : e.kind,
    last_from: e.from,
  };
}

/**
 * The row's words once something was taken back: the last message that still says something, and that of the buyer where the buyer
 * waits. Nothing when the thread is not at hand, for the row may show another message than the one taken back.
 */
function after(state: DeskState, thread: string, came: readonly Entry[]): Partial<Row> {
  const gone = new Set(came.filter((e) => e.kind === 'recall').map((e) => e.refers));
  const messages = state.logs.get(thread)?.entries.filter(isMessage) ?? [];
  const latest = messages.at(-1);
  if (!latest || !gone.has(latest.seq)) return {};
  const left = messages.filter((e) => !e.recalled && !gone.has(e.seq)).at(-1);
  return lastWords(left ?? { ...latest, recalled: true });
}

/** The shop has seen a thread: nothing of it is unread any more, unless more came since. */
function noticed(state: DeskState, thread: string, seq: number): DeskState {
  const old = state.rows.get(thread);
  if (!old || old.unread === 0) return state;
  const later = state.logs.get(thread)?.entries.filter((e) => e.from === 'buyer' && e.seq > seq).length ?? 0;
  const unread = seq >= old.live.last_seq ? 0 : Math.min(old.unread, later);
  return { ...state, rows: with_(state.rows, thread, { ...old, unread }) };
}

function gone(state: DeskState, thread: string, rev: number): DeskState {
  const old = state.rows.get(thread);
  const marked = { ...state, gone: with_(state.gone, thread, Math.max(rev, state.gone.get(thread) ?? -1)) };
  if (!old || old.live.rev > rev) return marked;
  const kept = state.logs.has(thread)
    ? with_(state.live, thread, {
        ...old.live,
        rev,
        state: 'closed',
        holder: null,
        holder_name: null,
        owed_since: null,
        owed_seq: null,
      })
    : state.live;
  return { ...marked, rows: without(state.rows, thread), live: kept };
}

function live(state: DeskState, thread: string, l: LiveState): DeskState {
  const old = state.rows.get(thread);
  if (old) {
    if (old.live.rev > l.rev) return state;
    if (l.state === 'closed') return { ...gone(state, thread, l.rev), live: with_(state.live, thread, l) };
    return { ...state, rows: with_(state.rows, thread, { ...old, live: l }) };
  }
  const kept = state.live.get(thread);
  if (kept && kept.rev > l.rev) return state;
  return state.logs.has(thread) ? { ...state, live: with_(state.live, thread, l) } : state;
}

// ── Outbox ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function change(state: DeskState, id: string, to: Partial<Outgoing>): DeskState {
  if (!state.outbox.some((o) => o.client_id === id)) return state;
  return { ...state, outbox: state.outbox.map((o) => (o.client_id === id ? { ...o, ...to } : o)) };
}

function acknowledge(state: DeskState, id: string, thread: string, seq: number): DeskState {
  const known = state.logs.get(thread);
  // Nobody looks at the thread, or its entry is there already: nothing is left to show.
  if (!known || (known.last !== null && known.last >= seq))
    return { ...state, outbox: state.outbox.filter((o) => o.client_id !== id) };
  return change(state, id, { state: 'acked', seq, problem: null });
}

/** Our messages that came back as entries are no longer outgoing, acknowledged or not. */
function shown(state: DeskState, came: readonly Entry[]): DeskState {
  if (state.outbox.length === 0) return state;
  const ids = new Set(came.map((e) => e.client_id).filter((id) => id != null));
  const seqs = new Set(came.map((e) => `${e.thread} ${e.seq}`));
  const left = state.outbox.filter(
    (o) => !ids.has(o.client_id) && !(o.seq !== null && seqs.has(`${o.thread} ${o.seq}`)),
  );
  return left.length === state.outbox.length ? state : { ...state, outbox: left };
}

/**
 * Sends what may go: per thread in the order written. A picture that is still on its way up holds back what was written after it;
 * a failed message holds back nothing, its writer decides.
 */
function dispatch(state: DeskState): Step {
  if (state.connection !== 'open') return still(state);
  const held = new Set<string>();
  const send: ClientFrame[] = [];
  const outbox = state.outbox.map((o) => {
    if (o.state !== 'waiting' || held.has(o.thread)) return o;
    if (needsFile(o.kind) && o.file === null) {
      held.add(o.thread);
      return o;
    }
    send.push({
      t: 'send',
      thread: o.thread,
      client_id: o.client_id,
      kind: o.kind,
      text: o.text,
      file: o.file,
      ...(o.quote && { quote: o.quote.seq }),
      ...(o.card && { card: o.card.choice }),
      ...(o.overrule && { overrule: true }),
    });
    return { ...o, state: 'sent' as const };
  });
  return send.length === 0 ? still(state) : { state: { ...state, outbox }, send };
}
