/** The day so far in figures: read again every half a minute; yesterday's and those of a week ago once, to compare with. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { asRefused, must, type Schemas } from '@yingke/api';
import { format } from '@yingke/ui';
import { api } from '../../realtime/api';
import { sentence } from '../../text';
import { useSession, useSessionEnd } from '../access';
import { hoursOf, type Hour, type OfAgent } from './team';

type Sheet = Schemas['FigureSheet'];
export const AGAIN_MS = 30_000;
/** Figures of the team that the strip shows. */
export type DayFigure =
  | 'first_reply_avg'
  | 'three_minute_rate'
  | 'three_minute_turns'
  | 'three_minute_times'
  | 'no_reply_num'
  | 'service_num';

export interface Day {
  /** The business day, `YYYY-MM-DD`. */
  today: ComputedRef<string>;
  /** Hours of the clock with their part, `11.6`. */
  clock: ComputedRef<number>;
  /** Whether there are figures at all; they stay when a later reading fails. */
  isRead: ComputedRef<boolean>;
  /** Why the last reading failed; empty = it did not. */
  wrong: Ref<string>;
  hours: ComputedRef<readonly Hour[]>;
  ofAgent: ComputedRef<ReadonlyMap<string, OfAgent>>;
  figure(key: DayFigure): number | null;
  /** The same figure of the day before. */
  before(key: DayFigure): number | null;
  load(): Promise<void>;
}

const DAY_MS = 86_400_000;
const of = (row: Sheet['team'], key: DayFigure): number | null =>
  row ? (row.row[key] ?? row.so_far[key] ?? null) : null;

/** Of this shop and line of work; null = all. `now` is the server's time, ms. */
export function useDay(
  shop: Ref<string | null>,
  line: Ref<string | null>,
  now: Ref<number>,
  allowed: Ref<boolean>,
): Day {
  const session = useSession();
  const isEnd = useSessionEnd();
  const byAgent = shallowRef<Sheet | null>(null);
  const byHour = shallowRef<Sheet | null>(null);
  const yesterday = shallowRef<Sheet | null>(null);
  const lastWeek = shallowRef<Sheet | null>(null);
  const wrong = ref('');
  const zone = computed(() => session.zoneOf(shop.value ?? undefined) ?? 'UTC');
  /** The business day that began so many days ago. */
  const dayOf = (ago: number): string =>
    format.dayKey(new Date(now.value - session.splitOf(shop.value ?? undefined) * 1000 - ago * DAY_MS), zone.value);
  const today = computed(() => dayOf(0));
  const clock = computed(() => {
    const [hour, minute] = format.clock(new Date(now.value), zone.value).split(':').map(Number);
    return hour! + minute! / 60;
  });
  const sheet = (day: string, by: string): Promise<Sheet> => {
    const query = {
      from: day,
      to: day,
      by,
      ...(shop.value && { shop: shop.value }),
      ...(line.value && { line: line.value }),
    };
    return must(api.GET('/api/v1/metric/sheet', { params: { query } }));
  };
  let asked = 0;
  async function load(): Promise<void> {
    if (!allowed.value) return;
    const mine = ++asked;
    try {
      const [agent, hour] = await Promise.all([sheet(today.value, 'agent'), sheet(today.value, 'agent,hour')]);
      if (mine !== asked) return;
      byAgent.value = agent;
      byHour.value = hour;
      wrong.value = '';
    } catch (error) {
      const refused = asRefused(error);
      if (mine === asked && !isEnd(refused)) wrong.value = sentence(refused);
    }
  }
  /** Without it nothing is missing but the comparison; it is asked again with the next day or shop. */
  async function compare(): Promise<void> {
    if (!allowed.value) return;
    yesterday.value = lastWeek.value = null;
    const day = today.value;
    const [one, week] = await Promise.allSettled([sheet(dayOf(1), 'date'), sheet(dayOf(7), 'date')]);
    if (day !== today.value) return;
    if (one.status === 'fulfilled') yesterday.value = one.value;
    if (week.status === 'fulfilled') lastWeek.value = week.value;
  }
  const again = setInterval(() => void load(), AGAIN_MS);
  onScopeDispose(() => clearInterval(again));
  watch([shop, line], () => void load());
  watch([shop, line, today], () => void compare(), { immediate: true });
  void load();

  return {
    today,
    clock,
    wrong,
    load,
    isRead: computed(() => byAgent.value !== null),
    hours: computed(() =>
      hoursOf(
        byAgent.value?.hours ?? [],
        (byHour.value?.rows ?? []).map((r) => r.row),
        Math.floor(clock.value),
        lastWeek.value?.hours ?? [],
      ),
    ),
    ofAgent: computed(() => {
      const map = new Map<string, OfAgent>();
      for (const { agent, row, so_far } of byAgent.value?.rows ?? [])
        if (agent != null)
          map.set(agent, {
            first: row.first_reply_avg ?? so_far.first_reply_avg ?? null,
            received: row.service_num ?? so_far.service_num ?? 0,
          });
      return map;
    }),
    figure: (key) => of(byAgent.value?.team, key),
    before: (key) => of(yesterday.value?.team, key),
  };
}
