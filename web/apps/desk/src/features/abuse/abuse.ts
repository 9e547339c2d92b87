/** Marks and blocks: pure parts. */
import type { Entry, MarkRow, Schemas } from '@yingke/api';
import { isMessage } from '@yingke/api';

export type Block = Schemas['BlockView'];
export type Board = Schemas['AbuseBoard'];
export const SORTS = ['harassing', 'irrelevant', 'malicious'] as const;
export type Sort = (typeof SORTS)[number];
/** How long a block lasts, seconds; null = until it is lifted. */
export const SPANS = { day: 86_400, week: 7 * 86_400, month: 30 * 86_400, ever: null } as const;
export type Span = keyof typeof SPANS;

/** The message that a mark is about unless another is chosen: the buyer's last that was listened to and still stands. */
export function markable(entries: readonly Entry[]): Entry | null {
  return entries.findLast((e) => e.from === 'buyer' && isMessage(e) && !e.unheard && !e.recalled) ?? null;
}

/** What waits for a supervisor after news of one: oldest first, each once, decided ones gone. */
export function waiting<T extends { id: string; at: string; state: string }>(list: readonly T[], news: T): T[] {
  const rest = list.filter((o) => o.id !== news.id);
  if (news.state !== 'open') return rest;
  return [...rest, news].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The next choice of a row of choices, round the ends. */
export function turned<T>(all: readonly T[], now: T, by: number): T {
  return all[(all.indexOf(now) + by + all.length) % all.length] ?? now;
}

/** A mark that its proposer can still take back. */
export function mineOpen(marks: readonly MarkRow[], me: string): MarkRow | null {
  return marks.findLast((m) => m.state === 'open' && m.person === me) ?? null;
}
