// What the shop's page (loader) and the chat page (iframe) tell each other by postMessage. Both sides check origin and source.

/** A product as the shop's page names it. */
export interface Product {
  /** The shop's own number of it; enough if the house knows its goods. */
  code?: string;
  title?: string;
  /** Price in the shop's money, `358` or `358.00`. */
  price?: string | number;
  /** Address of its page; else the page that names it. */
  address?: string;
  /** Address of a picture, on the same site as the page. */
  picture?: string;
}

/** Chat page to shop's page. */
export type Up =
  | { yk: 'ready' }
  /** Messages that the buyer has not seen. */
  | { yk: 'unread'; n: number }
  /** The buyer wants it closed. */
  | { yk: 'close' }
  /** The buyer has written here: worth connecting on the next page without being asked. */
  | { yk: 'used' }
  /** How the shop wants it: colour (if its page gave none), corner. */
  | { yk: 'look'; color: string | null; left: boolean }
  /** The buyer's token was over or used: a fresh one, please. */
  | { yk: 'token' };

/** Shop's page to chat page. */
export type Down =
  /** Answer to `ready`, and each change after it. `full`: fills the screen of a phone. */
  | { yk: 'view'; open: boolean; full: boolean; focus: boolean }
  /** A known buyer's token, or null: signed out. */
  | { yk: 'identify'; token: string | null }
  /** Words for the box, if it is empty. */
  | { yk: 'draft'; text: string }
  /** What the buyer looks at: no query string, for it may name people. */
  | { yk: 'page'; title: string; address: string; product: Product | null };

/** Whether a message is one of ours at all. */
export const isOurs = (data: unknown): data is { yk: string } =>
  typeof data === 'object' && data !== null && typeof (data as { yk?: unknown }).yk === 'string';
