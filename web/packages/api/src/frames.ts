/**
 * What travels over the socket, named for the pages. The shapes come from `openapi.json`: a frame that the server learns to
 * say is a compile error wherever a `switch` over `frame.t` ends in {@link never}.
 */
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type ServerFrame = Schemas['ServerFrame'];
export type ClientFrame = Schemas['ClientFrame'];
export type Entry = Schemas['Entry'];
export type Image = Schemas['Image'];
export type LiveState = Schemas['LiveState'];
export type Row = Schemas['Row'];
export type PresenceRow = Schemas['PresenceRow'];
export type WhyGiven = Schemas['WhyGiven'];
export type PresenceState = Schemas['PresenceState'];
export type ProblemBody = Schemas['ProblemBody'];
export type MessageKind = Schemas['MessageKind'];
export type CardChoice = Schemas['CardChoice'];
export type Card = Schemas['Card'];
export type FileRef = Schemas['FileRef'];
export type Voice = Schemas['Voice'];
export type Quote = Schemas['Quote'];
export type Rating = Schemas['Rating'];
export type PersonRef = Schemas['PersonRef'];
export type ApprovalRow = Schemas['ApprovalRow'];
export type CallRow = Schemas['CallRow'];
export type PairRow = Schemas['PairRow'];
export type MarkRow = Schemas['MarkRow'];
export type AbuseNote = Schemas['AbuseNote'];
export type BargainNote = Schemas['BargainNote'];
export type IncidentRow = Schemas['IncidentRow'];
export type NoticeRow = Schemas['NoticeRow'];
export type MentionRow = Schemas['MentionRow'];
export type BuyerPage = Schemas['BuyerPage'];

/** One kind of server frame. */
export type Frame<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>;

/** Kinds of entry that are messages; every other kind is an event of the thread. */
export const MESSAGE_KINDS: ReadonlySet<string> = new Set(['text', 'image', 'card', 'voice', 'file']);

/** Whether an entry is a message, not an event. */
export function isMessage(entry: Pick<Entry, 'kind'>): boolean {
  return MESSAGE_KINDS.has(entry.kind);
}

/** End of a switch over all kinds: does not compile while a kind is not handled; at run time an unknown kind is passed over. */
export function never(value: never): void {
  void value;
}

/** A frame out of the socket's text, or null when it is none of ours (a newer server may say things that this page cannot know). */
export function parseFrame(text: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || typeof (value as { t?: unknown }).t !== 'string') return null;
  return value as ServerFrame;
}
