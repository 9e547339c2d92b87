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
  alert: 'M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 6.8v3.9m0 2.4h.01',
};

/** A decorative icon; the words or the label stand beside it. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Words with their addresses made links. Only http(s); the page it opens learns nothing of us. */
export function linked(text: string): (Node | string)[] {
  return text
    .split(/(https?:\/\/[^\s<>"'，。；！？、（）《》]+)/)
    .map((part, i) =>
      i % 2 ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer nofollow' }, part) : part,
    );
}

/** Whether the input method has the keyboard: nothing that is typed now is a command. */
export const composing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;
