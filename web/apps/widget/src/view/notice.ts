import type { Text } from '../text';
import { h, put } from './dom';

/** What the line under the header says. */
export type Say =
  { is: 'offline'; since: number } | { is: 'blocked' } | { is: 'back'; n: number } | { is: 'noShop' } | null;

/** The line under the header. The seconds are drawn, not spoken: a screen reader hears of the loss once. */
export class Notice {
  readonly el: HTMLElement;
  readonly #words = h('span', { 'aria-hidden': 'true' });
  readonly #spoken = h('span', { class: 'sr', role: 'status' });
  readonly #act: HTMLButtonElement;

  constructor(connect: () => void) {
    this.#act = h('button', { type: 'button', class: 'link', click: connect });
    this.el = h('div', { class: 'notice', hidden: true }, this.#words, this.#spoken, this.#act);
  }

  draw(t: Text, say: Say, now: number): void {
    this.el.hidden = say === null;
    if (!say) {
      put(this.#spoken, '');
      return;
    }
    if (say.is === 'offline' || say.is === 'blocked') this.el.dataset['testid'] = 'widget-offline';
    else delete this.el.dataset['testid'];
    this.el.classList.toggle('good', say.is === 'back');
    const words =
      say.is === 'offline'
        ? t.offline(Math.max(0, Math.floor((now - say.since) / 1000)))
        : say.is === 'back'
          ? t.onlineAgain(say.n)
          : t[say.is];
    put(this.#words, words);
    put(this.#spoken, say.is === 'offline' ? t.offlineSaid : words);
    const act = say.is === 'offline' || say.is === 'blocked' ? t.tryNow : '';
    put(this.#act, act);
    this.#act.hidden = !act;
  }
}
