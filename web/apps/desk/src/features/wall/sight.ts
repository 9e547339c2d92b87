/** Whether an element is on the screen or near it: what nobody sees need not move. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** So far beyond the edges something is drawn as if it were in sight. */
const MARGIN = '200px';
let watcher: IntersectionObserver | null = null;
const told = new WeakMap<Element, (is: boolean) => void>();

function watcherOf(): IntersectionObserver | null {
  if (typeof IntersectionObserver === 'undefined') return null;
  watcher ??= new IntersectionObserver(
    (all) => {
      for (const one of all) told.get(one.target)?.(one.isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  return watcher;
}

/** Where the browser cannot say, everything counts as seen. */
export function useSight(el: Readonly<Ref<HTMLElement | null>>): Ref<boolean> {
  const seen = ref(true);
  let own: HTMLElement | null = null;
  onMounted(() => {
    own = el.value;
    if (!own) return;
    told.set(own, (is) => (seen.value = is));
    watcherOf()?.observe(own);
  });
  onBeforeUnmount(() => own && watcher?.unobserve(own));
  return seen;
}
