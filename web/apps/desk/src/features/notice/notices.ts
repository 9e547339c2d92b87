/** Notices as lines of a list: which are to be read, in which order. Pure. */
import type { NoticeRow } from '@yingke/api';

export type Notice = NoticeRow;
export const KINDS = ['goods', 'activity', 'rule', 'other'] as const;
export type Kind = (typeof KINDS)[number];

/** Whether it is in force at a moment of the server, ms: its end may come while it stands on the page. */
export function standing(n: Pick<Notice, 'in_force' | 'until'>, now: number): boolean {
  return n.in_force && (n.until == null || Date.parse(n.until) > now);
}

/** Whether the viewer has yet to confirm it. */
export function isUnread(n: Pick<Notice, 'in_force' | 'until' | 'mine' | 'confirmed_at'>, now: number): boolean {
  return n.mine && n.confirmed_at == null && standing(n, now);
}

/** Those to be confirmed: urgent ones first, then the oldest first. */
export function unread(all: Iterable<Notice>, now: number): Notice[] {
  return [...all]
    .filter((n) => isUnread(n, now))
    .sort((a, b) => Number(b.urgent) - Number(a.urgent) || (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The list after news of a notice: in its place, or on top if it is new and belongs there. */
export function merged(list: readonly Notice[], news: Notice, belongs: boolean): Notice[] {
  if (list.some((n) => n.id === news.id)) return list.map((n) => (n.id === news.id ? news : n));
  if (!belongs) return [...list];
  const at = list.findIndex((n) => n.at < news.at);
  return at < 0 ? [...list, news] : [...list.slice(0, at), news, ...list.slice(at)];
}

/** Whether title or words have all of these. */
export function says(n: Pick<Notice, 'title' | 'text'>, words: string): boolean {
  const text = `${n.title} ${n.text}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((w) => text.includes(w));
}

/** A time of a box (`2026-11-22T18:00`) as the shop's clock reads it, RFC 3339; null = none. */
export function endOf(box: string, at: (y: number, m: number, d: number) => Date): string | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(box);
  if (!parts) return null;
  const [y, m, d, h, min] = parts.slice(1).map(Number) as [number, number, number, number, number];
  return new Date(at(y, m, d).getTime() + (h * 60 + min) * 60_000).toISOString();
}
