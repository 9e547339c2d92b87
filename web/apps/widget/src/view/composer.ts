// The box: words, pictures, and an input method that owns the keyboard while it composes. What opens above it (emoticons,
// tools) is fetched when it is asked for: acts/panel.ts.
import type { Text } from '../text';
import { button, composing, h, icon, name } from './dom';

/** What the box asks for. */
export interface ComposerActs {
  send(text: string): void;
  pictures(files: File[]): void;
  /** What stands in the box changed. */
  draft(text: string): void;
  /** Composing words, or no longer. */
  typing(on: boolean): void;
  /** Open or close what stands above the box. */
  panel(which: 'emoticons' | 'tools'): void;
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
  readonly #plus: HTMLButtonElement;
  readonly #smile: HTMLButtonElement;
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
    this.#pick = button('round', icon('picture'), () => this.#file.click());
    this.#pick.dataset['testid'] = 'widget-picture';
    this.#plus = button('round', icon('plus'), () => acts.panel('tools'));
    this.#plus.dataset['testid'] = 'widget-tools';
    this.#smile = button('round', icon('smile'), () => acts.panel('emoticons'));
    this.#smile.dataset['testid'] = 'widget-emoticons';
    this.#send = h('button', { type: 'submit', class: 'round go', 'data-testid': 'widget-send' }, icon('send'));
    const box = h('div', { class: 'box' }, this.input, this.#smile);
    this.el = h('form', { class: 'in' }, this.#pick, this.#plus, this.#file, box, this.#send);
    this.el.addEventListener('submit', (e) => {
      e.preventDefault();
      this.#submit();
    });
    // A press on the button must not take the keyboard of a phone away.
    this.#send.addEventListener('pointerdown', (e) => e.preventDefault());
  }

  /** Words of the page's language; `hint` stands in the empty box, `panel` is what is open above it. */
  label(t: Text, hint: string, panel: string | null): void {
    this.input.setAttribute('aria-label', t.box);
    this.input.placeholder = hint;
    name(this.#pick, t.picture);
    name(this.#plus, t.tools);
    name(this.#smile, t.emoticons);
    name(this.#send, t.send);
    this.#file.setAttribute('aria-label', t.picture);
    this.#plus.setAttribute('aria-expanded', `${panel === 'tools'}`);
    this.#smile.setAttribute('aria-expanded', `${panel === 'emoticons'}`);
  }

  set(text: string): void {
    this.input.value = text;
    this.fit();
  }

  /** Puts words where the cursor stands. */
  insert(words: string): void {
    const { selectionStart: from, selectionEnd: to } = this.input;
    this.input.setRangeText(words, from, to, 'end');
    this.#changed();
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
