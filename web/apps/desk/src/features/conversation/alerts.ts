/** What a waiting buyer does to the title, the ear and the screen reader. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue';
import { format } from '@yingke/ui';
import { useSession } from '../access';
import { chime } from '../../layout/sound';
import { secondsSince, useTick } from '../../realtime/clock';
import { useDesk } from '../../realtime/desk';
import { useText } from '../../text';
import { waiting, waitsSince } from './order';

/** What one second brings: pure, so that a table can hold it to the rules. */
export interface Alarms {
  /** Waits that already sounded, by thread and moment: each sounds once a stage. */
  sounded: ReadonlySet<string>;
  sound: 'soft' | 'alarm' | null;
  /** Threads that reach the alarm in this second. */
  say: string[];
}

/**
 * @param waits who waits, with the start and whole seconds of the wait
 * @param thresholds stages of the ring, seconds: the first gives the soft sound, the last but one the alarm
 * @param open thread in front of the reader: no soft sound for it
 */
export function alarms(
  sounded: ReadonlySet<string>,
  waits: readonly { thread: string; since: string; seconds: number }[],
  thresholds: readonly number[],
  open: string | null,
): Alarms {
  const soft = thresholds[0] ?? Infinity;
  const loud = thresholds.at(-2) ?? Infinity;
  const next = new Set<string>();
  const say: string[] = [];
  let sound: Alarms['sound'] = null;
  for (const w of waits) {
    for (const [stage, limit] of [
      ['soft', soft],
      ['alarm', loud],
    ] as const) {
      if (w.seconds < limit) continue;
      const key = `${w.thread} ${w.since} ${stage}`;
      next.add(key);
      if (sounded.has(key)) continue;
      // Only what happens now is news; a page that opens on an old wait stays quiet about it.
      if (w.seconds > limit + 5) continue;
      if (stage === 'alarm') {
        say.push(w.thread);
        sound = 'alarm';
      } else if (w.thread !== open) sound ??= 'soft';
    }
  }
  return { sounded: next, sound, say };
}

export function useAlerts(open: Ref<string | null>): { said: Ref<string>; title: ComputedRef<string> } {
  const t = useText();
  const session = useSession();
  const desk = useDesk();
  const tick = useTick();
  const said = ref('');
  let sounded: ReadonlySet<string> = new Set();

  const waits = computed(() =>
    waiting(desk.state.rows.values(), session.me?.person ?? '').map((row) => {
      const since = waitsSince(row)!;
      return {
        thread: row.thread,
        name: row.buyer_name,
        since,
        seconds: secondsSince(since, tick.value, desk.state.offset),
      };
    }),
  );
  watch(tick, () => {
    const now = alarms(sounded, waits.value, session.me?.clock.ring ?? [], open.value);
    sounded = now.sounded;
    // While there is no wire the server may know better: the figures go on, the sound stops.
    if (desk.state.connection !== 'open') return;
    if (now.sound) chime(now.sound);
    const who = waits.value.filter((w) => now.say.includes(w.thread));
    if (who.length > 0) said.value = who.map((w) => t.value.desk.alarm(w.name, w.seconds)).join(' ');
  });
  const title = computed(() => {
    const first = waits.value[0];
    const loud = session.me?.clock.ring.at(-2) ?? Infinity;
    if (first && first.seconds >= loud) return `(${format.wait(first.seconds)}) ${first.name}`;
    const n = waits.value.length;
    return n > 0 ? `(${n}) ${t.value.desk.title} · ${t.value.house}` : `${t.value.desk.title} · ${t.value.house}`;
  });
  watch(title, (text) => (document.title = text), { immediate: true });
  onScopeDispose(() => (document.title = t.value.house));
  return { said, title };
}
