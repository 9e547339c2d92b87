/** Conversations that the house or a colleague takes out of these hands: told before (R-DESK-13) and after. */
import { computed, shallowRef, watch, type Ref } from 'vue';
import type { Row } from '@yingke/api';
import { useDesk } from '../../realtime/desk';

/** The last seconds of the patience are counted aloud. */
const LAST_SECS = 60;
/** An act of one's own explains for so long why a conversation has gone. */
const OWN_MS = 10_000;

/**
 * Seconds until a conversation goes to a colleague, in the last minute; null before that, and where the house does not pass on.
 *
 * @param owed seconds since the answer is owed
 * @param held seconds since its holder has it; null = longer than that
 * @param patience `routing.reassign_secs`; 0 = never
 */
export function passesIn(owed: number, held: number | null, patience: number): number | null {
  if (patience <= 0) return null;
  const left = patience - Math.min(owed, held ?? owed);
  return left > LAST_SECS ? null : Math.max(0, left);
}

const acted = new Map<string, number>();

/** An act of one's own was asked for: what follows from it is no surprise. */
export function noteAct(thread: string): void {
  acted.set(thread, performance.now());
}

export interface Lost {
  thread: string;
  buyer: string;
  /** Who has it now. */
  to: string;
}

/**
 * Who left whose hands between two looks at the rows, without an act of theirs.
 *
 * @param before threads that were in these hands
 * @param own an act of one's own on this thread was asked for a moment ago
 */
export function lostOf(
  before: readonly string[],
  rows: ReadonlyMap<string, Row>,
  me: string,
  own: (thread: string) => boolean,
): Lost[] {
  return before.flatMap((thread) => {
    const row = rows.get(thread);
    const { state, holder, holder_name: to } = row?.live ?? {};
    if (!row || state !== 'held' || !holder || holder === me || own(thread)) return [];
    return [{ thread, buyer: row.buyer_name, to: to ?? '' }];
  });
}

/** What went to colleagues, latest last, until it is seen; nothing while one is not there to serve. */
export function useLost(
  me: () => string,
  serves: () => boolean,
): { lost: Ref<readonly Lost[]>; seen: (thread: string) => void } {
  const desk = useDesk();
  const lost = shallowRef<readonly Lost[]>([]);
  const mine = computed(() =>
    [...desk.state.rows.values()].filter((r) => r.live.state === 'held' && r.live.holder === me()).map((r) => r.thread),
  );
  watch(mine, (now, before) => {
    const here = new Set(now);
    const gone = before.filter((thread) => !here.has(thread));
    const still = lost.value.filter((one) => !here.has(one.thread));
    const own = (thread: string): boolean => performance.now() - (acted.get(thread) ?? -OWN_MS) < OWN_MS;
    const news = serves() ? lostOf(gone, desk.state.rows, me(), own) : [];
    if (news.length > 0 || still.length !== lost.value.length) lost.value = [...still, ...news];
  });
  return { lost, seen: (thread) => (lost.value = lost.value.filter((one) => one.thread !== thread)) };
}
