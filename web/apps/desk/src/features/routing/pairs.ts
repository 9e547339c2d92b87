/** Who looks along with somebody who begins (R-DESK-18). Pure. */
import type { PairRow, Row } from '@yingke/api';
import type { RoutingText } from '../../text/routing.zh-CN';

/** Pairs after news of one: in its place, or gone; oldest first. */
export function paired(list: readonly PairRow[], news: PairRow, open: boolean): PairRow[] {
  const rest = list.filter((p) => p.thread !== news.thread);
  if (!open) return rest;
  return [...rest, news].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.thread < b.thread ? -1 : 1));
}

/** Those that this person is asked about and has not opened. */
export function asked(list: readonly PairRow[], me: string | undefined): PairRow[] {
  return list.filter((p) => p.partner.person === me && !p.seen);
}

/** What a row says of it: with whom; to whoever was asked, with whom they look. Nobody there: that. */
export function pairWords(row: Pick<Row, 'mate' | 'live'>, me: string | null | undefined, words: RoutingText): string {
  if (!row.mate) return words.pairNobody;
  return row.mate.person === me ? words.pairWith(row.live.holder_name ?? '') : words.pairWith(row.mate.name);
}
