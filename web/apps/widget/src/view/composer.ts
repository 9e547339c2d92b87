// The box: words, pictures, and an input method that owns the keyboard while it composes.
import type { Text } from '../text';
import { composing, h, icon } from './dom';

/** What the box asks for. */
export interface ComposerActs {
  send(text: string): void;
  pictures(files: File[]): void;
  /** What stands in the box changed. */
  draft(text: string): void;
  /** Composing words, or no longer. */
  typing(on: boolean): void;
}

/** Silence after which the buyer no longer counts as typing, and how often the sign is renewed. */
const IDLE_MS = 4000;
const RENEW_MS = 3000;

/** Box, picture button and send button. */
export class Composer {
  readonly el: HTMLFormElement;
  readonly input: HTMLTextAreaElement;
  readonly #file: HTMLInputElement;
  readonly #pick: HTMLButtonElement;
  readonly #send: HTMLButtonElement;
  readonly #acts: ComposerActs;
  #inComposition = false;
  #said = 0;
  #idle = 0;

  constructor(acts: ComposerActs) {
    this.#acts = acts;
    this.input = h('textarea', {
      rows: 1,
      'data-testid': 'widget-input',
      enterkeyhint: 'send',
      autocomplete: 'off',
      input: () => this.#changed(),
      keydown: (e: KeyboardEvent) => this.#key(e),
      compositionstart: () => (this.#inComposition = true),
      compositionend: () => (this.#inComposition = false),
      paste: (e: ClipboardEvent) => this.#paste(e),
      blur: () => this.#quiet(),
    });
    this.#file = h('input', {
      type: 'file',
      accept: 'image/*',
      multiple: true,
      hidden: true,
      'data-testid': 'widget-file',
      tabindex: '-1',
    });
    this.#file.addEventListener('change', () => {
      this.#acts.pictures([...(this.#file.files ?? [])]);
      this.#file.value = '';
    });
    this.#pick = h(
      'button',
      { type: 'button', class: 'round', 'data-testid': 'widget-picture', click: () => this.#file.click() },
      icon('picture'),
    );
    this.#send = h('button', { type: 'submit', class: 'round go', 'data-testid': 'widget-send' }, icon('send'));
    this.el = h('form', { class: 'in' }, this.#pick, this.#file, this.input, this.#send);
    this.el.addEventListener('submit', (e) => {
      e.preventDefault();
      this.#submit();
    });
    // A press on the button must not take the keyboard of a phone away.
    this.#send.addEventListener('pointerdown', (e) => e.preventDefault());
  }

  /** Words of the page's language; `away`: nobody is there. */
  label(t: Text, away: boolean): void {
    this.input.setAttribute('aria-label', t.box);
    this.input.placeholder = away ? t.hintAway : t.hint;
    for (const [el, words] of [
      [this.#pick, t.picture],
      [this.#send, t.send],
    ] as const) {
      el.setAttribute('aria-label', words);
      el.title = words;
    }
    this.#file.setAttribute('aria-label', t.picture);
  }

  set(text: string): void {
    this.input.value = text;
    this.fit();
  }

  /** As high as its words, up to five lines. */
  fit(): void {
    this.input.style.height = 'auto';
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  #changed(): void {
    this.fit();
    this.#acts.draft(this.input.value);
    if (!this.input.value.trim()) {
      this.#quiet();
      return;
    }
    const now = Date.now();
    if (now - this.#said > RENEW_MS) {
      this.#said = now;
      this.#acts.typing(true);
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#quiet(), IDLE_MS) as unknown as number;
  }

  #quiet(): void {
    clearTimeout(this.#idle);
    if (this.#said) this.#acts.typing(false);
    this.#said = 0;
  }

  #key(e: KeyboardEvent): void {
    if (e.key !== 'Enter' || e.shiftKey || composing(e) || this.#inComposition) return;
    e.preventDefault();
    // Ctrl, Alt and Meta belong to other programs; Enter alone sends. A held key sends once.
    if (!e.repeat) this.#submit();
  }

  #submit(): void {
    const text = this.input.value.trim();
    if (!text || this.#inComposition) return;
    this.#quiet();
    this.set('');
    this.#acts.draft('');
    this.#acts.send(text);
  }

  #paste(e: ClipboardEvent): void {
    const data = e.clipboardData;
    const files = [...(data?.files ?? [])].filter((f) => f.type.startsWith('image/'));
    // A table program offers its words also as a picture: words win.
    if (!files.length || data?.getData('text/plain')) return;
    e.preventDefault();
    this.#acts.pictures(files);
  }
}
