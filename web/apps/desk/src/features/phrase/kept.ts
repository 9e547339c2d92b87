/** Phrases on disk, so that desk and side window have the last set at once and without a network. One record a person and shop. */
import type { Phrase } from './store';

export interface Kept {
  shop: string;
  version: number;
  phrases: Phrase[];
  letters: Record<string, string>;
  mayChangeTeam: boolean;
}

const NAME = 'yk-phrases';
const STORE = 'sets';
let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opening = null;
      reject(request.error ?? new Error('IndexedDB does not open'));
    };
  });
  return opening;
}

async function run<T>(mode: IDBTransactionMode, f: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  return new Promise((resolve, reject) => {
    const tx = db.transaction(STORE, mode);
    const request = f(tx.objectStore(STORE));
    tx.oncomplete = () => resolve(request.result);
    tx.onerror = tx.onabort = () => reject(tx.error ?? new Error('IndexedDB does not write'));
  });
}

/** What one person has of each shop; nothing where the browser has no database. */
export async function keptOf(person: string): Promise<Kept[]> {
  try {
    return (await run<unknown[]>('readonly', (s) =>
      s.getAll(IDBKeyRange.bound(`${person} `, `${person} \uffff`)),
    )) as Kept[];
  } catch {
    return [];
  }
}

/** Keeps what one person has of a shop. Without a database it lives as long as the page. */
export async function keep(person: string, of: Kept): Promise<void> {
  try {
    await run('readwrite', (s) => s.put(of, `${person} ${of.shop}`));
  } catch {
    // Asked of the house anew next time.
  }
}

/** Forgets what this person had here. */
export async function forget(person: string, shop?: string): Promise<void> {
  try {
    await run('readwrite', (s) =>
      s.delete(shop === undefined ? IDBKeyRange.bound(`${person} `, `${person} \uffff`) : `${person} ${shop}`),
    );
  } catch {
    // Nothing was kept.
  }
}
