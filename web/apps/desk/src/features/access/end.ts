/** When the house says that there is no session any more: to the sign-in page, and back here afterwards. */
import { useRoute, useRouter } from 'vue-router';
import type { Refused } from '@yingke/api';
import { useSession } from './session';

/** Gives a function that sends to the sign-in page if a refusal says so, and tells whether it did. */
export function useSessionEnd(): (refused: Refused) => boolean {
  const session = useSession();
  const route = useRoute();
  const router = useRouter();
  return (refused) => {
    if (refused.status !== 401) return false;
    session.forget();
    void router.push({ name: 'sign-in', query: { to: route.fullPath, why: 'ended' } });
    return true;
  };
}
