// Elements without a framework.

type Props = Record<string, string | number | boolean | null | ((event: never) => void)>;

/** An element: functions become listeners, `true` an empty attribute, `false` and null nothing. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') el.addEventListener(name, value as EventListener);
    else if (value !== false && value !== null) el.setAttribute(name, value === true ? '' : String(value));
  }
  el.append(...children.filter((c) => c !== null));
  return el;
}

/** Drawn for this product: 20 px, 1.5 stroke, round ends. */
const ICONS = {
  send: 'M17 3 8.6 11.4M17 3l-5.2 14-3.2-5.6L3 8.2z',
  picture:
    'M5 3.5h10A1.5 1.5 0 0 1 16.5 5v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15V5A1.5 1.5 0 0 1 5 3.5zM3.8 14.4l4-4.2 3 3 2-1.9 3.5 3.4M12.7 7.6h.01',
  down: 'm5 7.8 5 5 5-5',
  back: 'm12.3 5-5 5 5 5',
  close: 'm5.5 5.5 9 9m0-9-9 9',
  clock: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 6.6V10l2.3 1.6',
  plus: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 7v6M7 10h6',
  smile: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM7.2 11.8a3.4 3.4 0 0 0 5.6 0M7.8 8.2v.01m4.4-.01v.01',
  more: 'M4.6 10h.8M9.6 10h.8M14.6 10h.8',
  file: 'M6 3h5.5l3.5 3.5V17H6zM11.3 3v3.7H15',
  play: 'M7 4.8v10.4l8-5.2z',
  alert: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 6.8v3.9m0 2.4h.01',
};

/** A decorative icon, one of ours or any path on a grid of 20; the words or the label stand beside it. */
export function icon(name: keyof typeof ICONS | (string & {})): SVGSVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', (ICONS as Record<string, string>)[name] ?? name);
  svg.append(path);
  return svg;
}

/** A button with an icon, or with words. */
export const button = (cls: string, inside: Node | string, click: (e: MouseEvent) => void): HTMLButtonElement =>
  h('button', { type: 'button', class: cls, click }, inside);

/** Names an icon's button, for ears and for the pointer. */
export function name(el: HTMLElement, words: string): void {
  el.setAttribute('aria-label', words);
  el.title = words;
}

/** Words, changed only if they differ: a screen reader says what is written anew. */
export function put(el: HTMLElement, words: string): void {
  if (el.textContent !== words) el.textContent = words;
}

/** Longest address that is written out. */
const LINK_MAX = 42;

/** An address as it is read: without its scheme, and not longer than a line or two. */
const short = (address: string): string => {
  const rest = address.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
  return rest.length > LINK_MAX ? `${rest.slice(0, LINK_MAX - 1)}…` : rest;
};

/** A link that opens beside the shop's page; the page it opens learns nothing of us. Null for anything but http(s). */
export const link = (address: string | null | undefined, words: string, cls = ''): HTMLAnchorElement | null =>
  /^https?:\/\//.test(address ?? '')
    ? h('a', { href: address ?? '', target: '_blank', rel: 'noopener noreferrer nofollow', class: cls || null }, words)
    : null;

/** Words with their addresses made links. */
export function linked(text: string): (Node | string)[] {
  return text.split(/(https?:\/\/[^\s<>"'，。；！？、（）《》]+)/).map((part, i) => {
    const a = i % 2 ? link(part, short(part)) : null;
    if (a) a.title = part;
    return a ?? part;
  });
}

/** Whether the input method has the keyboard: nothing that is typed now is a command. */
export const composing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

/** A style sheet of a part that is fetched with a press; made by script, so that no content policy is in its way. */
export function wear(css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    document.head.append(h('style', {}, css)); // before Safari 16.4
  }
}
