/** Emoticons for the draft: plain signs of Unicode, in the order in which a shop needs them. Never signs of our own pages. */

/** Columns of the picker; arrows up and down go by so many. */
export const COLUMNS = 9;

// prettier-ignore
export const EMOJI: readonly string[] = [
  '\u{1F60A}', '\u{1F604}', '\u{1F606}', '\u{1F602}', '\u{1F970}', '\u{1F60D}', '\u{1F618}', '\u{1F617}', '\u{1F609}',
  '\u{1F60B}', '\u{1F60E}', '\u{1F917}', '\u{1F92D}', '\u{1F914}', '\u{1F62F}', '\u{1F633}', '\u{1F613}', '\u{1F605}',
  '\u{1F622}', '\u{1F62D}', '\u{1F61E}', '\u{1F614}', '\u{1F62A}', '\u{1F634}', '\u{1F624}', '\u{1F620}', '\u{1F64F}',
  '\u{1F44D}', '\u{1F44C}', '\u{1F4AA}', '\u{1F44F}', '\u{1F91D}', '\u{270C}\u{FE0F}', '\u{1F44B}', '\u{1F446}', '\u{1F447}',
  '\u{2764}\u{FE0F}', '\u{1F495}', '\u{1F49D}', '\u{1F339}', '\u{1F490}', '\u{1F338}', '\u{1F33F}', '\u{2728}', '\u{2B50}',
  '\u{1F389}', '\u{1F38A}', '\u{1F381}', '\u{1F9E7}', '\u{1F382}', '\u{2615}', '\u{1F375}', '\u{1F31E}', '\u{1F319}',
  '\u{1F4E6}', '\u{1F69A}', '\u{1F6D2}', '\u{1F4B0}', '\u{1F3E0}', '\u{1F6CB}\u{FE0F}', '\u{1F6CF}\u{FE0F}', '\u{1F4CF}', '\u{2705}',
];

const KEY = 'yk.emoji';
const RECENT = COLUMNS;

/** The last ones used, newest first. */
export function recentEmoji(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((v): v is string => EMOJI.includes(v as string)).slice(0, RECENT) : [];
  } catch {
    return [];
  }
}

export function usedEmoji(sign: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([sign, ...recentEmoji().filter((e) => e !== sign)].slice(0, RECENT)));
  } catch {
    // Not remembered.
  }
}

/** Where an arrow leads from place `at` among `n` signs in rows; stays at the edges. */
export function moved(at: number, key: string, n: number, columns = COLUMNS): number {
  const by: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const to = at + (by[key] ?? 0);
  if (key === 'Home') return 0;
  if (key === 'End') return n - 1;
  return to < 0 || to >= n ? at : to;
}
