// What the shop's page (loader) and the chat page (iframe) tell each other by postMessage. Both sides check origin and source.

/** Chat page to shop's page. */
export type Up =
  | { yk: 'ready' }
  /** Messages that the buyer has not seen. */
  | { yk: 'unread'; n: number }
  /** The buyer wants it closed. */
  | { yk: 'close' }
  /** The buyer has written here: worth connecting on the next page without being asked. */
  | { yk: 'used' }
  /** The shop's own colour, if its page gave none. */
  | { yk: 'colour'; rrggbb: string };

/** Shop's page to chat page. */
export type Down =
  /** Answer to `ready`, and each change after it. `full`: fills the screen of a phone. */
  | { yk: 'view'; open: boolean; full: boolean; focus: boolean }
  /** A known buyer's token, or null: signed out. */
  | { yk: 'identify'; token: string | null }
  /** Words for the box, if it is empty. */
  | { yk: 'draft'; text: string };

/** Whether a message is one of ours at all. */
export const isOurs = (data: unknown): data is { yk: string } =>
  typeof data === 'object' && data !== null && typeof (data as { yk?: unknown }).yk === 'string';
