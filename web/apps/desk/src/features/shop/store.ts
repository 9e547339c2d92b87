/** Shops that are being changed: what the server has, and the draft, which outlives pages and a reload. */
import { computed, reactive, watch, type ComputedRef } from 'vue';
import { asRefused, must } from '@yingke/api';
import { api } from '../../realtime/api';
import { sentence } from '../../text';
import { shopZh } from '../../text/shop.zh-CN';
import { shopEn } from '../../text/shop.en';
import { changedOf, draftOf, faultsOf, placeOf, rebased, type Draft, type Fault, type Field, type Shop } from './shop';

export interface Held {
  /** As the server has it; null until it is read. */
  base: Shop | null;
  draft: Draft | null;
  /** Why it could not be read. */
  unread: string;
  busy: boolean;
  /** What went wrong at the last saving, and where. */
  wrong: { place: string; text: string } | null;
  /** Fields that the last saving changed. */
  saved: readonly string[] | null;
  /** Somebody else changed the shop meanwhile; the draft now stands upon theirs. */
  moved: boolean;
  /** Faults are shown from the first try on. */
  tried: boolean;
}

const held = reactive(new Map<string, Held>());
const keyOf = (code: string): string => `yk.shop.${code}`;
/** Names of variables in both languages: a text may use either. */
export const VARIABLES: readonly string[] = [...Object.values(shopZh.variables), ...Object.values(shopEn.variables)];

function keep(code: string, of: Held): void {
  if (!of.base || !of.draft) return;
  try {
    if (changedOf(draftOf(of.base), of.draft).length === 0) sessionStorage.removeItem(keyOf(code));
    else sessionStorage.setItem(keyOf(code), JSON.stringify({ base: draftOf(of.base), draft: of.draft }));
  } catch {
    // A full or forbidden storage: the draft lives as long as the window.
  }
}

function kept(code: string): { base: Draft; draft: Draft } | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(code)) ?? 'null') as { base: Draft; draft: Draft } | null;
  } catch {
    return null;
  }
}

/** Reads the shop; a draft that is kept is put upon what the server has now. */
export async function load(code: string): Promise<void> {
  const of = heldOf(code);
  of.unread = '';
  try {
    const shop = await must(api.GET('/api/v1/shop/shops/{code}', { params: { path: { code } } }));
    const before = of.base && of.draft ? { base: draftOf(of.base), draft: of.draft } : kept(code);
    of.base = shop;
    of.draft = before ? rebased(before.base, before.draft, draftOf(shop)) : draftOf(shop);
  } catch (error) {
    of.unread = sentence(asRefused(error));
  }
}

function heldOf(code: string): Held {
  let of = held.get(code);
  if (!of) {
    held.set(code, {
      base: null,
      draft: null,
      unread: '',
      busy: false,
      wrong: null,
      saved: null,
      moved: false,
      tried: false,
    });
    of = held.get(code)!;
    watch(
      () => of!.draft,
      () => keep(code, of!),
      { deep: true },
    );
  }
  return of;
}

export interface Editing {
  of: Held;
  changed: ComputedRef<Field[]>;
  faults: ComputedRef<Record<string, Fault>>;
  save: () => Promise<boolean>;
  reset: () => void;
}

/** The editing of a shop; the same for every page that asks for it. */
export function useEditing(code: string): Editing {
  const of = heldOf(code);
  const changed = computed(() => (of.base && of.draft ? changedOf(draftOf(of.base), of.draft) : []));
  const faults = computed(() => (of.draft ? faultsOf(of.draft, VARIABLES) : {}));
  return {
    of,
    changed,
    faults,
    reset: () => {
      if (of.base) of.draft = draftOf(of.base);
      of.wrong = null;
      of.tried = false;
    },
    save: async () => {
      if (!of.base || !of.draft || of.busy) return false;
      of.tried = true;
      of.saved = null;
      of.wrong = null;
      if (Object.keys(faults.value).length > 0) return false;
      of.busy = true;
      try {
        const { name, zone, settings } = of.draft;
        const answer = await must(
          api.PATCH('/api/v1/shop/shops/{code}', {
            params: { path: { code } },
            body: { version: of.base.version, name, zone, settings },
          }),
        );
        of.base = answer.shop;
        of.draft = draftOf(answer.shop);
        of.saved = answer.changed;
        of.moved = false;
        of.tried = false;
        return true;
      } catch (error) {
        const refused = asRefused(error);
        if (refused.code === 'shop_changed') {
          await load(code);
          of.moved = true;
        } else of.wrong = { place: placeOf(refused.detail), text: sentence(refused) };
        return false;
      } finally {
        of.busy = false;
      }
    },
  };
}

/** Shops with a draft that is not saved. */
export const unsaved = computed(() =>
  [...held].filter(([, of]) => of.base && of.draft && changedOf(draftOf(of.base), of.draft).length > 0).map(([c]) => c),
);

/** Fields with a change that is not saved, in any shop. */
export const unsavedFields = computed(
  () => new Set([...held.values()].flatMap((of) => (of.base && of.draft ? changedOf(draftOf(of.base), of.draft) : []))),
);

addEventListener('beforeunload', (event) => {
  if (unsaved.value.length > 0) event.preventDefault();
});
