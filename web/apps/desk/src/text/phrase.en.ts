/** Words of the phrases in English. */
import type { PhraseText } from './phrase.zh-CN';

const n = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export const phraseEn: PhraseText = {
  title: 'Phrases',
  sets: { team: 'Team', own: 'Own' },
  levels: { 1: 'Plain', 2: 'Standard', 3: 'Excellent' },
  level: 'How well it answers',
  list: 'Phrases',
  open: 'Find a phrase',
  count: (count) => n(count, 'phrase'),
  fitting: (stage) => `${stage} first`,
  none: (q) => `Nothing found for “${q}”.`,
  noneAtAll: 'This set has no phrases yet.',
  otherHas: (set, count) => `${set} has ${count}`,
  back: 'back to the draft',
  reading: 'Reading the phrases',
  hint: { send: 'send', put: 'into the draft', move: 'choose', set: 'team or own' },
  guess: 'Phrases',
  withPictures: (count) => n(count, 'picture'),
  follow: 'Ask again',
  followSend: 'Send the question',
  followOff: 'Do not ask',
  pictureLost: 'The pictures of the phrase could not be fetched; its words are in the draft.',
};
