/** What was begun and not sent, one draft a conversation, kept over reloads. */
const PREFIX = 'yk.draft.';

export function draftOf(person: string, thread: string): string {
  return localStorage.getItem(`${PREFIX}${person}.${thread}`) ?? '';
}

export function keepDraft(person: string, thread: string, text: string): void {
  const key = `${PREFIX}${person}.${thread}`;
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // The browser's store is full: the draft stays in the box.
  }
}

/** Whether any draft waits, so that a page does not reload under somebody's hands. */
export function anyDraft(person: string): boolean {
  for (let i = 0; i < localStorage.length; i++) if (localStorage.key(i)?.startsWith(`${PREFIX}${person}.`)) return true;
  return false;
}
