/** What fits the moment: the texts that the house offers for the stage of a conversation (R-DESK-06, 07, 17). */
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { must, type Row } from '@yingke/api';
import { api } from '../../realtime/api';

export interface Offer {
  code: string;
  text: string;
}

/** How long the desk waits before it asks: the next entry of a burst makes the last question idle. */
const PAUSE_MS = 120;

/**
 * The offers for a conversation, asked anew whenever the talk moves on. None while there is no answer: an offer is a help, not a
 * part of the talk that could fail.
 */
export function useOffers(row: Ref<Row | null>, open: () => boolean): Ref<readonly Offer[]> {
  const offers = ref<readonly Offer[]>([]);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let turn = 0;
  watch(
    () => {
      const r = row.value;
      return r ? `${r.thread} ${r.stage} ${r.live.last_seq} ${r.live.state} ${open()}` : '';
    },
    (now, before) => {
      if (!before || now.split(' ')[0] !== before.split(' ')[0]) offers.value = [];
      if (timer) clearTimeout(timer);
      const thread = row.value?.thread;
      const mine = ++turn;
      if (!thread || !open()) return;
      timer = setTimeout(async () => {
        try {
          const found = await must(
            api.GET('/api/v1/conversation/threads/{thread}/offers', { params: { path: { thread } } }),
          );
          if (mine === turn) offers.value = found.slice(0, 3);
        } catch {
          if (mine === turn) offers.value = [];
        }
      }, PAUSE_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => timer && clearTimeout(timer));
  return offers;
}
