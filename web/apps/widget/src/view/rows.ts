// What stands in the stream, from top to bottom, as data. Pure, so that a table test can say how a thread must look.
import type { Card, Entry, FileRef, Picture, Quote, Voice } from '../frames';
import { isMessage, judged, uploads, type Pending, type State } from '../reducer';

/** One thing in the stream. `key` is stable over reloads and over the change from unsent to stored. */
export type Row =
  | { key: string; is: 'day'; at: number }
  | {
      key: string;
      is: 'note';
      note: 'assigned' | 'transferred' | 'closed' | 'rated';
      name: string;
      score: number;
      /** What can be done here: give a mark, or change it. */
      act: 'rate' | 'rateAgain' | null;
    }
  | {
      key: string;
      is: 'bubble';
      me: boolean;
      name: string;
      kind: string;
      text: string;
      image: Picture | null;
      file: FileRef | null;
      voice: Voice | null;
      card: Card | null;
      quote: Quote | null;
      /** Share that is uploaded, 0 to 1; null: nothing is on its way. */
      progress: number | null;
      recalled: boolean;
      state: 'stored' | 'sending' | 'failed';
      /** First of a run: a little more air above. */
      first: boolean;
    }
  | { key: string; is: 'failed'; id: string; problem: string }
  | {
      key: string;
      is: 'meta';
      me: boolean;
      name: string;
      at: number;
      mark: 'delivered' | 'read' | 'sending' | 'waiting' | null;
    };

/** A run ends when the other side speaks, or nobody for this long. */
const RUN_MS = 5 * 60_000;

const day = (ms: number): string => new Date(ms).toDateString();

const NOTHING = { image: null, file: null, voice: null, card: null, quote: null, progress: null };

interface Said {
  key: string;
  me: boolean;
  name: string;
  at: number;
  entry?: Entry;
  item?: Pending;
  seq: number;
}

const note = (e: Entry, what: (Row & { is: 'note' })['note']): Row & { is: 'note' } => ({
  key: `s${e.seq}`,
  is: 'note',
  note: what,
  name: e.to ?? '',
  score: 0,
  act: null,
});

/**
 * Rows of a thread; `welcome` stands above the very first message only. `skipped`: the conversation that the buyer did not
 * want to judge when asked.
 */
export function rows(s: State, welcome: string | null, skipped: string | null = null): Row[] {
  const out: Row[] = [];
  const mark = judged(s);
  const ratedAt = Math.max(0, ...s.entries.filter((e) => e.kind === 'rating').map((e) => e.seq));
  const firstText = s.entries.find(isMessage);
  // The house says its welcome again as an entry of its own: above the first words it stands already.
  let greeted = '';
  if (welcome && (s.base ?? 0) === 0 && !(firstText?.from !== 'buyer' && firstText?.text === welcome)) {
    greeted = welcome;
    out.push({
      key: 'welcome',
      is: 'bubble',
      me: false,
      name: '',
      kind: 'text',
      text: welcome,
      ...NOTHING,
      recalled: false,
      state: 'stored',
      first: true,
    });
  }
  const list: (Said | Row)[] = [];
  let closedAt = -1;
  for (const e of s.entries) {
    const at = Date.parse(e.at);
    if (greeted && e.from === 'auto' && e.text === greeted) greeted = '';
    else if (isMessage(e) && e.from !== 'system') {
      const me = e.from === 'buyer';
      list.push({ key: e.client_id ?? `s${e.seq}`, me, name: me ? '' : (e.name ?? ''), at, entry: e, seq: e.seq });
    } else if ((e.kind === 'assign' || e.kind === 'transfer') && e.to)
      list.push(note(e, e.kind === 'assign' ? 'assigned' : 'transferred'));
    else if (e.kind === 'close') {
      const asked = mark !== null && !mark.score && e.conversation === mark.conversation;
      closedAt = list.push({ ...note(e, 'closed'), act: asked && skipped === e.conversation ? 'rate' : null }) - 1;
    } else if (e.kind === 'reopen') {
      // Closed by a slip of the hand and opened again at once: nothing was over.
      if (closedAt >= 0) list.splice(closedAt, 1);
    } else if (e.kind === 'rating') {
      const last = mark !== null && e.seq === ratedAt;
      list.push({ ...note(e, 'rated'), score: e.rating?.score ?? 0, act: last ? 'rateAgain' : null });
    }
  }
  for (const p of s.pending) list.push({ key: p.client_id, me: true, name: '', at: p.at, item: p, seq: Infinity });

  // Only the newest run that was read says so: a page full of "read" tells nothing.
  const readUpTo = Math.max(
    0,
    ...s.entries.filter((e) => e.from === 'buyer' && isMessage(e) && e.seq <= s.shopRead).map((e) => e.seq),
  );
  let before: Said | null = null;
  let today = '';
  list.forEach((it, i) => {
    if ('is' in it) {
      out.push(it);
      before = null;
      return;
    }
    if (day(it.at) !== today) {
      today = day(it.at);
      out.push({ key: `d${today}`, is: 'day', at: it.at });
      before = null;
    }
    out.push(bubble(it, !before || !sameRun(before, it)));
    before = it;
    const failed = it.item?.status === 'failed';
    if (failed) out.push({ key: `f${it.key}`, is: 'failed', id: it.key, problem: it.item?.problem ?? '' });
    const next = list[i + 1];
    if (failed || (next && !('is' in next) && sameRun(it, next))) return;
    const mark = !it.me
      ? null
      : it.item
        ? waiting(s, it.item)
        : it.seq > s.shopRead
          ? 'delivered'
          : it.seq === readUpTo
            ? 'read'
            : null;
    out.push({ key: `m${it.key}`, is: 'meta', me: it.me, name: it.name, at: it.at, mark });
  });
  return out;
}

function sameRun(a: Said, b: Said): boolean {
  return a.me === b.me && a.name === b.name && b.at - a.at < RUN_MS && day(a.at) === day(b.at);
}

function waiting(s: State, p: Pending): 'delivered' | 'sending' | 'waiting' {
  return p.status === 'acked' ? 'delivered' : s.live ? 'sending' : 'waiting';
}

function bubble(it: Said, first: boolean): Row {
  const { entry: e, item: p } = it;
  const base = { key: it.key, is: 'bubble' as const, me: it.me, name: it.name, first };
  if (e) {
    return {
      ...base,
      kind: e.kind,
      text: e.text,
      image: e.image ?? null,
      file: e.file ?? null,
      voice: e.voice ?? null,
      card: e.card ?? null,
      quote: e.quote ?? null,
      progress: null,
      recalled: !!e.recalled,
      state: 'stored',
    };
  }
  const kind = p?.kind ?? 'text';
  return {
    ...base,
    ...NOTHING,
    kind,
    text: p?.text ?? '',
    image: p?.local ? { file: p.file ?? '', ...p.local } : null,
    file: kind === 'file' ? { file: '', url: '', mime: '', name: p?.name ?? '', bytes: p?.bytes ?? 0 } : null,
    voice: kind === 'voice' ? { file: '', url: '', secs: p?.secs ?? 0 } : null,
    card: p?.shown ?? null,
    progress: p?.status === 'raw' && uploads(p) ? (p.progress ?? 0) : null,
    recalled: false,
    state: p?.status === 'acked' ? 'stored' : p?.status === 'failed' ? 'failed' : 'sending',
  };
}
