/** Calls whose agreement is still to be confirmed in the chat: one's own, for a supervisor everybody's. One for all pages. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { must, type CallRow } from '@yingke/api';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import { merged } from './call';

const open = shallowRef<readonly CallRow[]>([]);
/** The call whose agreement was put into a draft: the next own message of that chat confirms it. */
export const confirming = ref<{ id: string; thread: string; agreed: string } | null>(null);

export function useOpenCalls(): typeof open {
  return open;
}

/** Keeps the list true while the frame of the pages stands. */
export function followCalls(): void {
  const desk = useDesk();
  const load = async (): Promise<void> => {
    try {
      open.value = await must(api.GET('/api/v1/call/open'));
    } catch {
      // Asked again with the next connection.
    }
  };
  onScopeDispose(
    desk.follow((frame) => {
      if (frame.t !== 'call') return;
      const name = frame.call.thread ? desk.state.rows.get(frame.call.thread)?.buyer_name : undefined;
      open.value = merged(open.value, { ...frame.call, buyer_name: frame.call.buyer_name || (name ?? '') });
    }),
  );
  watch(
    () => desk.state.connection,
    (now) => now === 'open' && void load(),
    { immediate: true },
  );
}
