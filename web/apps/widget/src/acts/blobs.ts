// Bytes on their way, kept over reloads and crashes.

/** Bytes of pictures, clips and files that are not uploaded yet. */
export interface Blobs {
  put(id: string, blob: Blob): Promise<void>;
  get(id: string): Promise<Blob | null>;
  del(id: string): Promise<void>;
}

/** Pictures in the browser's database; in memory where it has none. */
export function blobs(shop: string): Blobs {
  const memory = new Map<string, Blob>();
  const db = new Promise<IDBDatabase | null>((done) => {
    try {
      const open = indexedDB.open(`yk:${shop}`, 1);
      open.onupgradeneeded = () => open.result.createObjectStore('pictures');
      open.onsuccess = () => done(open.result);
      open.onerror = () => done(null);
    } catch {
      done(null);
    }
  });
  const run = async <T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T | null> => {
    const base = await db;
    if (!base) return null;
    return new Promise((done) => {
      try {
        const ask = act(base.transaction('pictures', mode).objectStore('pictures'));
        ask.onsuccess = () => done(ask.result);
        ask.onerror = () => done(null);
      } catch {
        done(null);
      }
    });
  };
  return {
    async put(id, blob) {
      memory.set(id, blob);
      await run('readwrite', (s) => s.put(blob, id));
    },
    async get(id) {
      return memory.get(id) ?? ((await run('readonly', (s) => s.get(id) as IDBRequest<Blob | undefined>)) || null);
    },
    async del(id) {
      memory.delete(id);
      await run('readwrite', (s) => s.delete(id));
    },
  };
}
