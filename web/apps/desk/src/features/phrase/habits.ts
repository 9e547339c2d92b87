/**
 * What somebody takes by which letters: whoever typed `/x` and took the third line finds it first the next time; each stage of a talk
 * remembers its own. A habit of the hands, kept in the browser; the order for everybody else stays what it is (R-PHRASE-07).
 */
const key = (person: string): string => `yk.phrase.habit.${person}`;
/** Habits that are kept; the oldest go first. */
const MOST = 300;
/** Longer queries are no habit: they name the phrase. */
const LONGEST = 4;

/** What was asked for; the sets never mix, and letters mean something else at the end of a talk than at its beginning. */
const asked = (set: string, stage: string | null, query: string): string =>
  `${set} ${stage ?? ''} ${query.trim().toLowerCase()}`;

function all(person: string, storage: Storage): [asked: string, phrase: string][] {
  try {
    const value: unknown = JSON.parse(storage.getItem(key(person)) ?? '[]');
    return Array.isArray(value) ? (value as [string, string][]) : [];
  } catch {
    return [];
  }
}

/** The phrase that was taken last by these letters; null = none, or the letters are no habit. */
export function habitOf(
  person: string,
  set: string,
  stage: string | null,
  query: string,
  storage: Storage = localStorage,
): string | null {
  if (!query.trim() || [...query.trim()].length > LONGEST) return null;
  const known = all(person, storage);
  const of = (where: string | null): string | undefined => known.find(([a]) => a === asked(set, where, query))?.[1];
  return of(stage) ?? of(null) ?? null;
}

/** Keeps that these letters led to this phrase, for them and for their beginnings that lead nowhere yet. */
export function keepHabit(
  person: string,
  set: string,
  stage: string | null,
  query: string,
  phrase: string,
  storage: Storage = localStorage,
): void {
  const letters = [...query.trim()];
  if (letters.length === 0 || letters.length > LONGEST) return;
  const left = all(person, storage);
  const put = (where: string | null, words: string, over: boolean): void => {
    const of = asked(set, where, words);
    const at = left.findIndex(([a]) => a === of);
    if (at >= 0 && !over) return;
    if (at >= 0) left.splice(at, 1);
    left.unshift([of, phrase]);
  };
  // One letter is enough from now on, unless it leads somewhere else; another stage follows this one while it knows no better.
  for (const where of [null, stage]) {
    put(where, letters[0]!, letters.length === 1);
    put(where, letters.join(''), true);
  }
  try {
    storage.setItem(key(person), JSON.stringify(left.slice(0, MOST)));
  } catch {
    // The browser's store is full: the order is that of everybody.
  }
}
