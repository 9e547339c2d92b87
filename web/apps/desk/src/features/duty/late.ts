/** Lists whose hour is over with lines open, for the supervisor's wall (R-DESK-16). */
import { computed, type ComputedRef, type Ref } from 'vue';
import { toDo, type Summary } from './lists';
import { useSummary } from './summary';

/** Of this shop; null = of all. */
export function useLateLists(shop: Ref<string | null>): ComputedRef<readonly Summary[]> {
  const all = useSummary();
  return computed(() => toDo(all.value).filter((s) => s.late && (shop.value === null || s.shop === shop.value)));
}
