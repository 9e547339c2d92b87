/** Orders as the pages show them. Pure. */
import type { Schemas } from '@yingke/api';
import type { BuyerText } from '../../text/buyer.zh-CN';
import { SIGNS, SPELLINGS } from '../../text/platform';

export type Order = Schemas['Order'];

const STATES = new Map(Object.entries(SPELLINGS).flatMap(([state, words]) => words.map((word) => [word, state])));

/** The state that a platform's word means, whichever comma and spaces it has; null for a word of no platform. */
export function platformState(word: string): string | null {
  const plain = word.replace(/[\s\uFEFF]/g, '').replace(/[,()]/g, (sign) => SIGNS[sign] ?? sign);
  return STATES.get(plain) ?? null;
}

/** A platform's word as the desk says it: in the one word of its state, else as it came. */
export function wordOf(word: string, t: BuyerText['order']): string {
  return t.states[platformState(word) ?? ''] ?? word;
}

/** State of an order in a word: that of its platform, made one; without one, whether it was paid. */
export function stateOf(order: Pick<Order, 'state' | 'state_text' | 'paid_at'>, t: BuyerText['order']): string {
  if (order.state) return t.states[order.state] ?? order.state_text;
  return order.state_text || (order.paid_at ? t.states.paid! : t.states.unpaid!);
}

/** Colour of the state: what waits for somebody is warm, what is on its way indigo, what is done quiet. */
export function toneOf(order: Pick<Order, 'state' | 'paid_at'>): 'amber' | 'pine' | 'indigo' | 'line' | '' {
  switch (order.state) {
    case 'awaiting_payment':
      return 'amber';
    case 'awaiting_shipment':
    case 'partly_shipped':
      return 'pine';
    case 'shipped':
      return 'indigo';
    case 'closed':
      return 'line';
    case 'signed':
    case 'finished':
      return '';
    default:
      return order.paid_at ? 'pine' : 'amber';
  }
}

/** What was bought, in a line: the first article, the only one with its pieces. */
export function titleOf(order: Pick<Order, 'items' | 'number'>): string {
  const first = order.items[0];
  if (!first) return order.number;
  return first.title;
}

/** The amount that counts: what was paid before refunds, of an unpaid order what is to be paid. */
export function moneyOf(order: Pick<Order, 'gross_fen' | 'paid_at' | 'total_fen'>): number {
  if (order.paid_at || order.gross_fen > 0) return order.gross_fen;
  return order.total_fen ?? order.gross_fen;
}

/** States that are offered as tabs. */
export const TABS = [
  'all',
  'awaiting_payment',
  'awaiting_shipment',
  'shipped',
  'signed',
  'finished',
  'closed',
] as const;
export type Tab = (typeof TABS)[number];

/** Ranges of days that are offered. */
export const RANGES = ['30', '90', '365', 'all', 'own'] as const;
export type Range = (typeof RANGES)[number];

/** First and last day of a range that ends today; none for all days. `today` is `YYYY-MM-DD`. */
export function daysOf(range: Range, today: string): { from?: string; to?: string } {
  const days = Number(range);
  if (!Number.isInteger(days) || days < 1) return {};
  const from = new Date(`${today}T12:00:00Z`);
  from.setUTCDate(from.getUTCDate() - days + 1);
  return { from: from.toISOString().slice(0, 10) };
}
