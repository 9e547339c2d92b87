/** What is dragged onto the page. A file or an address that falls beside its place must never lead the browser away from it. */
import { isBox } from '../commands/keys';

/** Whether files are dragged, as far as the browser tells before they are dropped. */
export function bringsFiles(e: Pick<DragEvent, 'dataTransfer'>): boolean {
  return [...(e.dataTransfer?.types ?? [])].includes('Files');
}

/** Refuses a drop that no place on the page has taken. Words dragged into a box stay the box's own. */
export function guardDrop(e: DragEvent): void {
  if (e.defaultPrevented || (!bringsFiles(e) && isBox(e.target))) return;
  e.preventDefault();
  if (e.dataTransfer) e.dataTransfer.dropEffect = 'none';
}

/** For the whole page, once: after every place of its own has been asked. */
export function guardDrops(): void {
  addEventListener('dragover', guardDrop);
  addEventListener('drop', guardDrop);
}
