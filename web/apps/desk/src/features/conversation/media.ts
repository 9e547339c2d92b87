import { onScopeDispose, ref, type Ref } from 'vue';

/** Whether a media query holds; changes with the window. */
export function useMediaQuery(query: string): Ref<boolean> {
  const list = matchMedia(query);
  const holds = ref(list.matches);
  const change = (e: MediaQueryListEvent): void => void (holds.value = e.matches);
  list.addEventListener('change', change);
  onScopeDispose(() => list.removeEventListener('change', change));
  return holds;
}
