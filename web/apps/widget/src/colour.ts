// A shop's colour carries white words, so it has to be dark enough for them.

/** Least contrast of words on what they stand on (WCAG AA). */
export const LEAST = 4.5;

/** `#rgb` or `#rrggbb` as `rrggbb`; null for anything else. */
export function hex6(value: string): string | null {
  const m = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value.trim());
  const h = m?.[1];
  if (!h) return null;
  return h.length === 3 ? h.replace(/./g, '$&$&') : h;
}

/** Contrast of white on `rrggbb`, 1 to 21. */
export function whiteOn(rrggbb: string): number {
  const part = (at: number): number => {
    const c = parseInt(rrggbb.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4) + 0.05);
}

/** The colour as `rrggbb` if white words can be read on it, else null. */
export function usable(value: string | null | undefined): string | null {
  const h = hex6(value ?? '');
  return h && whiteOn(h) >= LEAST ? h : null;
}
