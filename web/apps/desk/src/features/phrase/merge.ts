/** What a page holds of a shop's phrases after an answer of the house. */
import type { Schemas } from '@yingke/api';
import type { Kept } from './kept';

/** By place, equal ones by id, as the house orders them. */
export function byPlace(a: { place: number; phrase: string }, b: { place: number; phrase: string }): number {
  return a.place - b.place || (a.phrase < b.phrase ? -1 : a.phrase > b.phrase ? 1 : 0);
}

/** The old set with what changed since, or the whole that was given. An answer that is older than what is held changes nothing. */
export function merged(old: Kept | null, given: Schemas['PhraseList']): Kept {
  if (old && old.version > given.version && !given.whole) return old;
  const base = given.whole || !old ? null : old;
  const all = new Map((base?.phrases ?? []).map((p) => [p.phrase, p]));
  for (const p of given.phrases) all.set(p.phrase, p);
  for (const id of given.removed) all.delete(id);
  return {
    shop: given.shop,
    version: given.version,
    phrases: [...all.values()].filter((p) => !p.removed_at).sort(byPlace),
    letters: { ...base?.letters, ...given.letters },
    mayChangeTeam: given.may_change_team,
  };
}
