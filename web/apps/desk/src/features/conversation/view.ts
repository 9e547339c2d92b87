/** Sizes of a picture in the viewer. Pure. */

/** Smallest and largest share of its own size at which a picture is shown. */
export const SMALLEST = 0.1;
export const LARGEST = 8;

interface Size {
  width: number;
  height: number;
}

/** The share at which a picture fits a room; never larger than it is. */
export function fitted(picture: Size, room: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.min(1, room.width / picture.width, room.height / picture.height);
}

/** A step larger or smaller; 100 % is never jumped over. */
export function next(scale: number, by: 1 | -1): number {
  const to = by === 1 ? scale * 1.25 : scale / 1.25;
  const kept = (scale < 1 && to > 1) || (scale > 1 && to < 1) ? 1 : to;
  return Math.min(LARGEST, Math.max(SMALLEST, kept));
}
