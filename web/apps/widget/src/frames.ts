// What travels over /ws, by the names that the chat uses. The shapes are generated from the server's description: a frame that
// the server learns to say does not compile in reducer.ts until it is handled there.
import type { components } from '@yingke/api';

type Schemas = components['schemas'];

/** A numbered entry of the thread; `seq` counts from 1 without holes, `at` is RFC 3339. */
export type Entry = Schemas['Entry'];
/** A picture as this viewer loads it; width and height in pixels. */
export type Picture = Schemas['Image'];
/** A product or an order as it was when it was sent; money in fen. */
export type Card = Schemas['Card'];
/** What a card is to show. */
export type CardChoice = Schemas['CardChoice'];
/** A file to be downloaded. */
export type FileRef = Schemas['FileRef'];
/** A clip; length in seconds. */
export type Voice = Schemas['Voice'];
/** The message that another one answers to. */
export type Quote = Schemas['Quote'];
/** What the page says. */
export type ClientFrame = Schemas['ClientFrame'];
/** What the server says. */
export type ServerFrame = Schemas['ServerFrame'];
/** Answer of `POST /api/v1/widget/hello`; whoever has its `token` is this buyer. */
export type Hello = Schemas['HelloAnswer'];
/** Answer of `GET /api/v1/conversation/threads/{thread}/entries`. */
export type EntryPage = Schemas['EntryPage'];
/** Answer of an upload. */
export type StoredFile = Schemas['StoredFile'];
