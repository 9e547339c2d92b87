/** What a waiting buyer does to the title, the ear, the screen reader and the notices of the browser. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue';
import { format } from '@yingke/ui';
import { useSession } from '../access';
import { notice } from '../../layout/notify';
import { chime } from '../../layout/sound';
import { secondsSince, useTick } from '../../realtime/clock';
import { useDesk } from '../../realtime/desk';
import { useText } from '../../text';
import { waiting, waitsSince } from './order';
import { useTalk } from './text';

/** Stages of a wait that are told: the first rise, shortly before slow, and slow. */
export type Told = 'soft' | 'alarm' | 'over';

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
 */
export function alarms(
  sounded: ReadonlySet<string>,
  waits: readonly { thread: string; since: string; seconds: number }[],
  thresholds: readonly number[],
  open: string | null,
): Alarms {
  const stages: [Told, number][] = [
    ['soft', thresholds[0] ?? Infinity],
    ['alarm', thresholds.at(-2) ?? Infinity],
    // Slow is what took longer, not what took as long.
    ['over', (thresholds.at(-1) ?? Infinity) + 1],
  ];
  const next = new Set<string>();
  const say: string[] = [];
  const tell: Alarms['tell'] = [];
  let sound: Alarms['sound'] = null;
  for (const w of waits) {
    for (const [stage, limit] of stages) {
      if (w.seconds < limit) continue;
      const key = `${w.thread} ${w.since} ${stage}`;
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
  watch(tick, () => {
    const now = alarms(sounded, waits.value, session.me?.clock.ring ?? [], open.value);
    sounded = now.sounded;
    // While there is no wire the server may know better: the figures go on, the sound stops.
    if (desk.state.connection !== 'open') return;
    if (now.sound) chime(now.sound);
    const who = waits.value.filter((one) => now.say.includes(one.thread));
    if (who.length > 0) said.value = who.map((one) => t.value.desk.alarm(one.name, one.seconds)).join(' ');
    for (const { thread, stage } of now.tell) {
      const one = waits.value.find((o) => o.thread === thread);
      if (one) notice(w.value.notify[stage](one.name), one.text, thread, () => go(thread));
    }
  });
  // A colleague who names us is not a wait, but somebody who waits all the same.
  const leave = desk.follow((frame) => {
    if (frame.t !== 'mention') return;
    const m = frame.mention;
    chime('soft');
    notice(w.value.mentions.came(m.by), m.text, `${m.thread} ${m.seq}`, () => go(m.thread));
  });
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
