/** Names of commands and pages by the first letters of their pinyin: `jq` finds the one whose characters begin so. */
import { initials } from '../../text/initials';

const INITIAL = new Map<string, string>();
for (const [letter, all] of Object.entries(initials)) {
  // A character with two readings has both letters.
  for (const c of all) INITIAL.set(c, [...new Set((INITIAL.get(c) ?? '') + letter)].join(''));
}

/** Letters that a character may stand for; empty for one that the table lacks. */
export function initialsOf(c: string): string {
  return INITIAL.get(c) ?? '';
}

/** Where the letters stand in a name as initials of neighbouring characters; null if they do not. */
export function byInitials(name: string, letters: string): [number, number] | null {
  const wanted = letters.toLowerCase();
  if (!/^[a-z]{2,}$/.test(wanted)) return null;
  const chars = [...name];
  for (let from = 0; from + wanted.length <= chars.length; from++) {
    if ([...wanted].every((letter, i) => initialsOf(chars[from + i] ?? '').includes(letter)))
      return [from, from + wanted.length];
  }
  return null;
}
