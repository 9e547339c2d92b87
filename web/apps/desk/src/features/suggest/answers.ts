/**
 * What fits the moment: answers to the buyer's open question, else the texts that the house offers for the stage of the conversation
 * (R-DESK-06, 07, 17).
 */
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { must, type components, type Row } from '@yingke/api';
import { api } from '../../realtime/api';
import { lang } from '../../text';
import { localised } from '../phrase/fill';

type Suggestion = Omit<components['schemas']['Suggestion'], 'kind' | 'set'>;
type Offer = components['schemas']['OfferedText'];

/** Something to say, ready to be sent unless something is missing. */
export interface Answer {
  key: string;
  text: string;
  /** What is still to be filled in, as places in the words. */
  missing: readonly { from: number; to: number }[];
  /** What the words take for granted and nobody has proved: looked at before it is sent. */
  unproved: readonly string[];
  /** Where the words answer the buyer's. */
  why: readonly (readonly number[])[];
  /** How well a phrase answers, 1 to 3; none = it is no phrase. */
  level: number | null;
  /** The phrase that it is made of. */
  phrase: string | null;
  follow: string;
  pictures: Suggestion['pictures'];
}

export interface Moment {
  /** What the buyer asks about; empty = these are the texts of the stage. */
  about: readonly string[];
  answers: readonly Answer[];
}

/** How many are shown: as many as there are keys. */
export const SHOWN = 3;
/** How long the desk waits before it asks: the next entry of a burst makes the last question idle. */
const PAUSE_MS = 120;
export const NOTHING: Moment = { about: [], answers: [] };

function ofOffer(offer: Offer): Answer {
  return {
    key: offer.code,
    text: offer.text,
    missing: [],
    unproved: [],
    why: [],
    level: null,
    phrase: null,
    follow: '',
    pictures: [],
  };
}
/** The words with the names of what is missing as the page's readers know them, and every place in them moved along. */
export function named(
  s: Pick<Suggestion, 'text' | 'missing' | 'why'>,
  isEnglish: boolean,
): Pick<Answer, 'text' | 'missing' | 'why'> {
  let text = '';
  let at = 0;
  const moved: { from: number; by: number }[] = [];
  const missing = s.missing.map((hole) => {
    text += s.text.slice(at, hole.from);
    const from = text.length;
    text += localised(s.text.slice(hole.from, hole.to), isEnglish);
    at = hole.to;
    moved.push({ from: hole.to, by: text.length - hole.to });
    return { from, to: text.length };
  });
  text += s.text.slice(at);
  const place = (n: number): number => n + (moved.findLast((m) => m.from <= n)?.by ?? 0);
  return { text, missing, why: s.why.map((run) => run.map(place)) };
}

function ofSuggestion(s: Suggestion, isEnglish: boolean): Answer {
  return {
    key: s.phrase ?? s.text,
    unproved: s.unproved,
    ...named(s, isEnglish),
    level: s.level ?? null,
    phrase: s.phrase ?? null,
    follow: s.follow,
    pictures: s.pictures,
  };
}

/**
 * Puts both together: whoever has not been greeted is greeted first (R-DESK-07); then the answers; the texts of the stage only when there is
 * no answer.
 */
export function together(
  about: readonly string[],
  suggestions: readonly Suggestion[],
  offers: readonly Offer[],
  isEnglish = false,
): Moment {
  const greeting = offers.filter((o) => o.code === 'greeting').map(ofOffer);
  const answers = suggestions.map((s) => ofSuggestion(s, isEnglish)).filter((a) => a.text !== greeting[0]?.text);
  if (answers.length === 0) return { about: [], answers: offers.slice(0, SHOWN).map(ofOffer) };
  return { about, answers: [...greeting, ...answers].slice(0, SHOWN) };
}

/** Something is to be filled in or looked at before it is sent. */
export const isDraft = (answer: Answer): boolean => answer.missing.length > 0 || answer.unproved.length > 0;

/** A text cut where marks begin and end. */
export function parts(text: string, marks: readonly (readonly number[])[]): { text: string; marked: boolean }[] {
  const cut: { text: string; marked: boolean }[] = [];
  let at = 0;
  for (const [from = 0, to = 0] of marks) {
    if (from < at || to > text.length) continue;
    cut.push({ text: text.slice(at, from), marked: false }, { text: text.slice(from, to), marked: true });
    at = to;
  }
  cut.push({ text: text.slice(at), marked: false });
  return cut.filter((part) => part.text !== '');
}

/**
 * What fits, asked anew whenever the talk moves on. What was found for the moment before stays, `old`, until there is an answer, and as long as
 * `held` says that a key is down: nobody sends what has just slipped under a finger. Nothing while there is no answer: a suggestion is a help, not a
 * part of the talk that could fail.
 */
export function useMoment(
  row: Ref<Row | null>,
  open: () => boolean,
  held: Ref<boolean>,
): { moment: Ref<Moment>; old: Ref<boolean> } {
  const moment = shallowRef<Moment>(NOTHING);
  const old = ref(false);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let turn = 0;
  let waiting: Moment | null = null;
  function show(found: Moment): void {
    if (held.value) {
      waiting = found;
      return;
    }
    waiting = null;
    moment.value = found;
    old.value = false;
  }
  watch(held, (now) => {
    if (!now && waiting) show(waiting);
  });
  watch(
    () => {
      const r = row.value;
      return r ? `${r.thread} ${r.stage} ${r.live.last_seq} ${r.live.state} ${open()}` : '';
    },
    (now, before) => {
      waiting = null;
      if (!before || now.split(' ')[0] !== before.split(' ')[0]) moment.value = NOTHING;
      old.value = moment.value.answers.length > 0;
      if (timer) clearTimeout(timer);
      const thread = row.value?.thread;
      const mine = ++turn;
      if (!thread || !open()) {
        moment.value = NOTHING;
        return;
      }
      timer = setTimeout(async () => {
        const path = { params: { path: { thread } } };
        const [found, offers] = await Promise.all([
          must(api.GET('/api/v1/suggest/threads/{thread}', path)).catch(() => null),
          must(api.GET('/api/v1/conversation/threads/{thread}/offers', path)).catch((): Offer[] => []),
        ]);
        if (mine === turn) show(together(found?.about ?? [], found?.answers ?? [], offers, lang.value === 'en'));
      }, PAUSE_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => timer && clearTimeout(timer));
  return { moment, old };
}
