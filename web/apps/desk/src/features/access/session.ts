/** Who is signed in at this page. The session itself is a cookie that scripts cannot read. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { asRefused, must, type Schemas } from '@yingke/api';
import { api } from '../../realtime/api';

export type Me = Schemas['Me'];
export type Right =
  | 'receive'
  | 'take_over'
  | 'see_figures'
  | 'see_people'
  | 'manage_people'
  | 'manage_owners'
  | 'see_audit'
  | 'import'
  | 'manage_shops'
  | 'reveal'
  | 'export_buyer'
  | 'erase_buyer'
  | 'manage_texts'
  | 'manage_policy'
  | 'manage_goods'
  | 'manage_phrases'
  | 'judge_incidents'
  | 'approve'
  | 'post_notices'
  | 'set_goals';

export const useSession = defineStore('session', () => {
  /** Who is signed in; null: nobody, or the house was not asked yet. */
  const me = shallowRef<Me | null>(null);
  /** How far the server's clock is ahead of this machine's, ms. */
  const ahead = ref(0);

  function set(of: Me): Me {
    ahead.value = Date.parse(of.now) - Date.now();
    me.value = of;
    return of;
  }

  /** Who is signed in, asked of the house if not known; null: nobody. Throws {@link Refused} when the house does not answer. */
  async function load(): Promise<Me | null> {
    if (me.value) return me.value;
    try {
      return set(await must(api.GET('/api/v1/access/me')));
    } catch (error) {
      const refused = asRefused(error);
      if (refused.status === 401) return null;
      throw refused;
    }
  }

  /** Signs in with a password and, where `code_needed` was answered, a code. Throws {@link Refused}. */
  async function signIn(login: string, password: string, code?: string): Promise<Me> {
    return set(
      await must(api.POST('/api/v1/access/sign-in', { body: { login, password, ...(code ? { code } : {}) } })),
    );
  }

  /** Somebody was let in by a telephone: the cookie is there already. */
  function enter(of: Me): void {
    set(of);
  }

  /** Uses a one-time link up and is signed in. Throws {@link Refused}. */
  async function useLink(body: Schemas['UseLink']): Promise<Me> {
    return set(await must(api.POST('/api/v1/access/link', { body })));
  }

  /** Ends the session. Throws {@link Refused} if the house could not be told; a session that is gone already is fine. */
  async function signOut(): Promise<void> {
    try {
      await must(api.POST('/api/v1/access/sign-out'));
    } catch (error) {
      const refused = asRefused(error);
      if (refused.status !== 401) throw refused;
    }
    me.value = null;
  }

  /** The session is over, by time or from elsewhere: nobody is signed in any more. */
  function forget(): void {
    me.value = null;
  }

  /** The own state as the house has set it. */
  function setState(state: Me['state']): void {
    if (me.value) me.value = { ...me.value, state };
  }

  /** Whether who is signed in may do this; hides what the role never may. */
  function may(right: Right): boolean {
    return me.value?.rights.includes(right) ?? false;
  }

  /**
   * Zone in which a shop counts its days, whatever the clock of this machine says; that of the first shop unless told which.
   * Undefined (the machine's own) only while nobody is signed in.
   */
  function zoneOf(shop?: string): string | undefined {
    const shops = me.value?.shops ?? [];
    return (shops.find((s) => s.code === shop) ?? shops[0])?.zone;
  }

  /** When the days of a shop begin, seconds after midnight; of the first shop unless told which. */
  function splitOf(shop?: string): number {
    const shops = me.value?.shops ?? [];
    return (shops.find((s) => s.code === shop) ?? shops[0])?.day_split ?? 0;
  }

  /** Now, by the server's clock. */
  function now(): Date {
    return new Date(Date.now() + ahead.value);
  }

  return { me, load, signIn, enter, useLink, signOut, forget, setState, may, zoneOf, splitOf, now };
});
