import type { Text } from '../text';
import { h, icon } from './dom';

/** Who serves, which shop, and the way out. */
export class Header {
  readonly el: HTMLElement;
  readonly #avatar = h('span', { class: 'av', 'aria-hidden': 'true' });
  readonly #name = h('h1');
  readonly #sub = h('p', { class: 'sub' });
  readonly #back: HTMLButtonElement;
  readonly #hide: HTMLButtonElement;

  /** `close` is null where the chat is a page of its own and nothing can be closed. */
  constructor(close: (() => void) | null) {
    this.#back = h('button', { type: 'button', class: 'round only-full', click: () => close?.() }, icon('back'));
    this.#hide = h(
      'button',
      { type: 'button', class: 'round not-full', 'data-testid': 'widget-close', click: () => close?.() },
      icon('down'),
    );
    const who = h('div', { class: 'who' }, this.#name, this.#sub);
    this.el = h('header', {}, ...(close ? [this.#back] : []), this.#avatar, who, ...(close ? [this.#hide] : []));
  }

  /** `cut`: no connection for so long that what we know of the shop may be old. */
  draw(t: Text, shop: string, agent: string | null, open: boolean, cut: boolean): void {
    const name = agent ?? (shop || t.title);
    put(this.#name, name);
    put(this.#sub, cut ? t.connecting : !open ? t.away : agent ? shop : t.online);
    // A Chinese given name is known by its last character, others by their first letter.
    const letters = [...name];
    put(
      this.#avatar,
      (agent && /\p{Script=Han}$/u.test(name) ? letters[letters.length - 1] : letters[0])?.toUpperCase() ?? '',
    );
    this.#avatar.classList.toggle('on', open && !cut);
    for (const [el, words] of [
      [this.#back, t.back],
      [this.#hide, t.hide],
    ] as const) {
      el.setAttribute('aria-label', words);
      el.title = words;
    }
  }

  /** The button that closes, for the focus on screens without a keyboard. */
  focus(full: boolean): void {
    (full ? this.#back : this.#hide).focus();
  }
}

function put(el: HTMLElement, words: string): void {
  if (el.textContent !== words) el.textContent = words;
}
