/** Entries of the work log: what a talk brings into a new one, tags as they are typed, where an entry leads. Pure. */
import type { Entry as TalkEntry, Schemas } from '@yingke/api';

export type Entry = Schemas['WorklogEntry'];
export type Said = Schemas['WorklogSaid'];

export const RANGES = { all: null, week: 6, month: 29, quarter: 89 } as const;
export type Range = keyof typeof RANGES;
const LONGEST = 200;

/** Tags as somebody types them: between blanks and commas of either width, each once. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];
}

/** What stands open in a talk: the buyer's words since the last answer of a person, else the buyer's last words; and their place. */
export function openWords(entries: readonly TalkEntry[], owed?: number | null): { seq: number; text: string } {
  const said = entries.filter((e) => e.from === 'buyer' && e.kind === 'text' && !e.recalled && e.text !== '');
  const open = owed != null ? said.filter((e) => e.seq >= owed) : [];
  const meant = open.length > 0 ? open : said.slice(-1);
  const text = meant.map((e) => e.text).join(' ');
  return { seq: meant[0]?.seq ?? 0, text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text };
}

/** The phrase that an entry can become: its problem as the name, its solution as the words. */
export function phraseOf(e: Pick<Entry, 'problem' | 'solution'>): { title: string; text: string } {
  return { title: e.problem.slice(0, 40), text: e.solution };
}

/** What an entry says, for its form. */
export function saidOf(e: Entry): Said {
  const { problem, cause, solution, state, tags, number, goods } = e;
  return { problem, cause, solution, state, tags, number, goods };
}

/** An entry to begin with. */
export const fresh = (problem = ''): Said => ({
  problem,
  cause: '',
  solution: '',
  state: 'open',
  tags: [],
  number: '',
  goods: '',
});
