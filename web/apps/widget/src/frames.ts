// What travels over /ws, as a buyer's page sees it. The server's protocol.rs is the contract; frames that only a desk
// gets are listed so that the switch in reducer.ts stays exhaustive.

/** A picture as this viewer loads it; width and height in pixels. */
export interface Picture {
  file: string;
  url: string;
  width: number;
  height: number;
}

/** A numbered entry of the thread; `seq` counts from 1 without holes, `at` is RFC 3339. */
export interface Entry {
  thread: string;
  seq: number;
  conversation: string;
  at: string;
  /** `text image card voice file` are messages, everything else is an event. */
  kind: string;
  /** `buyer agent bot auto system` */
  from: string;
  name?: string | null;
  text: string;
  image?: Picture | null;
  client_id?: string | null;
  to?: string | null;
  refers?: number | null;
  recalled?: boolean;
}

/** RFC 9457, the part that the page uses. */
export interface Problem {
  type: string;
  code: string;
  status: number;
  detail: string;
}

/** What the page says. Every `thread` may be left out: a widget has one. */
export type ClientFrame =
  | { t: 'hello'; token: string }
  | { t: 'send'; client_id: string; kind: 'text' | 'image'; text: string; file?: string }
  | { t: 'resume'; after: number }
  | { t: 'read'; seq: number }
  | { t: 'typing'; on: boolean }
  | { t: 'pong' };

/** What the server says. */
export type ServerFrame =
  | { t: 'welcome'; now: string; connection: string; thread?: string | null; version: string }
  | { t: 'ack'; client_id: string; thread: string; seq: number; at: string }
  | { t: 'refused'; client_id: string; problem: Problem }
  | { t: 'problem'; problem: Problem }
  | { t: 'entry'; entry: Entry }
  | {
      t: 'entries';
      thread: string;
      from: number;
      entries: Entry[];
      more: boolean;
      last_seq: number;
      buyer_read: number;
      shop_read: number;
    }
  | { t: 'typing'; thread: string; from: string; name: string; on: boolean }
  | { t: 'read'; thread: string; by: string; seq: number }
  | { t: 'queue'; place: number; agent?: string | null; open: boolean }
  | { t: 'ping'; now: string; last: Record<string, number> }
  | { t: 'bye'; reason: string }
  | { t: 'rows' | 'row' | 'gone' | 'presence' };

/** Answer of `POST /api/v1/widget/hello`. */
export interface Hello {
  /** The guest's secret: who has it is this buyer. */
  token: string;
  thread?: string | null;
  name?: string | null;
  shop: { code: string; name: string };
  texts: { welcome?: string | null; offline?: string | null };
  open: boolean;
  queue?: { place: number; agent?: string | null } | null;
  lang?: string | null;
}
