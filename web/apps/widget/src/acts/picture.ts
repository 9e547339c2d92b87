// A picture over the whole chat. Fetched with the first press on a picture.
import type { Text } from '../text';
import { actText } from '../text/acts';
import { h, icon, wear } from '../view/dom';
import css from './picture.css?inline';

wear(css);

/** Most that a picture is made larger. */
const MOST = 6;

/**
 * Shows a picture. Two fingers or the wheel make it larger, a double tap does and undoes it, one finger moves it; Esc, the button, a
 * press beside it, and a single press while it is small close it and give the focus back.
 */
export function showPicture(text: Text, url: string): void {
  const words = actText(text);
  const img = h('img', { src: url, alt: text.image, draggable: 'false' });
  const dialog = h(
    'dialog',
    { class: 'viewer', 'aria-label': text.image, close: () => dialog.remove() },
    img,
    h(
      'button',
      {
        type: 'button',
        class: 'round',
        'aria-label': words.closeImage,
        title: words.closeImage,
        click: () => dialog.close(),
      },
      icon('close'),
    ),
  );
  let scale = 1;
  let x = 0;
  let y = 0;
  const place = (): void => {
    // What is moved stays in reach: half of what stands over on each side.
    const room = (full: number): number => Math.max(0, (full * (scale - 1)) / 2);
    x = Math.min(room(img.clientWidth), Math.max(-room(img.clientWidth), x));
    y = Math.min(room(img.clientHeight), Math.max(-room(img.clientHeight), y));
    img.style.transform = scale === 1 ? '' : `translate(${x}px,${y}px) scale(${scale})`;
    dialog.classList.toggle('near', scale > 1);
  };
  /** Larger or smaller around a point that stays under the fingers. */
  const zoom = (to: number, cx: number, cy: number): void => {
    const next = Math.min(MOST, Math.max(1, to));
    const box = dialog.getBoundingClientRect();
    const [px, py] = [cx - box.left - box.width / 2, cy - box.top - box.height / 2];
    x = px - ((px - x) * next) / scale;
    y = py - ((py - y) * next) / scale;
    scale = next;
    place();
  };

  const fingers = new Map<number, PointerEvent>();
  let apart = 0;
  let moved = 0;
  let tapped = 0;
  let closing = 0;
  const middle = (): { cx: number; cy: number; gap: number } => {
    const [a, b] = [...fingers.values()] as [PointerEvent, PointerEvent | undefined];
    const c = b ?? a;
    return {
      cx: (a.clientX + c.clientX) / 2,
      cy: (a.clientY + c.clientY) / 2,
      gap: Math.hypot(a.clientX - c.clientX, a.clientY - c.clientY),
    };
  };
  dialog.addEventListener('pointerdown', (e) => {
    if ((e.target as Element).closest('button')) return;
    dialog.setPointerCapture(e.pointerId);
    fingers.set(e.pointerId, e);
    apart = middle().gap;
    if (fingers.size === 1) moved = 0;
    else moved = Infinity;
  });
  dialog.addEventListener('pointermove', (e) => {
    if (!fingers.has(e.pointerId)) return;
    const before = middle();
    fingers.set(e.pointerId, e);
    const now = middle();
    moved += Math.hypot(now.cx - before.cx, now.cy - before.cy);
    x += now.cx - before.cx;
    y += now.cy - before.cy;
    if (fingers.size > 1 && apart) zoom((scale * now.gap) / apart, now.cx, now.cy);
    else place();
    apart = now.gap;
  });
  const up = (e: PointerEvent): void => {
    if (!fingers.delete(e.pointerId) || fingers.size) {
      if (fingers.size) apart = middle().gap;
      return;
    }
    if (moved > 8 || e.type === 'pointercancel') return;
    if (e.timeStamp - tapped < 300) {
      clearTimeout(closing);
      tapped = 0;
      zoom(scale > 1 ? 1 : 2.5, e.clientX, e.clientY);
      return;
    }
    tapped = e.timeStamp;
    // Beside the picture at once; on it only when no second tap follows.
    const box = img.getBoundingClientRect();
    const on = e.clientX >= box.left && e.clientX <= box.right && e.clientY >= box.top && e.clientY <= box.bottom;
    if (!on) dialog.close();
    else if (scale === 1) closing = setTimeout(() => dialog.close(), 310) as unknown as number;
  };
  dialog.addEventListener('pointerup', up);
  dialog.addEventListener('pointercancel', up);
  dialog.addEventListener(
    'wheel',
    (e) => {
      e.preventDefault();
      zoom(scale * Math.exp(-e.deltaY / 300), e.clientX, e.clientY);
    },
    { passive: false },
  );
  dialog.addEventListener('keydown', (e) => {
    const box = dialog.getBoundingClientRect();
    const to = e.key === '+' || e.key === '=' ? scale * 1.5 : e.key === '-' ? scale / 1.5 : 0;
    if (to) zoom(to, box.left + box.width / 2, box.top + box.height / 2);
  });
  document.body.append(dialog);
  dialog.showModal();
}
