// What can be set: sound, language; and the mark for the conversation. Fetched with the first press.
import type { Text } from '../text';
import { actText } from '../text/acts';
import { composing, h, wear } from '../view/dom';
import css from './menu.css?inline';

wear(css);

/** What stands in the menu and what it does. */
export interface MenuActs {
  sound: boolean;
  setSound(on: boolean): void;
  language(): void;
  /** Null while there is nothing to rate. */
  rate: (() => void) | null;
}

/** Opens the menu under its button; any press elsewhere, Esc or Tab out of it closes it. */
export function openMenu(page: Text, opener: HTMLElement, acts: MenuActs): void {
  const t = actText(page);
  const close = (back: boolean): void => {
    if (!menu.isConnected) return;
    menu.remove();
    opener.removeAttribute('aria-expanded');
    document.removeEventListener('pointerdown', outside, true);
    if (back) opener.focus();
  };
  const outside = (e: Event): void => {
    if (menu.contains(e.target as Node)) return;
    close(false);
    // The press on the opener itself would open it again.
    if (opener.contains(e.target as Node))
      opener.addEventListener('click', (c) => c.stopImmediatePropagation(), { once: true, capture: true });
  };
  const item = (words: string, click: () => void, role = 'menuitem', checked?: boolean): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        role,
        'aria-checked': checked === undefined ? null : `${checked}`,
        click: () => {
          close(true);
          click();
        },
      },
      words,
    );
  const items = [
    item(t.sound, () => acts.setSound(!acts.sound), 'menuitemcheckbox', acts.sound),
    item(t.language, acts.language),
    ...(acts.rate ? [item(page.rate, acts.rate)] : []),
  ];
  const menu = h(
    'div',
    { class: 'menu', role: 'menu', 'aria-label': page.menu, 'data-testid': 'widget-menu' },
    ...items,
  );
  menu.addEventListener('keydown', (e) => {
    if (composing(e)) return;
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (e.key === 'Escape' || e.key === 'Tab') close(e.key === 'Escape');
    else if (e.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (e.key === 'ArrowUp') items[(at + items.length - 1) % items.length]?.focus();
    else return;
    if (e.key !== 'Tab') e.preventDefault();
    e.stopPropagation();
  });
  opener.after(menu);
  opener.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  items[0]?.focus();
}

let context: AudioContext | null = null;

/** Two soft tones. Fails in silence where the browser wants a press first. */
export function ring(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
    const begin = context.currentTime + 0.02;
    [660, 880].forEach((hertz, i) => {
      const tone = context as AudioContext;
      const from = begin + i * 0.14;
      const source = tone.createOscillator();
      const volume = tone.createGain();
      source.frequency.value = hertz;
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.12, from + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      source.connect(volume).connect(tone.destination);
      source.start(from);
      source.stop(from + 0.32);
    });
  } catch {
    /* no sound on this device */
  }
}
