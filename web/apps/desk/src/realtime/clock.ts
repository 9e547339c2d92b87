/** One clock for all rings: a tick a second, on the second of the server. Views read it; nothing is animated in between. */
import { onScopeDispose, ref, type Ref } from 'vue';

const at = ref(Date.now());
let users = 0;
let timer: ReturnType<typeof setTimeout> | null = null;

function next(): void {
  at.value = Date.now();
  timer = setTimeout(next, 1000 - (at.value % 1000));
}

/** Local ms, renewed once a second while somebody looks. */
export function useTick(): Ref<number> {
  users += 1;
  if (users === 1) next();
  onScopeDispose(() => {
    users -= 1;
    if (users === 0 && timer) clearTimeout(timer);
  });
  return at;
}

/** Whole seconds since a moment of the server, by the server's clock (`offset` = server minus local, ms). Never below 0. */
export function secondsSince(since: string, local: number, offset: number): number {
  return Math.max(0, Math.floor((local + offset - Date.parse(since)) / 1000));
}
