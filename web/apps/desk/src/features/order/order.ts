/** Orders as the pages show them. Pure. */
import type { Schemas } from '@yingke/api';
import type { BuyerText } from '../../text/buyer.zh-CN';

export type Order = Schemas['Order'];

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
