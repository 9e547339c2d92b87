/** The words that a shop does not want said: a page of them, and changing them. */
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { asRefused, must, type Schemas } from '@yingke/api';
import { api } from '../../realtime/api';
import { sentence } from '../../text';

export type Word = Schemas['KnownWord'];
/** What a word does, the gravest first. */
export const SEVERITIES = ['block', 'warn', 'hint', 'off'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** Words of a page. */
const PAGE = 100;

export interface Words {
  list: ShallowRef<readonly Word[]>;
  total: Ref<number>;
  most: Ref<number>;
  next: Ref<string | null>;
  isRead: Ref<boolean>;
  busy: Ref<boolean>;
  wrong: Ref<string>;
  /** Reads from the beginning, or what follows. */
  load(more?: boolean): Promise<void>;
  /** Puts one in, or changes what it does; whether that was taken. */
  put(word: { word: string; severity: string; better: string }): Promise<boolean>;
  /** Takes one out; whether that was done. */
  remove(word: string): Promise<boolean>;
}

/** The words of a shop that hold `q` and have a severity (empty = any). */
export function useWords(shop: () => string, q: () => string, severity: () => string): Words {
  const list = shallowRef<readonly Word[]>([]);
  const total = ref(0);
  const most = ref(0);
  const next = ref<string | null>(null);
  const isRead = ref(false);
  const busy = ref(false);
  const wrong = ref('');
  let turn = 0;

  async function load(more = false): Promise<void> {
    const mine = ++turn;
    busy.value = true;
    try {
      const query = {
        shop: shop(),
        q: q().trim(),
        ...(severity() ? { severity: severity() } : {}),
        after: more ? (next.value ?? '') : '',
        limit: PAGE,
      };
      const page = await must(api.GET('/api/v1/guard/words', { params: { query } }));
      if (mine !== turn) return;
      list.value = more ? [...list.value, ...page.words] : page.words;
      next.value = page.next ?? null;
      total.value = page.total;
      most.value = page.most;
      isRead.value = true;
      wrong.value = '';
    } catch (error) {
      if (mine === turn) wrong.value = sentence(asRefused(error));
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  async function done(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
    } catch (error) {
      wrong.value = sentence(asRefused(error));
      return false;
    }
    wrong.value = '';
    return true;
  }
  const put: Words['put'] = (word) =>
    done(() => must(api.PUT('/api/v1/guard/words', { body: { shop: shop(), words: [word] } })));
  const remove: Words['remove'] = (word) =>
    done(() => must(api.POST('/api/v1/guard/words/remove', { body: { shop: shop(), words: [word] } })));
  return { list, total, most, next, isRead, busy, wrong, load, put, remove };
}
