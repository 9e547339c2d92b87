// What opens above the box: emoticons, and the ways to send something else than words. Fetched with the first press.
import type { Card } from '../frames';
import type { Text } from '../text';
import { actText } from '../text/acts';
import { button, h, icon, wear } from '../view/dom';
import { sheet } from '../view/kinds';
import { recorder } from './voice';
import css from './panel.css?inline';

wear(css);

/** What the buyers of shops say without words. */
const FACES = [...'😀😄😂🤣😊😉😍😘🥰😋😎🤔🙂😅😓😢😭😤😡😱😴🤗🤝👍👎👌👏🙏💪👋🎉🎁🌹🌸🍵💰📦🚚🏠🛏🪟🎨'];

const PATHS = {
  camera:
    'M4 6.5h2.5L7.8 4.5h4.4l1.3 2H16A1.5 1.5 0 0 1 17.5 8v6.5A1.5 1.5 0 0 1 16 16H4a1.5 1.5 0 0 1-1.5-1.5V8A1.5 1.5 0 0 1 4 6.5zM10 8.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4z',
  mic: 'M10 3a2.3 2.3 0 0 1 2.3 2.3v4.4a2.3 2.3 0 0 1-4.6 0V5.3A2.3 2.3 0 0 1 10 3zM5.5 9.7a4.5 4.5 0 0 0 9 0M10 14.2V17',
  order: 'M5 3.5h10v13l-2.5-1.5-2.5 1.5-2.5-1.5L5 16.5zM7.5 7h5M7.5 10h5',
};

/** What the panel asks for. */
export interface PanelActs {
  insert(words: string): void;
  pictures(files: File[]): void;
  files(files: File[]): void;
  voice(clip: Blob, secs: number): void;
  order(id: string, card: Card): void;
  /** The buyer's own orders, newest first. */
  orders(): Promise<Card[]>;
  close(): void;
}

/** The emoticons: arrow keys walk, Enter puts one in. */
export function emoticons(page: Text, acts: PanelActs): HTMLElement {
  const t = actText(page);
  const all = FACES.map((face, i) => {
    const one = button('face', face, () => acts.insert(face));
    one.tabIndex = i ? -1 : 0;
    return one;
  });
  const grid = h('div', { class: 'faces', role: 'group', 'aria-label': t.emoticons }, ...all);
  grid.addEventListener('keydown', (e) => {
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const wide = Math.max(1, Math.round(grid.clientWidth / (all[0]?.offsetWidth || 40)));
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[e.key];
    const next = by === undefined ? undefined : all[at + by];
    if (!next) return;
    e.preventDefault();
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  });
  return grid;
}

/** Voice, file, camera, orders. */
export function tools(page: Text, acts: PanelActs): HTMLElement {
  const t = actText(page);
  const box = h('div', { class: 'tools' });
  const choose = (multiple: boolean, camera: boolean, take: (files: File[]) => void): void => {
    const input = h('input', {
      type: 'file',
      multiple,
      ...(camera && { accept: 'image/*', capture: 'environment' }),
      'data-testid': camera ? 'widget-camera' : 'widget-any-file',
      hidden: true,
    });
    input.addEventListener('change', () => {
      take([...(input.files ?? [])]);
      acts.close();
    });
    box.append(input);
    input.click();
  };
  const tool = (path: string, words: string, click: () => void): HTMLElement =>
    h('button', { type: 'button', class: 'tool', click }, icon(path), words);
  const show = (...inside: (Node | string)[]): void => box.replaceChildren(...inside);
  const list: HTMLElement[] = [];
  if ('MediaRecorder' in window && 'mediaDevices' in navigator) {
    list.push(tool(PATHS.mic, t.speak, () => show(recorder(t, acts))));
  }
  list.push(tool('file', t.chooseFile, () => choose(true, false, acts.files)));
  // Where fingers type, the box has no room for its own button.
  if ('touch' in document.documentElement.dataset) {
    list.push(tool('smile', t.emoticons, () => show(emoticons(page, acts))));
    list.push(tool(PATHS.camera, t.camera, () => choose(false, true, acts.pictures)));
  }
  list.push(
    tool(PATHS.order, t.myOrders, () => {
      void acts
        .orders()
        .then((all) => {
          if (!all.length) return show(h('p', { class: 'dim' }, t.noOrders));
          return show(
            h(
              'div',
              { class: 'orders', role: 'group', 'aria-label': t.myOrders },
              ...all.map((card) =>
                h(
                  'button',
                  {
                    type: 'button',
                    class: 'card',
                    click: () => {
                      if (card.card === 'order' && card.order) acts.order(card.order, card);
                      acts.close();
                    },
                  },
                  ...sheet(page, card),
                ),
              ),
            ),
          );
        })
        .catch(() => show(h('p', { class: 'dim' }, page.notLoaded)));
    }),
  );
  show(...list);
  return box;
}
