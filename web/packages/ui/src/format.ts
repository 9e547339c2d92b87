/** Figures as the house writes them. Pure; the language and the clock are given. */

/** Languages of the pages. */
export type Lang = 'zh-CN' | 'en';

/** Making a formatter costs a hundred times more than using it, and a list formats on every row: each is made once. */
const dates = new Map<string, Intl.DateTimeFormat>();
const figures = new Map<number, Intl.NumberFormat>();

function dated(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options);
  let made = dates.get(key);
  if (!made) dates.set(key, (made = new Intl.DateTimeFormat(lang, options)));
  return made;
}

function figure(decimals: number): Intl.NumberFormat {
  let made = figures.get(decimals);
  if (!made) {
    made = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    figures.set(decimals, made);
  }
  return made;
}

/** A wait on the ring: `0:06`, `12:40`, `1:02:05`. Whole seconds, never below 0. */
export function wait(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** Time of day `HH:MM`. */
export function clock(at: Date, zone?: string): string {
  return dated('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(at);
}

/** Time of day with seconds, `HH:MM:SS`. */
export function clockSeconds(at: Date, zone?: string): string {
  return dated('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(at);
}

/** The day of a moment, `YYYY-MM-DD`; also the key by which messages are kept apart by days. */
export function dayKey(at: Date, zone?: string): string {
  return dated('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(at);
}

/** A day in words, with the weekday; the year only when it is not this one. */
export function day(at: Date, now: Date, lang: Lang, zone?: string): string {
  const sameYear = dayKey(at, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return dated(lang, {
    year: sameYear ? undefined : 'numeric',
    month: lang === 'en' ? 'short' : 'long',
    day: 'numeric',
    weekday: 'short',
    timeZone: zone,
  }).format(at);
}

/** Short day for lists and axes: month and day as the language has it. */
export function shortDay(at: Date, lang: Lang, zone?: string): string {
  return dated(lang, {
    month: lang === 'en' ? 'short' : 'long',
    day: 'numeric',
    timeZone: zone,
  }).format(at);
}

/** A count with separators: `28,010`. */
export function count(n: number): string {
  return figure(0).format(n).replace('-', '\u2212');
}

/** A figure with a fixed number of decimals, the minus as U+2212. */
export function fixed(n: number, decimals: number): string {
  return figure(decimals).format(n).replace('-', '\u2212');
}

/** A share 0..1 as percent with one decimal: `97.8%`. */
export function percent(share: number): string {
  return `${fixed(share * 100, 1)}%`;
}

/** Money from whole fen: `1,234.50`, `−50.00`. The sign of the currency is the page's affair. */
export function money(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`money is whole fen, not ${fen}`);
  const minus = fen < 0 ? '\u2212' : '';
  const abs = Math.abs(fen);
  return `${minus}${count(Math.floor(abs / 100))}.${String(abs % 100).padStart(2, '0')}`;
}

/** Endings that say nothing about who it is (le, de, ya, a, ba, ne, ma, zi, er, o). */
const PARTICLES = new Set('\u4e86\u7684\u5440\u554a\u5427\u5462\u5417\u5b50\u513f\u54e6');

/** The sign in a buyer's disc: the last Chinese character of the name that means something, else its first letter. */
export function initial(name: string): string {
  const letters = Array.from(name).filter((c) => /\p{L}|\p{N}/u.test(c));
  const han = letters.filter((c) => /\p{Script=Han}/u.test(c));
  return han.findLast((c) => !PARTICLES.has(c)) ?? han.at(-1) ?? letters[0]?.toUpperCase() ?? '?';
}

/** Length of a clip: `0:07`, `1:00`. */
export function length(seconds: number): string {
  return wait(Math.round(seconds));
}

/** Size of a file: `812 B`, `34 KB`, `1.2 MB`. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 1_000_000) return `${count(Math.round(n / 1000))} KB`;
  return `${fixed(n / 1_000_000, 1)} MB`;
}
