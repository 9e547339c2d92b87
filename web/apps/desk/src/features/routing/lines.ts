/** The lines of the shops: what they are called, and how they stand now. */
import { shallowReactive } from 'vue';
import { must, type Schemas, type WhyGiven } from '@yingke/api';
import type { Lang } from '@yingke/ui';
import { api } from '../../realtime/api';
import { lang } from '../../text';
import type { RoutingText } from '../../text/routing.zh-CN';
import { useRoutingText } from './text';

export type LineNow = Schemas['LineNow'];

/** The lines that every shop knows, in rising authority. */
export const BUILT_IN = ['pre_sales', 'in_sales', 'after_sales', 'rescue', 'supervisor', 'manager'] as const;

/** What a line is called: the shop's word, else the built-in one, else its code. */
export function nameOf(
  code: string,
  own: { zh?: string; en?: string } | undefined,
  of: Lang,
  words: RoutingText,
): string {
  const said = of === 'en' ? own?.en || own?.zh : own?.zh || own?.en;
  return said || words.lines[code] || code;
}

/** Why the house gave it to somebody, in words; the last part tells what they had in hand. */
export function whyOf(why: WhyGiven, words: RoutingText, lineName: (code: string) => string): string {
  const w = words.why;
  const reason =
    why.reason === 'skill' ? w.skill(why.skill ?? '') : ((w as unknown as Record<string, string>)[why.reason] ?? '');
  // Whoever did not answer is there: of their line nobody else is.
  const alone = why.reason === 'unanswered' ? w.insteadOfOthers : w.insteadOf;
  return [
    why.instead_of ? alone(lineName(why.instead_of)) : '',
    typeof reason === 'string' ? reason : '',
    why.pair ? w.pair : '',
    why.reason === 'load' || why.reason === 'weight' ? w.hand(why.load, why.capacity) : '',
  ]
    .filter((part) => part !== '')
    .join(w.comma);
}

const known = shallowReactive(new Map<string, readonly LineNow[]>());

export interface Lines {
  /** As read last; empty before that. */
  of(shop: string): readonly LineNow[];
  /** Name of a line of any shop that is known. */
  name(code: string, shop?: string): string;
  /** Reads how the lines of a shop stand now. What cannot be read stays as it was. */
  load(shop: string): Promise<void>;
}

export function useLines(): Lines {
  const words = useRoutingText();
  return {
    of: (shop) => known.get(shop) ?? [],
    name(code, shop) {
      const shops = shop === undefined ? [...known.values()] : [known.get(shop) ?? []];
      const own = shops.flatMap((lines) => lines.filter((l) => l.line === code))[0];
      return nameOf(code, own, lang.value, words.value);
    },
    async load(shop) {
      try {
        known.set(shop, await must(api.GET('/api/v1/routing/lines', { params: { query: { shop } } })));
      } catch {
        // Names fall back to the built-in ones; the panel is asked again when it opens.
      }
    },
  };
}
