/** What the desk knows from the socket. Plain data; every change makes new objects, so that views compare by identity. */
import type {
  BuyerPage,
  Card,
  CardChoice,
  Entry,
  LiveState,
  MentionRow,
  MessageKind,
  PersonRef,
  PresenceRow,
  ProblemBody,
  Quote,
  Row,
} from '@yingke/api';

/** The entries of a watched thread: one run without a hole, `first`..`last`. */
export interface Log {
  thread: string;
  /** Ascending by `seq`, without a hole. */
  entries: readonly Entry[];
  /** Sequence of the first entry at hand; `last + 1` while there is none. */
  first: number;
  /** Last sequence held without a hole; null until the first answer to `resume`. */
  last: number | null;
  /** Last sequence that the server named. */
  lastSeq: number;
  /** Highest sequence that the buyer has seen. */
  buyerRead: number;
  /** Highest sequence that the shop has seen. */
  shopRead: number;
  /** A `resume` is under way; another would only ask for the same. */
  asked: boolean;
}

/** A message of ours that the server has not shown back yet. */
export interface Outgoing {
  client_id: string;
  thread: string;
  /** Code of the thread's shop, for the upload. */
  shop?: string | null;
  kind: MessageKind;
  text: string;
  /** The stored picture, clip or file, once uploaded. */
  file: string | null;
  /** What stands for a file until it is stored: its name, size and type; seconds of a clip. */
  about: { name: string; bytes: number; mime: string; secs: number } | null;
  /** The message that this one answers to, as it is drawn. */
  quote: Quote | null;
  /** What a card shows: what the server is asked for, and what is drawn until it answers. */
  card: { choice: CardChoice; shown: Card | null } | null;
  /** Local ms when it was written; shown until the server's time is known. */
  at: number;
  /**
   * `waiting` for a wire (or its picture), `sent` and not yet acknowledged, `acked` under `seq` and not yet shown back,
   * `failed` and kept until the writer decides.
   */
  state: 'waiting' | 'sent' | 'acked' | 'failed';
  seq: number | null;
  /** Why it failed; of the guard's refusals also what was found. */
  problem: Pick<ProblemBody, 'code' | 'detail' | 'findings'> | null;
  /** Sent although the guard warned of it. */
  overrule?: boolean;
}

/** Somebody composes. */
export interface Typing {
  name: string;
  /** Local ms at which the sign goes by itself. */
  until: number;
}

export interface DeskState {
  connection: 'connecting' | 'open' | 'lost';
  /** Local ms since when there is no wire; null while there is one. */
  lostAt: number | null;
  /** Local ms of the next try. */
  retryAt: number | null;
  /** Server's clock minus ours, ms. */
  offset: number;
  /** Version that the server named. */
  version: string | null;
  /** Whether the list was ever given. */
  listed: boolean;
  rows: ReadonlyMap<string, Row>;
  /** Revisions at which threads left the list: an older row must not bring them back. */
  gone: ReadonlyMap<string, number>;
  /** Live state of watched threads that stand in no list (closed, or held by somebody else). */
  live: ReadonlyMap<string, LiveState>;
  logs: ReadonlyMap<string, Log>;
  people: ReadonlyMap<string, PresenceRow>;
  typing: ReadonlyMap<string, Typing>;
  /** Colleagues who have a watched thread open too, oneself left out. */
  looking: ReadonlyMap<string, readonly PersonRef[]>;
  /** Shop to the newest count of changes of its phrases that was told; whoever holds phrases fetches what is newer. */
  phrases: ReadonlyMap<string, number>;
  /** What buyers look at now; only what was told since the wire came. */
  pages: ReadonlyMap<string, BuyerPage>;
  /** Notes that name this person, oldest first; those of before come by HTTP. */
  mentions: readonly MentionRow[];
  outbox: readonly Outgoing[];
  /** The house asks whether somebody is there: until when it waits, by its clock. */
  stillThere: string | null;
  /** Entries received for watched threads since the wire came back, for the line that says so. */
  caughtUp: number;
  /** Why the server closed the connection, if it said so. */
  bye: string | null;
}

export function emptyState(): DeskState {
  return {
    connection: 'connecting',
    lostAt: null,
    retryAt: null,
    offset: 0,
    version: null,
    listed: false,
    rows: new Map(),
    gone: new Map(),
    live: new Map(),
    logs: new Map(),
    people: new Map(),
    typing: new Map(),
    looking: new Map(),
    phrases: new Map(),
    pages: new Map(),
    mentions: [],
    outbox: [],
    stillThere: null,
    caughtUp: 0,
    bye: null,
  };
}

/** Whether a message needs an upload before it can be sent. */
export function needsFile(kind: MessageKind): boolean {
  return kind === 'image' || kind === 'voice' || kind === 'file';
}
