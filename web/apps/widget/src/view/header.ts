import type { Text } from '../text';
import { button, h, icon, name, put } from './dom';

/** Who serves, which shop, and the way out. */
export class Header {
  readonly el: HTMLElement;
  readonly #avatar = h('span', { class: 'av', 'aria-hidden': 'true' });
  readonly #name = h('h1');
  readonly #sub = h('p', { class: 'sub' });
  readonly #back: HTMLButtonElement;
  readonly #hide: HTMLButtonElement;
  readonly #more: HTMLButtonElement;

  /** `close` is null where the chat is a page of its own and nothing can be closed. */
  constructor(close: (() => void) | null, menu: (opener: HTMLElement) => void) {
    this.#back = button('round only-full', icon('back'), () => close?.());
    this.#hide = button('round not-full', icon('down'), () => close?.());
    this.#hide.dataset['testid'] = 'widget-close';
    this.#more = button('round', icon('more'), () => menu(this.#more));
    this.#more.dataset['testid'] = 'widget-more';
    this.#more.setAttribute('aria-haspopup', 'true');
    const who = h('div', { class: 'who' }, this.#name, this.#sub);
    this.el = h('header', {}, close && this.#back, this.#avatar, who, this.#more, close && this.#hide);
  }

  /** `cut`: no connection for so long that what we know of the shop may be old. `known`: the name of a buyer who signed in. */
  draw(t: Text, shop: string, agent: string | null, open: boolean, cut: boolean, known: string): void {
    const title = agent ?? (shop || t.title);
    put(this.#name, title);
    const hello = known && t.hello(known);
    put(this.#sub, cut ? t.connecting : !open ? t.away : hello || (agent ? shop : t.online));
    // A Chinese given name is known by its last character, others by their first letter.
    const letters = [...title];
    put(
      this.#avatar,
      (agent && /\p{Script=Han}$/u.test(title) ? letters[letters.length - 1] : letters[0])?.toUpperCase() ?? '',
    );
    this.#avatar.classList.toggle('on', open && !cut);
    name(this.#back, t.back);
    name(this.#hide, t.hide);
    name(this.#more, t.menu);
  }

  /** The button that closes, for the focus on screens without a keyboard. */
  focus(full: boolean): void {
    (full ? this.#back : this.#hide).focus();
  }
}
