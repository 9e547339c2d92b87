/**
 * The phrases of one person: of each own shop the team's and one's own. Held in memory, kept on disk, brought up to date by what
 * changed since (the frame `phrases` says when), so that they are found without asking the house (R-PHRASE-02, 05, 07).
 */
import { defineStore } from 'pinia';
import { markRaw, ref, shallowRef, watch } from 'vue';
import { asRefused, must, type Schemas } from '@yingke/api';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import { Index } from './find';
import { forget, keep, keptOf, type Kept } from './kept';
import { merged } from './merge';

export type Phrase = Schemas['Phrase'];
export type Which = 'team' | 'own';

/** What is held of one shop. */
export interface Held extends Kept {
  team: Index<Phrase>;
  own: Index<Phrase>;
}

/** After a failed question the next one comes so much later, ms. */
const AGAIN_MS = 15_000;

export const usePhrases = defineStore('phrases', () => {
  const desk = useDesk();
  /** Shop code to what is held of it. */
  const shops = shallowRef<ReadonlyMap<string, Held>>(new Map());
  /** Whether there is a first answer, of the disk or of the house. */
  const isRead = ref(false);
  /** Why the last question failed; `offline` when the house did not answer. */
  const wrong = ref<string | null>(null);
  let person = '';
  let codes: readonly string[] = [];
  const asking = new Map<string, Promise<void>>();
  let retry: ReturnType<typeof setTimeout> | null = null;

  function put(kept: Kept): void {
    const held: Held = markRaw({
      ...kept,
      team: new Index(
        kept.phrases.filter((p) => p.set === 'team'),
        kept.letters,
      ),
      own: new Index(
        kept.phrases.filter((p) => p.set === 'own'),
        kept.letters,
      ),
    });
    shops.value = new Map(shops.value).set(kept.shop, held);
    isRead.value = true;
  }

  /** Begins for somebody with these shops; the first shop is the one that is shown where no talk says which. */
  async function start(who: string, of: readonly string[]): Promise<void> {
    if (person === who && of.join(' ') === codes.join(' ')) return;
    if (person !== who) {
      shops.value = new Map();
      isRead.value = false;
    }
    person = who;
    codes = [...of];
    for (const kept of await keptOf(who)) {
      if (person !== who) return;
      if (!codes.includes(kept.shop)) void forget(who, kept.shop);
      else if ((shops.value.get(kept.shop)?.version ?? -1) < kept.version) put(kept);
    }
    await refresh();
  }

  /** Asks the house what is new, in every shop or in one. */
  async function refresh(shop?: string): Promise<void> {
    await Promise.all((shop ? [shop] : codes).map((code) => ask(code)));
  }

  function ask(shop: string): Promise<void> {
    const running = asking.get(shop);
    if (running) return running;
    const mine = load(shop).finally(() => asking.delete(shop));
    asking.set(shop, mine);
    return mine;
  }

  async function load(shop: string): Promise<void> {
    const who = person;
    if (!who) return;
    const old = shops.value.get(shop) ?? null;
    try {
      const query = old ? { shop, after: old.version } : { shop };
      const given = await must(api.GET('/api/v1/phrase/phrases', { params: { query } }));
      if (who !== person) return;
      wrong.value = null;
      const now = shops.value.get(shop) ?? null;
      const isSame = now && !given.whole && given.version === now.version && given.phrases.length === 0;
      if (isSame && now.mayChangeTeam === given.may_change_team) return;
      const next = merged(now, given);
      put(next);
      void keep(who, { ...next });
    } catch (error) {
      if (who !== person) return;
      const refused = asRefused(error);
      wrong.value = refused.code;
      if (refused.status === 401 || refused.status === 403) return;
      retry ??= setTimeout(() => {
        retry = null;
        void refresh();
      }, AGAIN_MS);
    }
  }

  /** Ends: nothing of this person stays in memory; on disk neither, when told so. */
  async function stop(wipe = false): Promise<void> {
    const who = person;
    person = '';
    codes = [];
    shops.value = new Map();
    isRead.value = false;
    if (retry) clearTimeout(retry);
    retry = null;
    if (wipe && who) await forget(who);
  }

  // A change that was told and is newer than what is held.
  watch(
    () => desk.state.phrases,
    (told) => {
      for (const [shop, version] of told)
        if (codes.includes(shop) && version > (shops.value.get(shop)?.version ?? -1)) void again(shop, version);
    },
  );
  async function again(shop: string, version: number): Promise<void> {
    await ask(shop);
    // The answer under way may have been given before the change.
    if (person && !wrong.value && version > (shops.value.get(shop)?.version ?? version)) await ask(shop);
  }
  // What happened while there was no wire was not told.
  watch(
    () => desk.state.connection,
    (now, before) => {
      if (now === 'open' && before === 'lost' && person) void refresh();
    },
  );

  return { shops, isRead, wrong, start, stop, refresh };
});
