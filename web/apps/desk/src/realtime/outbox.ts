/**
 * The outbox on disk: what was written survives a reload and a crash of the page. Words stand in localStorage, one key a message
 * (several tabs never overwrite each other, and writing is done when the call returns); files that are not uploaded yet stand in
 * IndexedDB.
 */
import { blob, dropBlob, keepBlob } from './blobs';
import type { Outgoing } from './state';

export interface OutboxStore {
  load(): Outgoing[];
  save(before: readonly Outgoing[], after: readonly Outgoing[]): void;
  keepFile(id: string, blob: Blob): Promise<void>;
  file(id: string): Promise<Blob | null>;
  dropFile(id: string): Promise<void>;
}

const KINDS: ReadonlySet<string> = new Set(['text', 'image', 'voice', 'file', 'card']);

function isOutgoing(value: unknown): value is Outgoing {
  const v = value as Partial<Outgoing> | null;
  return (
    typeof v === 'object' &&
    v !== null &&
    typeof v.client_id === 'string' &&
    typeof v.thread === 'string' &&
    KINDS.has(v.kind ?? '') &&
    typeof v.text === 'string' &&
    typeof v.at === 'number'
  );
}

/** The outbox of one person in this browser: another who signs in here sends nothing of theirs. */
export function outboxOf(person: string, storage: Storage = localStorage): OutboxStore {
  const prefix = `yk.out.${person}.`;
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
              about: value.about ?? null,
              quote: value.quote ?? null,
              card: value.card ?? null,
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
    keepFile: keepBlob,
    file: (id) => blob(id),
    dropFile: dropBlob,
  };
}
