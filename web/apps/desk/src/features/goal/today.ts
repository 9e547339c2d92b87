/** The goals that count today, asked again now and then. */
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { must } from '@yingke/api';
import { api } from '../../realtime/api';
import type { Standing } from './goals';

export interface GoalsOfToday {
  goals: Ref<readonly Standing[]>;
  day: Ref<string>;
  load: () => Promise<void>;
}

/** Of this shop; null = of none. */
export function useGoals(shop: Ref<string | null>, everyMs: number): GoalsOfToday {
  const goals = shallowRef<readonly Standing[]>([]);
  const day = shallowRef('');
  let asked = 0;
  async function load(): Promise<void> {
    const mine = ++asked;
    const code = shop.value;
    if (code === null) {
      goals.value = [];
      return;
    }
    try {
      const today = await must(api.GET('/api/v1/goal/today', { params: { query: { shop: code } } }));
      if (mine !== asked) return;
      goals.value = today.goals;
      day.value = today.day;
    } catch {
      // Those of before stay; they are asked for again soon.
    }
  }
  const again = setInterval(() => void load(), everyMs);
  onScopeDispose(() => clearInterval(again));
  watch(shop, () => void load(), { immediate: true });
  return { goals, day, load };
}
