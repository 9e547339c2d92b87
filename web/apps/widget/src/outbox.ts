// Messages that the server has not acknowledged, kept over reloads and crashes. One stored key per message: two windows
// of one buyer never overwrite each other's, and a repeat from the other window is harmless (same client id).
import type { Pending } from './reducer';
import type { Store } from './store';

const START = 'out:';

/** Bytes of pictures that are not uploaded yet. */
export interface Blobs {
  put(id: string, blob: Blob): Promise<void>;
  get(id: string): Promise<Blob | null>;
  del(id: string): Promise<void>;
}

/** The stored outbox. Texts are stored before they are drawn, pictures as soon as the browser can. */
export class Outbox {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All that is left, in the order in which it was written. */
  load(): Pending[] {
    const out: Pending[] = [];
    for (const name of this.#store.names(START)) {
      const item = parse(this.#store.get(name));
      if (item) out.push(item);
      else this.#store.set(name, null);
    }
    return out.sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
  }

  /** Store a message, or what changed of it. */
  keep(item: Pending): void {
    const { client_id, kind, text, file, at, status, problem, local } = item;
    // The local address dies with the page; its pixels keep the bubble's shape after a reload.
    const shape = local && { ...local, url: '' };
    this.#store.set(
      START + client_id,
      JSON.stringify({ client_id, kind, text, file, at, status, problem, local: shape }),
    );
  }

  /** The server has it, or the buyer gave it up. */
  forget(clientId: string): void {
    this.#store.set(START + clientId, null);
  }
}

function parse(value: string | null): Pending | null {
  try {
    const item = JSON.parse(value ?? '') as Pending;
    if (typeof item.client_id !== 'string' || typeof item.text !== 'string') return null;
    if (item.status === 'failed') return item;
    return { ...item, status: item.kind === 'image' && !item.file ? 'raw' : 'ready' };
  } catch {
    return null;
  }
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
