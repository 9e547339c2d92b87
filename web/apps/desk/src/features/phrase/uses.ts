/**
 * Which messages were made of a phrase (R-PHRASE-09): counted once the house has the message. What could not be told waits on disk,
 * for a message that was written without a network is sent long after.
 */
import { asRefused, must } from '@yingke/api';
import { api } from '../../realtime/api';

interface Use {
  phrase: string;
  thread: string;
  /** Known once the house has acknowledged it. */
  seq?: number;
}

const key = (person: string): string => `yk.phrase.use.${person}`;
/** Uses that wait at most; a browser that never tells must not fill up. */
const MOST = 200;

export function pending(person: string, storage: Storage = localStorage): Record<string, Use> {
  try {
    const value: unknown = JSON.parse(storage.getItem(key(person)) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, Use>) : {};
  } catch {
    return {};
  }
}

function save(person: string, all: Record<string, Use>, storage: Storage): void {
  const ids = Object.keys(all);
  // The ids are sortable by time: the oldest go first.
  for (const id of ids.sort().slice(0, Math.max(0, ids.length - MOST))) delete all[id];
  try {
    if (Object.keys(all).length === 0) storage.removeItem(key(person));
    else storage.setItem(key(person), JSON.stringify(all));
  } catch {
    // The browser's store is full: this one is not counted.
  }
}

/** A message is on its way that was made of a phrase. */
export function begun(person: string, client_id: string, use: Use, storage: Storage = localStorage): void {
  save(person, { ...pending(person, storage), [client_id]: use }, storage);
}

/** The house has the message: gives the use that can be told now. */
export function acknowledged(
  person: string,
  client_id: string,
  seq: number,
  storage: Storage = localStorage,
): Required<Use> | null {
  const all = pending(person, storage);
  const use = all[client_id];
  if (!use) return null;
  all[client_id] = { ...use, seq };
  save(person, all, storage);
  return { ...use, seq };
}

/** It was counted, or never will be. */
export function done(person: string, client_id: string, storage: Storage = localStorage): void {
  const all = pending(person, storage);
  delete all[client_id];
  save(person, all, storage);
}

/** Tells the house of a use; what it refuses is not asked again. */
export async function tell(person: string, client_id: string, use: Required<Use>): Promise<void> {
  try {
    const { phrase, thread, seq } = use;
    await must(
      api.POST('/api/v1/phrase/phrases/{phrase}/use', { params: { path: { phrase } }, body: { thread, seq } }),
    );
  } catch (error) {
    const { status } = asRefused(error);
    if (status === 0 || status >= 500) return;
  }
  done(person, client_id);
}

/** Tells what could not be told before. */
export function tellAll(person: string): void {
  for (const [id, use] of Object.entries(pending(person)))
    if (use.seq !== undefined) void tell(person, id, { ...use, seq: use.seq });
}
