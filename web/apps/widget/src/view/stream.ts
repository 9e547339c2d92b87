// The conversation: rows by key, only what changed is touched, so that a screen reader says new messages and nothing twice.
import { problemText, type Text } from '../text';
import type { Voice } from '../frames';
import { button, h, icon, linked, put } from './dom';
import { cardBox, fileBox, quoteBox, voiceBox } from './kinds';
import type { Row } from './rows';

/** What can be done in the stream. */
export interface StreamActs {
  resend(id: string): void;
  giveUp(id: string): void;
  view(url: string): void;
  play(voice: Voice, el: HTMLElement): void;
  /** Give the conversation a mark, or another one. */
  rate(): void;
  /** The buyer looks further back; resolves when it is drawn, false if it failed. */
  older(): Promise<boolean>;
  /** The newest message came into sight or left it. */
  bottom(at: boolean): void;
}

/** Signs at the lower end of the stream. */
export interface Tail {
  queue: string | null;
  typing: string | null;
  /** The question how it was, if it is to be answered now. */
  rate: HTMLElement | null;
}

/** Sending the same again would fail the same way. */
const HOPELESS = new Set(['too_large', 'not_a_picture', 'not_a_voice', 'gone']);
/** Nearer to the end than this counts as being there. */
const NEAR = 60;

/** Builds and updates the list of messages. */
export class Stream {
  readonly el: HTMLElement;
  readonly #list: HTMLElement;
  readonly #queue: HTMLElement;
  readonly #typing: HTMLElement;
  readonly #early: HTMLElement;
  readonly #rate = h('div', { class: 'rate', hidden: true });
  readonly #below: HTMLButtonElement;
  readonly #nodes = new Map<string, { sig: string; el: HTMLElement }>();
  readonly #acts: StreamActs;
  #text: Text;
  #pinned = true;
  #missed = 0;
  #lastKey = '';
  #loading = false;
  #canOlder = false;

  constructor(text: Text, acts: StreamActs) {
    this.#text = text;
    this.#acts = acts;
    this.#early = h('div', { class: 'early' });
    this.#list = h('div', { class: 'list', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions' });
    this.#queue = h('p', { class: 'chip', role: 'status', 'data-testid': 'widget-queue', hidden: true });
    this.#typing = h(
      'div',
      { class: 'typing', role: 'status', 'data-testid': 'widget-typing', hidden: true },
      h('i'),
      h('i'),
      h('i'),
    );
    this.#below = button('below', '', () => this.toEnd(true));
    this.#below.hidden = true;
    const scroll = h(
      'div',
      { class: 'say', tabindex: '0' },
      h('div', { class: 'push' }),
      this.#early,
      this.#list,
      this.#rate,
      this.#queue,
      this.#typing,
    );
    scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.el = h('div', { class: 'stream' }, scroll, this.#below);
    // The keyboard, a notice or a growing box take height away, a picture adds some: whoever was at the end stays there.
    const stay = new ResizeObserver(() => {
      if (this.#pinned) this.toEnd();
    });
    stay.observe(scroll);
    stay.observe(this.#list);
    this.relabel(text);
  }

  /** Other language: everything that carries words is built again. */
  relabel(text: Text): void {
    this.#text = text;
    this.#list.setAttribute('aria-label', text.log);
    this.#nodes.clear();
    this.#list.replaceChildren();
  }

  get #scroll(): HTMLElement {
    return this.el.firstElementChild as HTMLElement;
  }

  /** Whether the newest message is in sight. */
  get atEnd(): boolean {
    return this.#pinned;
  }

  toEnd(smooth = false): void {
    this.#pinned = true;
    this.#missed = 0;
    this.#below.hidden = true;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#scroll.scrollTo({ top: this.#scroll.scrollHeight, behavior: smooth && !calm ? 'smooth' : 'instant' });
    this.#acts.bottom(true);
  }

  #scrolled(): void {
    const s = this.#scroll;
    const near = s.scrollHeight - s.scrollTop - s.clientHeight < NEAR;
    if (near !== this.#pinned) {
      this.#pinned = near;
      if (near) this.#missed = 0;
      this.#showBelow();
      this.#acts.bottom(near);
    }
    if (s.scrollTop < 80 && this.#canOlder) void this.#more();
  }

  #showBelow(): void {
    this.#below.hidden = this.#pinned;
    this.#below.replaceChildren(icon('down'), this.#text.below(this.#missed));
  }

  async #more(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    // Under 300 ms nothing is shown, then grey bars in the shape of messages.
    const slow = setTimeout(
      () => this.#early.replaceChildren(h('span', { class: 'bar' }), h('span', { class: 'bar me' })),
      300,
    );
    const good = await this.#acts.older();
    clearTimeout(slow);
    this.#early.replaceChildren(
      ...(good ? [] : [this.#text.olderFailed, button('link', this.#text.again, () => this.#retry())]),
    );
    this.#loading = false;
    if (!good) this.#canOlder = false;
  }

  #retry(): void {
    this.#canOlder = true;
    void this.#more();
  }

  /** Draw. `more`: there are entries before the first row. */
  draw(all: Row[], tail: Tail, more: boolean): void {
    const s = this.#scroll;
    // A message, not the line of its day: that one moves up when older messages of the day come in.
    const anchor = this.#list.querySelector<HTMLElement>('.msg');
    const anchorKey = anchor?.dataset['key'];
    const offset = anchor ? anchor.offsetTop - s.scrollTop : 0;

    const gone = new Set(this.#nodes.keys());
    let place: ChildNode | null = this.#list.firstChild;
    for (const row of all) {
      gone.delete(row.key);
      const sig = JSON.stringify(row);
      let held = this.#nodes.get(row.key);
      if (!held) {
        held = { sig, el: this.#build(row) };
        held.el.dataset['key'] = row.key;
        this.#nodes.set(row.key, held);
      } else if (held.sig !== sig) {
        held.sig = sig;
        this.#update(held.el, row);
      }
      if (held.el === place) place = place.nextSibling;
      else this.#list.insertBefore(held.el, place);
    }
    for (const key of gone) {
      this.#nodes.get(key)?.el.remove();
      this.#nodes.delete(key);
    }
    setText(this.#queue, tail.queue);
    this.#typing.hidden = tail.typing === null;
    if (tail.typing) this.#typing.setAttribute('aria-label', tail.typing);
    this.#rate.hidden = tail.rate === null;
    if (tail.rate !== this.#rate.firstChild) this.#rate.replaceChildren(...(tail.rate ? [tail.rate] : []));

    const bubbles = all.filter((r) => r.is === 'bubble');
    const newest = bubbles[bubbles.length - 1];
    if (newest && newest.key !== this.#lastKey) {
      const from = bubbles.findIndex((r) => r.key === this.#lastKey);
      this.#lastKey = newest.key;
      if (newest.me && newest.state === 'sending') this.#pinned = true;
      else if (!this.#pinned && from >= 0) this.#missed += bubbles.slice(from + 1).filter((r) => !r.me).length;
    }
    this.#canOlder = more && !this.#early.firstChild;
    if (this.#pinned) {
      s.scrollTop = s.scrollHeight;
      this.#below.hidden = true;
    } else {
      // Rows that came in above must not move what is being read.
      const same = anchorKey ? this.#nodes.get(anchorKey)?.el : null;
      if (same) {
        const moved = same.offsetTop - s.scrollTop - offset;
        if (moved) s.scrollTop += moved;
      }
      this.#showBelow();
    }
    // A tall screen may show all that we have and still have room.
    if (this.#canOlder && s.scrollHeight <= s.clientHeight) void this.#more();
  }

  #build(row: Row): HTMLElement {
    const t = this.#text;
    switch (row.is) {
      case 'day':
        return h('p', { class: 'chip day' }, dayName(t, row.at));
      case 'note':
      case 'failed':
      case 'meta':
      case 'bubble': {
        const el = h('div');
        this.#update(el, row);
        return el;
      }
    }
  }

  #update(el: HTMLElement, row: Row): void {
    const t = this.#text;
    if (row.is === 'meta') {
      el.className = `meta${row.me ? ' me' : ''}`;
      el.setAttribute('aria-live', 'off');
      const time = new Date(row.at);
      const clock = h(
        'time',
        { datetime: time.toISOString() },
        time.toLocaleTimeString(t.lang, { hour: '2-digit', minute: '2-digit', hour12: false }),
      );
      const mark = row.mark ? t[row.mark] : '';
      const waits = row.mark === 'sending' || row.mark === 'waiting';
      el.replaceChildren(
        ...(row.name ? [h('span', {}, row.name)] : []),
        ...(waits ? [icon('clock')] : [clock]),
        ...(mark ? [h('span', {}, mark)] : []),
      );
    } else if (row.is === 'failed') {
      el.className = 'meta me bad';
      const problem = row.problem ? problemText(t, row.problem) : '';
      el.replaceChildren(
        icon('alert'),
        h('span', {}, problem ? `${t.failed}${t.lang === 'en' ? ': ' : '：'}${problem}` : t.failed),
        ...(HOPELESS.has(row.problem) ? [] : [button('link', t.resend, () => this.#acts.resend(row.id))]),
        button('link', t.giveUp, () => this.#acts.giveUp(row.id)),
      );
    } else if (row.is === 'bubble') {
      el.className = [
        'msg',
        row.me && 'me',
        row.first && 'first',
        row.state !== 'stored' && row.state,
        row.image && 'pic',
      ]
        .filter(Boolean)
        .join(' ');
      el.dataset['testid'] = 'widget-message';
      el.dataset['from'] = row.me ? 'buyer' : 'shop';
      el.dataset['state'] = row.state;
      // A picture that only changes its progress keeps its element: no flicker, no second load.
      const img = el.querySelector<HTMLImageElement>('.shot img');
      if (img && row.image && (img.getAttribute('src') === row.image.url || img.dataset['file'] === row.image.file)) {
        this.#progress(el, row.progress);
        img.dataset['file'] = row.image.file;
        return;
      }
      const who = h(
        'span',
        { class: 'sr' },
        `${row.me ? t.you : row.name || t.shopSide}${t.lang === 'en' ? ': ' : '：'}`,
      );
      el.replaceChildren(who, ...this.#inside(row));
      this.#progress(el, row.progress);
    } else if (row.is === 'note') {
      el.className = 'chip note';
      const { act } = row;
      el.replaceChildren(noteText(t, row), ...(act ? [button('link', t[act], () => this.#acts.rate())] : []));
    } else el.replaceChildren(dayName(t, row.at));
  }

  #inside(row: Row & { is: 'bubble' }): (Node | string)[] {
    const t = this.#text;
    if (row.recalled) return [h('div', { class: 'b quiet' }, t.recalled)];
    if (row.kind === 'image') {
      const image = row.image;
      if (!image?.url)
        return [h('div', { class: 'b quiet' }, t.image), ...(row.text ? [h('div', { class: 'b' }, row.text)] : [])];
      // Room is kept before the picture is there; large ones fit into 240 by 280.
      const scale = Math.min(1, 240 / image.width, 280 / image.height) || 1;
      const img = h('img', {
        src: image.url,
        alt: row.text || t.image,
        width: Math.max(48, Math.round(image.width * scale)),
        height: Math.max(48, Math.round(image.height * scale)),
        decoding: 'async',
        'data-file': image.file,
      });
      const button = h(
        'button',
        {
          type: 'button',
          class: 'shot',
          'aria-label': t.viewImage,
          click: () => this.#acts.view(img.currentSrc || img.src),
        },
        img,
      );
      img.addEventListener('error', () => button.replaceWith(h('div', { class: 'b quiet' }, t.imageGone)));
      return [button, ...(row.text ? [h('div', { class: 'b' }, ...linked(row.text))] : [])];
    }
    if (row.card) return [cardBox(t, row.card)];
    if (row.file) return [fileBox(t, row.file)];
    if (row.voice) return [voiceBox(t, row.voice, (voice, el) => this.#acts.play(voice, el))];
    const quote = row.quote ? quoteBox(t, row.quote) : null;
    return [h('div', { class: 'b' }, quote, ...linked(row.text))];
  }

  #progress(el: HTMLElement, share: number | null): void {
    let bar = el.querySelector<HTMLElement>('.part');
    if (share === null) {
      bar?.remove();
      return;
    }
    bar ??= el.querySelector('.shot,.card,.voice')?.appendChild(h('i', { class: 'part', role: 'progressbar' })) ?? null;
    bar?.style.setProperty('--part', `${share}`);
    bar?.setAttribute('aria-valuenow', `${Math.round(share * 100)}`);
    bar?.setAttribute('aria-label', this.#text.sending);
  }
}

function setText(el: HTMLElement, words: string | null): void {
  el.hidden = words === null;
  if (words !== null) put(el, words);
}

function dayName(t: Text, at: number): string {
  const date = new Date(at);
  const ago = (n: number): string => {
    const d = new Date();
    d.setDate(d.getDate() - n);
    return d.toDateString();
  };
  if (date.toDateString() === ago(0)) return t.today;
  if (date.toDateString() === ago(1)) return t.yesterday;
  const year = date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  return date.toLocaleDateString(t.lang, { month: 'long', day: 'numeric', ...year });
}

function noteText(t: Text, row: Row & { is: 'note' }): string {
  if (row.note === 'closed') return t.closed;
  return row.note === 'rated' ? t.rated(row.score) : t[row.note](row.name);
}
