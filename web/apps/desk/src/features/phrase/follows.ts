/**
 * Second questions that are still to be asked (R-PHRASE-08): after a phrase that has one was sent, the desk reminds of it when the
 * buyer has written again, or a while later. One a conversation, kept over reloads.
 */
import { ref } from 'vue';

export interface Follow {
  text: string;
  /** Local ms at which its phrase was sent. */
  at: number;
  /** Last sequence of the conversation when it was sent. */
  seq: number;
}

/** How long a question waits for the buyer's words, and when it is forgotten: the policy of the house, seconds. */
export interface Patience {
  follow_secs: number;
  follow_old_secs: number;
}
/** Whatever the policy says, the browser keeps none for longer, ms. */
const KEPT_MS = 7 * 86_400_000;

const key = (person: string): string => `yk.phrase.follow.${person}`;
/** Grows with every change, so that a page looks again. */
export const followsChanged = ref(0);

function all(person: string, storage: Storage): Record<string, Follow> {
  try {
    const value: unknown = JSON.parse(storage.getItem(key(person)) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, Follow>) : {};
  } catch {
    return {};
  }
}

/** Keeps the question of a conversation; null takes it away. */
export function setFollow(
  person: string,
  thread: string,
  follow: Follow | null,
  now = Date.now(),
  storage: Storage = localStorage,
): void {
  const left = Object.fromEntries(
    Object.entries(all(person, storage)).filter(([t, f]) => t !== thread && now - f.at < KEPT_MS),
  );
  if (follow) left[thread] = follow;
  try {
    if (Object.keys(left).length === 0) storage.removeItem(key(person));
    else storage.setItem(key(person), JSON.stringify(left));
  } catch {
    // The browser's store is full: the agent asks by heart.
  }
  followsChanged.value += 1;
}

export function followOf(person: string, thread: string, storage: Storage = localStorage): Follow | null {
  void followsChanged.value;
  return all(person, storage)[thread] ?? null;
}

/** Whether it is time: the buyer wrote after it, or long enough passed. */
export function isDue(follow: Follow, lastBuyerSeq: number, now: number, patience: Patience): boolean {
  const ago = (now - follow.at) / 1_000;
  return ago < patience.follow_old_secs && (lastBuyerSeq > follow.seq || ago >= patience.follow_secs);
}
