/**
 * The outbox on disk: what was written survives a reload and a crash of the page. Words stand in localStorage, one key a message
 * (several tabs never overwrite each other, and writing is done when the call returns); pictures that are not uploaded yet stand in
 * IndexedDB.
 */
import type { Outgoing } from './state';

const BLOBS = 'yk-outbox';

export interface OutboxStore {
  load(): Outgoing[];
  save(before: readonly Outgoing[], after: readonly Outgoing[]): void;
  keepPicture(id: string, blob: Blob): Promise<void>;
  picture(id: string): Promise<Blob | null>;
  dropPicture(id: string): Promise<void>;
}

function isOutgoing(value: unknown): value is Outgoing {
  const v = value as Partial<Outgoing> | null;
  return (
    typeof v === 'object' &&
    v !== null &&
    typeof v.client_id === 'string' &&
    typeof v.thread === 'string' &&
    (v.kind === 'text' || v.kind === 'image') &&
    typeof v.text === 'string' &&
    typeof v.at === 'number'
  );
}

/** The outbox of one person in this browser: another who signs in here sends nothing of theirs. */
export function outboxOf(person: string, storage: Storage = localStorage): OutboxStore {
  const prefix = `yk.out.${person}.`;
  let opening: Promise<IDBDatabase> | null = null;

  function open(): Promise<IDBDatabase> {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(BLOBS, 1);
      request.onupgradeneeded = () => request.result.createObjectStore('pictures');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('IndexedDB does not open'));
    });
    return opening;
  }

  async function run<T>(mode: IDBTransactionMode, f: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const db = await open();
    return new Promise((resolve, reject) => {
      const tx = db.transaction('pictures', mode);
      const request = f(tx.objectStore('pictures'));
      tx.oncomplete = () => resolve(request.result);
      tx.onerror = tx.onabort = () => reject(tx.error ?? new Error('IndexedDB does not write'));
    });
  }

  return {
    load() {
      const found: Outgoing[] = [];
      for (let i = 0; i < storage.length; i++) {
        const key = storage.key(i);
        if (!key?.startsWith(prefix)) continue;
        try {
          const value: unknown = JSON.parse(storage.getItem(key) ?? '');
          if (isOutgoing(value))
            found.push({
              ...value,
              file: value.file ?? null,
              seq: null,
              problem: value.problem ?? null,
              state: value.state === 'failed' ? 'failed' : 'waiting',
            });
        } catch {
          // Not ours to read; left where it is.
        }
      }
      // The ids are sortable by time: the order written.
      return found.sort((a, b) => (a.client_id < b.client_id ? -1 : 1));
    },
    save(before, after) {
      if (before === after) return;
      const was = new Map(before.map((o) => [o.client_id, o]));
      for (const o of after) {
        const old = was.get(o.client_id);
        was.delete(o.client_id);
        if (old === o) continue;
        if (o.state === 'acked') storage.removeItem(prefix + o.client_id);
        else storage.setItem(prefix + o.client_id, JSON.stringify(o));
      }
      for (const id of was.keys()) storage.removeItem(prefix + id);
    },
    keepPicture: async (id, blob) => void (await run('readwrite', (s) => s.put(blob, id))),
    picture: async (id) => ((await run<unknown>('readonly', (s) => s.get(id))) as Blob | undefined) ?? null,
    dropPicture: async (id) => void (await run('readwrite', (s) => s.delete(id))),
  };
}
