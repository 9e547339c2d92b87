/** What the pane shows of a buyer. Pure. */
import type { Schemas } from '@yingke/api';

export type Buyer = Schemas['Buyer'];
export type Talk = Schemas['BuyerConversation'];
export type TagUse = Schemas['TagUse'];

/** Mean of the paid orders in whole fen; null without one. */
export function meanOf(orders: Buyer['orders']): number | null {
  return orders.paid_count > 0 ? Math.round(orders.paid_fen / orders.paid_count) : null;
}

/** Conversations before the one at hand: the open one is on the screen already. */
export function earlier(talks: readonly Talk[], openThread: string, isOpen: boolean): Talk[] {
  return talks.filter((talk) => !(isOpen && talk.thread === openThread && talk.closed_at == null));
}

/** Tags to offer for what was typed: those in use that hold it and are not there yet, beginnings first. */
export function offer(typed: string, used: readonly TagUse[], mine: readonly string[], most = 7): TagUse[] {
  const word = typed.trim().toLowerCase();
  const free = used.filter((u) => !mine.includes(u.tag) && u.tag.toLowerCase().includes(word));
  const begins = (u: TagUse): number => (u.tag.toLowerCase().startsWith(word) ? 0 : 1);
  return [...free].sort((a, b) => begins(a) - begins(b) || b.count - a.count).slice(0, most);
}

/** The tag that typed words make: spaces at the ends gone, no longer than the house takes; empty = none. */
export function tagOf(typed: string): string {
  return [...typed.trim()].slice(0, 20).join('');
}

/** Whether a key belongs to an input method that composes. */
export function composes(e: KeyboardEvent): boolean {
  return e.isComposing || e.keyCode === 229;
}
