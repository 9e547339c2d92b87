/** What an agent does to a conversation. Every act is asked of the server; its answer is the new state. */
import { asRefused, must, type Entry, type LiveState, type Row } from '@yingke/api';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import { toast } from '../../layout/toast';
import { sentence } from '../../text';
import { draftOf } from './drafts';
import { noteAct } from './passing';

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** Runs an act; a refusal is said and given as null. */
async function ask<T>(call: Answer<T>): Promise<T | null> {
  try {
    return await must(call);
  } catch (error) {
    toast(sentence(asRefused(error)), 'wrong');
    return null;
  }
}

/** Runs an act and takes its answer; false when it was refused. */
async function run(thread: string, call: Answer<LiveState>): Promise<boolean> {
  noteAct(thread);
  const live = await ask(call);
  if (live) useDesk().setLive(thread, live);
  return live !== null;
}

/** Runs an act whose answer is the whole row. */
async function put(call: Answer<Row>): Promise<boolean> {
  const row = await ask(call);
  if (row) useDesk().setRow(row);
  return row !== null;
}

const at = (thread: string) => ({ params: { path: { thread } } });

export const take = (row: Row): Promise<boolean> =>
  run(row.thread, api.POST('/api/v1/conversation/threads/{thread}/take', at(row.thread)));

export const close = (row: Row): Promise<boolean> =>
  run(row.thread, api.POST('/api/v1/conversation/threads/{thread}/close', at(row.thread)));

export const waive = (row: Row): Promise<boolean> =>
  run(row.thread, api.POST('/api/v1/conversation/threads/{thread}/waive', at(row.thread)));

/** Takes a close or a waiver back, as long as the policy allows it. */
export const reopen = (thread: string): Promise<boolean> =>
  run(thread, api.POST('/api/v1/conversation/threads/{thread}/reopen', at(thread)));

/** Where a conversation can go: to a colleague, to a line, or with both null back to the queue. */
export interface Goal {
  to: string | null;
  line: string | null;
}

export const transfer = (row: Row, goal: Goal, note: string): Promise<boolean> =>
  run(
    row.thread,
    api.POST('/api/v1/conversation/threads/{thread}/transfer', { ...at(row.thread), body: { ...goal, note } }),
  );

export const recall = (thread: string, seq: number): Promise<boolean> =>
  run(thread, api.POST('/api/v1/conversation/threads/{thread}/recall', { ...at(thread), body: { seq } }));

/** A private note, seen by colleagues only; `mentions` are told of it. */
export const note = (thread: string, text: string, mentions: string[]): Promise<Entry | null> =>
  ask(api.POST('/api/v1/conversation/threads/{thread}/note', { ...at(thread), body: { text, mentions } }));

/** Sets the stage by hand until the conversation is over; null follows the talk again. */
export const setStage = (thread: string, stage: string | null): Promise<boolean> =>
  put(api.POST('/api/v1/conversation/threads/{thread}/stage', { ...at(thread), body: { stage } }));

/** Puts a conversation back to be read again. */
export const markUnread = (thread: string): Promise<boolean> =>
  put(api.POST('/api/v1/conversation/threads/{thread}/unread', at(thread)));

/** Invites the buyer to judge now. */
export const askRating = (thread: string): Promise<boolean> =>
  run(thread, api.POST('/api/v1/conversation/threads/{thread}/ask-rating', at(thread)));

/** Tells the house that the notes of a conversation that name us were looked at. Not said when it fails: they come again. */
export async function mentionsSeen(thread: string): Promise<void> {
  await api.POST('/api/v1/conversation/mentions/seen', { body: { thread } }).catch(() => undefined);
}

/** What ending a conversation would leave undone: an answer of ours that is owed, words of ours that are not sent. */
export function unfinished(row: Row, person: string, filled: boolean): { owed: boolean; kept: boolean } {
  const desk = useDesk().state;
  const ours = row.live.state === 'held' && row.live.holder === person;
  // What was said a moment ago counts before the house has said so.
  const last = desk.logs.get(row.thread)?.entries.at(-1);
  const said =
    desk.outbox.some((o) => o.thread === row.thread) || (last?.from === 'agent' && last.seq > (row.live.owed_seq ?? 0));
  return {
    owed: ours && row.live.owed_since != null && !said,
    kept: ours && (filled || draftOf(person, row.thread).trim() !== ''),
  };
}
