/** The own state: what the house says last, and the way to change it. */
import { computed, type ComputedRef } from 'vue';
import { asRefused, must, type PresenceState } from '@yingke/api';
import { useSession } from '../access';
import { useNotices } from '../notice';
import { toast } from '../../layout/toast';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import { sentence } from '../../text';

export interface OwnState {
  state: ComputedRef<PresenceState>;
  capacity: ComputedRef<number>;
  /** False when it was refused; the page has said why. */
  set(to: PresenceState): Promise<boolean>;
}

export function useOwnState(): OwnState {
  const session = useSession();
  const desk = useDesk();
  const notices = useNotices();
  const own = computed(() => desk.state.people.get(session.me?.person ?? ''));
  const state = computed(() => (own.value?.state as PresenceState | undefined) ?? session.me?.state ?? 'offline');
  return {
    state,
    capacity: computed(() => own.value?.capacity ?? session.me?.capacity ?? 0),
    async set(to) {
      // What is urgent is read before the first conversation of a shift (R-DUTY-05).
      if (to === 'online' && state.value !== 'online' && !(await notices.beforeOnline())) return false;
      try {
        session.setState((await must(api.POST('/api/v1/presence/state', { body: { state: to } }))).state);
        void desk.colleagues();
        return true;
      } catch (error) {
        toast(sentence(asRefused(error)), 'wrong');
        return false;
      }
    },
  };
}
