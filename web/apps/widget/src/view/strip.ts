// Between stream and box: what opened above the box, the product of the page, the quick questions.
import type { Card, Hello } from '../frames';
import type { Text } from '../text';
import { button, h, icon, name } from './dom';
import { sheet } from './kinds';

/** What can be pressed here. */
export interface StripActs {
  ask(question: string): void;
  sendProduct(): void;
  dismiss(): void;
}

/** The strip; it takes no room while there is nothing to say. */
export class Strip {
  /** Where acts/panel.ts puts what it makes. */
  readonly panel = h('div', { class: 'panel', hidden: true, 'data-testid': 'widget-panel' });
  readonly el: HTMLElement;
  readonly #product = h('div', { class: 'offer', hidden: true, 'data-testid': 'widget-product' });
  readonly #quick = h('div', { class: 'quick', role: 'group', 'data-testid': 'widget-questions' });
  readonly #acts: StripActs;
  #sig = '';

  constructor(acts: StripActs) {
    this.#acts = acts;
    this.el = h('div', { class: 'strip' }, this.#product, this.panel, this.#quick);
  }

  draw(t: Text, product: Card | null, questions: Hello['questions']): void {
    this.#quick.hidden = !questions.length || !this.panel.hidden;
    // Built again only when it differs: a press must not lose its button.
    const sig = JSON.stringify([t.lang, product, questions]);
    if (sig === this.#sig) return;
    this.#sig = sig;
    this.#quick.setAttribute('aria-label', t.questions);
    this.#quick.replaceChildren(...questions.map((q) => button('pill', q.text, () => this.#acts.ask(q.text))));
    this.#product.hidden = product === null;
    if (!product) return;
    const no = button('round', icon('close'), () => this.#acts.dismiss());
    name(no, t.dismiss);
    this.#product.setAttribute('aria-label', t.thisProduct);
    this.#product.replaceChildren(
      ...sheet(t, product),
      button('act', t.sendProduct, () => this.#acts.sendProduct()),
      no,
    );
  }
}
