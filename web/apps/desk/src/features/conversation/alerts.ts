/** What a waiting buyer does to the title, the ear, the screen reader and the notices of the browser. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue';
import type { IncidentRow } from '@yingke/api';
import { format } from '@yingke/ui';
import { useSession } from '../access';
import { notice } from '../../layout/notify';
import { chime } from '../../layout/sound';
import { toast } from '../../layout/toast';
import { secondsSince, useTick } from '../../realtime/clock';
import { useDesk } from '../../realtime/desk';
import { useText } from '../../text';
import { promisedSince, waiting, waitsSince } from './order';
import { useTalk } from './text';

/** Stages of a wait that are told: the first rise, shortly before slow, slow, and the two grave ones; and an answer put off. */
export type Told = 'soft' | 'alarm' | 'over' | 'grave' | 'promise';

/** What one second brings: pure, so that a table can hold it to the rules. */
export interface Alarms {
  /** Waits that already sounded, by thread and moment: each sounds once a stage. */
  sounded: ReadonlySet<string>;
  sound: 'soft' | 'alarm' | null;
  /** Threads that reach the alarm in this second. */
  say: string[];
  /** Threads that reach a stage in this second, with the stage. */
  tell: { thread: string; stage: Told }[];
}

/**
 * @param waits who waits, with the start and whole seconds of the wait
 * @param thresholds stages of the ring, seconds: the first gives the soft sound, the last two the alarm
 * @param open thread in front of the reader: no soft sound for it
 * @param later seconds at which a wait becomes grave (R-RESP-04), and at which an answer put off is due (R-DESK-08)
 */
export function alarms(
  sounded: ReadonlySet<string>,
  waits: readonly { thread: string; since: string; seconds: number; promised?: boolean }[],
  thresholds: readonly number[],
  open: string | null,
  later: { tiers: readonly number[]; promise: number } = { tiers: [], promise: Infinity },
): Alarms {
  const stages: [Told, number][] = [
    ['soft', thresholds[0] ?? Infinity],
    ['alarm', thresholds.at(-2) ?? Infinity],
    // Slow is what took longer, not what took as long; and so with what is grave.
    ['over', (thresholds.at(-1) ?? Infinity) + 1],
    ...later.tiers.map((secs): [Told, number] => ['grave', secs + 1]),
  ];
  const put: [Told, number][] = [['promise', later.promise]];
  const next = new Set<string>();
  const say: string[] = [];
  const tell: Alarms['tell'] = [];
  let sound: Alarms['sound'] = null;
  for (const w of waits) {
    for (const [stage, limit] of w.promised ? put : stages) {
      if (w.seconds < limit) continue;
      const key = `${w.thread} ${w.since} ${limit}`;
      next.add(key);
      if (sounded.has(key)) continue;
      // Only what happens now is news; a page that opens on an old wait stays quiet about it.
      if (w.seconds > limit + 5) continue;
      tell.push({ thread: w.thread, stage });
      if (stage === 'soft') {
        if (w.thread !== open) sound ??= 'soft';
      } else {
        if (stage === 'alarm') say.push(w.thread);
        sound = 'alarm';
      }
    }
  }
  return { sounded: next, sound, say, tell };
}

export function useAlerts(
  open: Ref<string | null>,
  go: (thread: string) => void,
): { said: Ref<string>; title: ComputedRef<string> } {
  const t = useText();
  const w = useTalk();
  const session = useSession();
  const desk = useDesk();
  const tick = useTick();
  const said = ref('');
  let sounded: ReadonlySet<string> = new Set();

  const waits = computed(() =>
    waiting(desk.state.rows.values(), session.me?.person ?? '')
      .map((row) => {
        const since = waitsSince(row)!;
        return {
          thread: row.thread,
          name: row.buyer_name,
          text: row.last_text,
          since,
          seconds: secondsSince(since, tick.value, desk.state.offset),
        };
      })
      .sort((a, b) => b.seconds - a.seconds),
  );
  /** Own answers that were put off, with the time since (R-DESK-08). */
  const promises = computed(() =>
    [...desk.state.rows.values()].flatMap((row) => {
      const since = row.live.holder === session.me?.person ? promisedSince(row) : null;
      if (since === null) return [];
      const seconds = secondsSince(since, tick.value, desk.state.offset);
      return [{ thread: row.thread, name: row.buyer_name, text: row.last_text, since, seconds, promised: true }];
    }),
  );
  watch(tick, () => {
    const all = [...waits.value, ...promises.value];
    const now = alarms(sounded, all, session.me?.clock.ring ?? [], open.value, {
      tiers: session.me?.clock.tiers_secs ?? [],
      promise: session.me?.clock.promise_secs ?? Infinity,
    });
    sounded = now.sounded;
    // While there is no wire the server may know better: the figures go on, the sound stops.
    if (desk.state.connection !== 'open') return;
    if (now.sound) chime(now.sound);
    const who = waits.value.filter((one) => now.say.includes(one.thread));
    if (who.length > 0) said.value = who.map((one) => t.value.desk.alarm(one.name, one.seconds)).join(' ');
    for (const { thread, stage } of now.tell) {
      const one = all.find((o) => o.thread === thread);
      if (one) notice(w.value.notify[stage](one.name), one.text, thread, () => go(thread));
    }
  });
  // A colleague who names us is not a wait, but somebody who waits all the same.
  const leave = desk.follow((frame) => {
    if (frame.t === 'incident') return told(frame.incident);
    if (frame.t !== 'mention') return;
    const m = frame.mention;
    chime('soft');
    notice(w.value.mentions.came(m.by), m.text, `${m.thread} ${m.seq}`, () => go(m.thread));
  });
  /** Whoever answers for the team hears at once of a wait that became grave with somebody else (R-RESP-04). */
  function told(incident: IncidentRow): void {
    const { thread, person_name: name } = incident;
    if (!incident.running || incident.tier === 0 || incident.person === session.me?.person || !thread) return;
    chime('alarm');
    const words = w.value.notify.graveAt(name ?? '', incident.secs);
    toast(words, 'wrong', { label: w.value.notify.open, run: () => go(thread), secs: 15 });
    notice(words, '', `${incident.id} ${incident.tier}`, () => go(thread));
  }
  const title = computed(() => {
    const first = waits.value[0];
    const loud = session.me?.clock.ring.at(-2) ?? Infinity;
    if (first && first.seconds >= loud) return `(${format.wait(first.seconds)}) ${first.name}`;
    const n = waits.value.length;
    return n > 0 ? `(${n}) ${t.value.desk.title} · ${t.value.house}` : `${t.value.desk.title} · ${t.value.house}`;
  });
  watch(title, (text) => (document.title = text), { immediate: true });
  onScopeDispose(() => {
    leave();
    document.title = t.value.house;
  });
  return { said, title };
}
