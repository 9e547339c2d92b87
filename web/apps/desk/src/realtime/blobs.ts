/** Files that are not uploaded yet, in IndexedDB: what was picked, pasted or recorded survives a reload and a crash of the page. */

const NAME = 'yk-outbox';
const STORE = 'pictures';

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

/** Keeps a value (a Blob, or an object with one) under a key. Rejects in a browser without a database of its own. */
export async function keepBlob(key: string, value: unknown): Promise<void> {
  await run('readwrite', (s) => s.put(value, key));
}

/** What stands under a key, or null. */
export async function blob<T = Blob>(key: string): Promise<T | null> {
  return ((await run<unknown>('readonly', (s) => s.get(key))) as T | undefined) ?? null;
}

export async function dropBlob(key: string): Promise<void> {
  await run('readwrite', (s) => s.delete(key));
}

/** All values whose keys begin so, with their keys, in the order of the keys. */
export async function blobsOf<T>(prefix: string): Promise<{ key: string; value: T }[]> {
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const [keys, values] = await Promise.all([
    run('readonly', (s) => s.getAllKeys(range)),
    run<unknown[]>('readonly', (s) => s.getAll(range)),
  ]);
  return keys.map((key, i) => ({ key: String(key), value: values[i] as T }));
}
