/**
 * What was begun and not sent, one draft a conversation, kept over reloads: words and the quote in localStorage, files in
 * IndexedDB. A private note has a draft of its own, so that it is never sent to a buyer by mistake.
 */
import { ref } from 'vue';
import type { Quote } from '@yingke/api';
import { blobsOf, dropBlob, keepBlob } from '../../realtime/blobs';

const PREFIX = 'yk.draft.';
const NOTE = 'yk.note.';
const QUOTE = 'yk.quote.';

/** Counts how often a draft began or went, in this window or another one: what is drawn from them is drawn anew. */
const turns = ref(0);
addEventListener('storage', (e) => {
  if (e.key === null || e.key.startsWith(PREFIX) || e.key.startsWith(NOTE)) turns.value++;
});

function keep(key: string, value: string): void {
  const had = localStorage.getItem(key) !== null;
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    // The browser's store is full: the draft stays in the box.
  }
  if (had !== (value !== '')) turns.value++;
}

export function draftOf(person: string, thread: string, note = false): string {
  return localStorage.getItem(`${note ? NOTE : PREFIX}${person}.${thread}`) ?? '';
}

export function keepDraft(person: string, thread: string, text: string, note = false): void {
  // A note that names nobody yet and says nothing is no draft.
  const empty = note && /^[@\s]*$/.test(text);
  keep(`${note ? NOTE : PREFIX}${person}.${thread}`, empty ? '' : text);
}

/** What was begun for the buyer (`reply`) or for colleagues (`note`) and not sent; follows what is written. */
export function begun(person: string, thread: string): 'reply' | 'note' | null {
  void turns.value;
  if (draftOf(person, thread).trim()) return 'reply';
  return draftOf(person, thread, true).trim() ? 'note' : null;
}

/** The quoted message of a draft, or null. */
export function draftQuote(person: string, thread: string): Quote | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`${QUOTE}${person}.${thread}`) ?? 'null');
    return typeof value === 'object' && value !== null && typeof (value as Quote).seq === 'number'
      ? (value as Quote)
      : null;
  } catch {
    return null;
  }
}

export function keepQuote(person: string, thread: string, quote: Quote | null): void {
  keep(`${QUOTE}${person}.${thread}`, quote ? JSON.stringify(quote) : '');
}

/** A file of a draft. */
export interface DraftFile {
  /** Key in the store; sortable by the order in which they were added. */
  key: string;
  kind: 'image' | 'voice' | 'file';
  file: Blob;
  name: string;
  /** Length of a clip. */
  secs: number;
}

const filesOf = (person: string, thread: string): string => `draft.${person}.${thread}.`;

/** Files of a draft in their order; none where the browser has no database. */
export async function draftFiles(person: string, thread: string): Promise<DraftFile[]> {
  try {
    const all = await blobsOf<Omit<DraftFile, 'key'>>(filesOf(person, thread));
    return all.filter(({ value }) => value?.file instanceof Blob).map(({ key, value }) => ({ ...value, key }));
  } catch {
    return [];
  }
}

let last = 0;

/** A file as a part of a draft, kept in the background. */
export function addDraftFile(person: string, thread: string, of: Omit<DraftFile, 'key'>): DraftFile {
  last = Math.max(last + 1, Date.now());
  const key = `${filesOf(person, thread)}${String(last).padStart(15, '0')}`;
  // Without a database the file lives as long as the page.
  void keepBlob(key, of).catch(() => undefined);
  return { ...of, key };
}

export function dropDraftFile(file: Pick<DraftFile, 'key'>): void {
  void dropBlob(file.key).catch(() => undefined);
}

/** Whether any draft waits, so that a page does not reload under somebody's hands. */
export function anyDraft(person: string): boolean {
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i);
    if (key?.startsWith(`${PREFIX}${person}.`) || key?.startsWith(`${NOTE}${person}.`)) return true;
  }
  return false;
}
