/** Prices: what is written in a box, what may be given alone, how it stands on the line. Pure, so that tables can hold it. */
import type { ApprovalRow } from '@yingke/api';

/** Fen of what was typed (`355`, `355.5`, with the sign of the currency or without); null if it is no price. */
export function fen(text: string): number | null {
  const clean = text.replace(/[\u00a5\uffe5,\uff0c\s\u5143]/g, '');
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(clean)) return null;
  const [whole = '0', part = ''] = clean.split('.');
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
}

/** Yuan without needless decimals: `355`, `355.50`. */
export function yuan(amount: number): string {
  const text = (amount / 100).toFixed(2);
  return text.endsWith('.00') ? text.slice(0, -3) : text;
}

/** A share for the eye: `3.6%`. */
export function share(off: number, total: number): string {
  return total > 0 ? `${((off / total) * 100).toFixed(1)}%` : '–';
}

export interface Authority {
  share_bp: number;
  free_a_day: number;
  warned_a_day: number;
  used_today: number;
  large_order_fen: number;
}

/** What the button does with a wish: give it alone (perhaps as the last one of the day), or ask; null = the wish is no price. */
export function way(
  total: number | null,
  price: number | null,
  a: Authority,
  approves: boolean,
): { do: 'give'; last: boolean } | { do: 'ask'; why: 'limit' | 'used' | 'large' } | null {
  if (total === null || price === null || total <= 0 || price >= total) return null;
  if (approves) return { do: 'give', last: false };
  if (total >= a.large_order_fen) return { do: 'ask', why: 'large' };
  if (total - price > limit(total, a.share_bp)) return { do: 'ask', why: 'limit' };
  if (a.used_today >= a.free_a_day + a.warned_a_day) return { do: 'ask', why: 'used' };
  return { do: 'give', last: a.used_today >= a.free_a_day };
}

/** The most of an order that is given alone, fen, floored as the house does. */
export function limit(total: number, shareBp: number): number {
  return Math.floor((total * shareBp) / 10_000);
}

/** Places on the line from the price now (0 %) to the wish (100 %). */
export function places(total: number, wish: number, own: number, boss: number | null): Record<'own' | 'boss', number> {
  const at = (price: number): number =>
    total === wish ? 0 : Math.min(100, Math.max(0, ((total - price) / (total - wish)) * 100));
  return { own: at(own), boss: boss === null ? 0 : at(boss) };
}

/** Requests that wait for an answer, oldest first, after news of one. */
export function queue(requests: readonly ApprovalRow[], news: ApprovalRow): ApprovalRow[] {
  const rest = requests.filter((r) => r.id !== news.id);
  if (news.state !== 'open') return rest;
  return [...rest, news].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
}
