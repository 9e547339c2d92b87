/** Where today's lists stand, read once for whoever shows a line about them; again with news, and every ten minutes. */
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { must } from '@yingke/api';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import type { Summary } from './lists';

const AGAIN_MS = 600_000;
/** A whole team ticks: nobody asks anew for every single line. */
const REST_MS = 3_000;

export function useSummary(): ShallowRef<readonly Summary[]> {
  const all = shallowRef<readonly Summary[]>([]);
  const desk = useDesk();
  let resting: ReturnType<typeof setTimeout> | undefined;
  async function load(): Promise<void> {
    try {
      all.value = await must(api.GET('/api/v1/duty/summary'));
    } catch {
      // What was known stays; it is asked again with the next news.
    }
  }
  const again = setInterval(() => void load(), AGAIN_MS);
  const unfollow = desk.follow((frame) => {
    if (frame.t !== 'welcome' && frame.t !== 'duty') return;
    clearTimeout(resting);
    resting = setTimeout(() => void load(), frame.t === 'welcome' ? 0 : REST_MS);
  });
  onScopeDispose(() => {
    clearInterval(again);
    clearTimeout(resting);
    unfollow();
  });
  void load();
  return all;
}
