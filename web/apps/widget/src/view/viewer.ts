import type { Text } from '../text';
import { h, icon } from './dom';

/** A picture over the whole chat; Esc, the button or a press anywhere closes it and gives the focus back. */
export function showPicture(text: Text, url: string): void {
  const dialog = h(
    'dialog',
    { class: 'viewer', 'aria-label': text.image, click: () => dialog.close(), close: () => dialog.remove() },
    h('img', { src: url, alt: text.image }),
    h(
      'button',
      { type: 'button', class: 'round', 'aria-label': text.closeImage, title: text.closeImage },
      icon('close'),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
