/** What was looked for last, on this machine, for this person. */
const KEY = 'yk.searched.';
const KEPT = 6;

export function recent(person: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY + person) ?? '[]');
    return Array.isArray(kept) ? kept.filter((q): q is string => typeof q === 'string').slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** Notes a question that led somewhere; the beginning of another one is replaced by it. */
export function remember(person: string, text: string): void {
  const q = text.trim().replace(/\s+/g, ' ');
  // A telephone number is not left lying about on a desk that several people use.
  if (q.length < 2 || /^\d{11}$/.test(q)) return;
  const others = recent(person).filter((old) => !q.startsWith(old));
  localStorage.setItem(KEY + person, JSON.stringify([q, ...others].slice(0, KEPT)));
}

export function forget(person: string): void {
  localStorage.removeItem(KEY + person);
}
