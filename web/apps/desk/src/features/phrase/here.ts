/** Who has the side window on this machine: it opens without a network, and then nobody can be asked. */
import { forget } from './kept';

export interface Here {
  person: string;
  name: string;
  shops: { code: string; name: string }[];
}

const KEY = 'yk.dock.who';
/** Pictures that the service worker keeps. */
export const PICTURES = 'yk-dock-pictures';

export function whoIsHere(): Here | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    const of = value as Partial<Here> | null;
    return of && typeof of.person === 'string' && Array.isArray(of.shops) ? (of as Here) : null;
  } catch {
    return null;
  }
}

export function setHere(here: Here): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(here));
  } catch {
    // Without it the window asks to sign in when there is no network.
  }
}

/** Somebody signs out: nothing of the phrases stays on this machine. */
export async function forgetHere(person: string): Promise<void> {
  localStorage.removeItem(KEY);
  await forget(person);
  if ('caches' in window) await caches.delete(PICTURES).catch(() => false);
}
