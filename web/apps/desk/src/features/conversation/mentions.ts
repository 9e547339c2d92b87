/** Names in a private note. Pure. */

export interface Colleague {
  person: string;
  name: string;
  state: string;
}

/** The name that is being written before the caret: where its `@` stands, and its letters so far. Null outside of one. */
export function asking(text: string, caret: number): { from: number; words: string } | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf('@');
  if (from === -1) return null;
  // An address of mail is no name.
  if (/[A-Za-z0-9._-]/.test(before[from - 1] ?? '')) return null;
  const words = before.slice(from + 1);
  return /[\s@]/.test(words) || words.length > 20 ? null : { from, words };
}

const STATES = ['online', 'suspended', 'away', 'offline'];

/** Colleagues who may be meant, those at their desks first. */
export function named(people: readonly Colleague[], words: string): Colleague[] {
  const wanted = words.toLowerCase();
  return people
    .filter((p) => p.name.toLowerCase().includes(wanted))
    .sort(
      (a, b) =>
        Number(b.name.toLowerCase().startsWith(wanted)) - Number(a.name.toLowerCase().startsWith(wanted)) ||
        STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
        (a.name < b.name ? -1 : 1),
    )
    .slice(0, 8);
}

/** Persons whom the finished note names. The longest name that fits is meant, so that nobody is told of another's. */
export function mentioned(text: string, people: readonly Colleague[]): string[] {
  const byLength = [...people].filter((p) => p.name !== '').sort((a, b) => b.name.length - a.name.length);
  const found = new Set<string>();
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const one = byLength.find((p) => text.startsWith(p.name, at + 1));
    if (one) found.add(one.person);
  }
  return [...found];
}
