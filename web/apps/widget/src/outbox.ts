// Messages that the server has not acknowledged, kept over reloads and crashes. One stored key per message: two windows
// of one buyer never overwrite each other's, and a repeat from the other window is harmless (same client id).
import { uploads, type Pending } from './reducer';
import type { Store } from './store';

const START = 'out:';

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
    const { progress: _, local, ...rest } = item;
    // The local address dies with the page; its pixels keep the bubble's shape after a reload.
    this.#store.set(
      START + item.client_id,
      JSON.stringify({ ...rest, ...(local && { local: { ...local, url: '' } }) }),
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
    return { ...item, status: uploads(item) && !item.file ? 'raw' : 'ready' };
  } catch {
    return null;
  }
}
