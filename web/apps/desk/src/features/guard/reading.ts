/** The guard's reading of a draft: places are characters of the draft (code points), not UTF-16 units. Pure, and the asking. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { must, type Schemas } from '@yingke/api';
import { api } from '../../realtime/api';
import type { Outgoing } from '../../realtime/state';

export type Reading = Schemas['GuardReading'];
export type Finding = Schemas['GuardFinding'];

/** A reading and the words that were read. */
export interface Read extends Reading {
  thread: string;
  text: string;
}

/** A piece of the draft; `severity` is that of the gravest finding over it. */
export interface Piece {
  text: string;
  severity: string | null;
}

/** How long the desk waits after a key before it asks. */
const PAUSE_MS = 150;
const WEIGHT: Record<string, number> = { hint: 1, warn: 2, block: 3 };

/** The draft cut where findings begin and end. */
export function pieces(text: string, findings: readonly Finding[]): Piece[] {
  const chars = Array.from(text);
  const marks: (string | null)[] = chars.map(() => null);
  for (const f of findings)
    for (let n = f.from; n < Math.min(f.to, chars.length); n++)
      if ((WEIGHT[f.severity] ?? 0) > (WEIGHT[marks[n] ?? ''] ?? 0)) marks[n] = f.severity;
  const out: Piece[] = [];
  chars.forEach((char, n) => {
    const last = out.at(-1);
    if (last && last.severity === marks[n]) last.text += char;
    else out.push({ text: char, severity: marks[n] ?? null });
  });
  return out;
}

/** The draft with the better wording of a finding in its place. */
export function taken(text: string, f: Finding): string {
  if (f.better === null || f.better === undefined) return text;
  const chars = Array.from(text);
  return chars.slice(0, f.take_from).join('') + f.better + chars.slice(f.take_to).join('');
}

/** Reads the draft a moment after each change; null while nothing is known of exactly these words. */
export function useGuard(
  draft: Ref<{ thread: string; text: string } | null>,
  open: () => boolean,
): ShallowRef<Read | null> {
  const reading = shallowRef<Read | null>(null);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let turn = 0;
  watch(
    () => [draft.value?.thread, draft.value?.text, open()] as const,
    ([thread, text, live]) => {
      if (timer) clearTimeout(timer);
      const mine = ++turn;
      if (!thread || !text?.trim() || !live) {
        reading.value = null;
        return;
      }
      timer = setTimeout(async () => {
        try {
          const found = await must(api.POST('/api/v1/guard/read', { body: { thread, text } }));
          if (mine === turn) reading.value = { ...found, thread, text };
        } catch {
          // Without an answer nothing new is said; the server reads what is sent.
        }
      }, PAUSE_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => timer && clearTimeout(timer));
  return reading;
}

/** The gravest of some findings. */
export function verdictOf(findings: readonly Finding[]): string {
  const worst = Math.max(0, ...findings.map((f) => WEIGHT[f.severity] ?? 0));
  return Object.keys(WEIGHT).find((name) => WEIGHT[name] === worst) ?? 'clean';
}

/** Why, in words: those of the catalogue for its code, what they name filled in; the server's own for a code of a newer server. */
export function reasonOf(
  f: Pick<Finding, 'code' | 'args' | 'reason'>,
  reasons: Readonly<Record<string, string>>,
): string {
  const words = reasons[f.code];
  return words ? words.replace(/\{(\w+)\}/gu, (hole, name: string) => f.args?.[name] ?? hole) : f.reason;
}

/** Whether the guard sent a message back to its writer. */
export function returned(o: Pick<Outgoing, 'state' | 'problem'>): boolean {
  return o.state === 'failed' && (o.problem?.code === 'guard_blocked' || o.problem?.code === 'guard_warned');
}
