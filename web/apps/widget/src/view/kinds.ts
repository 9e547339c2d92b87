// Cards, files, clips and quotes as they stand in a bubble.
import type { Card, FileRef, Quote, Voice } from '../frames';
import type { Text } from '../text';
import { h, icon, link } from './dom';

/** Fen (not negative) as it is written: `¥1,358.00`. */
export const money = (fen: number): string => {
  const cents = `${fen}`.padStart(3, '0');
  return `¥${cents.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}.${cents.slice(-2)}`;
};

/** Fen of a price as a shop's page writes it (`358`, `¥1,358.50`); null if it is none. No float is ever made of it. */
export function fen(price: string | number | undefined): number | null {
  const m = /^\D{0,4}(\d{1,9})(?:\.(\d{1,2}))?$/.exec(`${price ?? ''}`.replace(/,/g, '').trim());
  return m ? Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0')) : null;
}

/** Picture and words of a card. */
export function sheet(t: Text, card: Card): HTMLElement[] {
  const picture = card.picture ? h('img', { src: card.picture, alt: '', width: 72, height: 72 }) : null;
  // A picture that is gone leaves its place to the words.
  picture?.addEventListener('error', () => picture.remove());
  const order = card.card === 'order';
  const small = order ? `${t.order} ${card.number}` : '';
  const price = order ? card.amount_fen : card.price_fen;
  const words = h(
    'div',
    { class: 'what' },
    h('b', { class: 'cut' }, card.title || (order ? t.order : t.card)),
    small ? h('span', { class: 'dim' }, small) : null,
    h(
      'span',
      { class: 'row' },
      order && card.state_text ? h('span', { class: 'tag' }, card.state_text) : null,
      price != null ? h('b', {}, money(price)) : null,
      !order && card.list_fen != null ? h('s', { class: 'dim' }, money(card.list_fen)) : null,
      order && card.quantity ? h('span', { class: 'dim' }, t.pieces(card.quantity)) : null,
    ),
  );
  return picture ? [picture, words] : [words];
}

/** A card in a bubble. */
export function cardBox(t: Text, card: Card): HTMLElement {
  const see = card.card === 'product' ? link(card.address, t.see, 'act') : null;
  return h('div', { class: 'card' }, ...sheet(t, card), see);
}

const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** A file: a download, nothing that is shown. */
export function fileBox(t: Text, file: FileRef): HTMLElement {
  const inside = [
    icon('file'),
    h('span', { class: 'what' }, h('b', {}, file.name || t.file), h('span', { class: 'dim' }, size(file.bytes))),
  ];
  return file.url
    ? h('a', { class: 'card file', href: file.url, download: file.name, target: '_blank', rel: 'noopener' }, ...inside)
    : h('div', { class: 'card file' }, ...inside);
}

/** A clip; the longer the wider. Who plays it is fetched with the first press. */
export function voiceBox(t: Text, voice: Voice, play: (voice: Voice, el: HTMLElement) => void): HTMLElement {
  const el = h(
    'button',
    {
      type: 'button',
      class: 'b voice',
      'aria-label': t.voice(voice.secs),
      disabled: !voice.url,
      click: () => play(voice, el),
    },
    icon('play'),
    h('i', {}),
    `${voice.secs}″`,
  );
  el.style.width = `${Math.min(220, 84 + voice.secs * 3)}px`;
  return el;
}

/** The message that a bubble answers to, in one line. */
export function quoteBox(t: Text, quote: Quote): HTMLElement {
  const all: Record<string, unknown> = { image: t.image, file: t.file, voice: t.speak, card: t.card };
  const words = quote.text || String(all[quote.kind] ?? '');
  const who = quote.from === 'buyer' ? t.you : quote.name || t.shopSide;
  return h('div', { class: 'quote' }, `${who}${t.lang === 'en' ? ': ' : '：'}${words}`);
}
