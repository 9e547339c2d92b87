/** A shop that is being changed: the draft, what differs, what is wrong in it. Pure. */
import type { Schemas } from '@yingke/api';
import { faultOfDay, spanOf } from './hours';

export type Shop = Schemas['Shop'];
export type Settings = Schemas['Settings'];
export type Opening = Schemas['OpeningHours'];
export type Field = 'name' | 'zone' | keyof Settings;

/** What may be changed. */
export interface Draft {
  name: string;
  zone: string;
  settings: Settings;
}

/** Fields that only whoever manages shops may change; the others are texts. */
export const OWNERS: readonly Field[] = ['name', 'zone', 'sites', 'color', 'side', 'dark', 'lang', 'lines', 'lineup'];

/** Occasions of offered texts, in the order of a conversation. */
export const OCCASIONS = [
  'welcome',
  'returning',
  'dialogue',
  'bargaining',
  'payment',
  'paid',
  'logistics',
  'no_order',
  'received',
  'aftersales',
  'farewell',
] as const;
export type Occasion = (typeof OCCASIONS)[number];

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
/** The same words whatever the order of the keys. */
function words(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : (v ?? null),
  );
}

export function draftOf(shop: Shop): Draft {
  return copy({ name: shop.name, zone: shop.zone, settings: shop.settings });
}

function get(of: Draft, field: Field): unknown {
  return field === 'name' || field === 'zone' ? of[field] : of.settings[field];
}

/** Names of the fields in which the draft differs. */
export function changedOf(base: Draft, draft: Draft): Field[] {
  const fields: Field[] = ['name', 'zone', ...(Object.keys(draft.settings) as (keyof Settings)[])];
  return fields.filter((field) => words(get(base, field)) !== words(get(draft, field)));
}

/** What was changed here, put upon what somebody else has saved meanwhile. */
export function rebased(base: Draft, draft: Draft, fresh: Draft): Draft {
  const next = copy(fresh);
  for (const field of changedOf(base, draft)) {
    if (field === 'name' || field === 'zone') next[field] = draft[field];
    else Object.assign(next.settings, { [field]: copy(draft.settings[field]) });
  }
  return next;
}

/** An origin: scheme, host, port, nothing behind. */
export function isOrigin(text: string): boolean {
  const site = text.trim().replace(/\/+$/, '');
  return /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(site) && !site.includes('..');
}

/** Contrast of white words on a colour, 1 to 21; null for what is no colour. */
export function whiteOn(color: string): number | null {
  const m = /^#([0-9a-f]{6})$/i.exec(color.trim());
  if (!m) return null;
  const part = (at: number): number => {
    const c = parseInt(m[1]!.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 1.05 / (0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4) + 0.05);
}
/** Least contrast at which the chat takes the shop's colour. */
export const LEAST = 4.5;

/** Names between braces. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map((m) => m[1]!);
}

/** The text with what is known put in; what is not known stays between its braces. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^{}]*)\}/g, (all, name: string) => values[name] || all);
}

export type Fault = 'missing' | 'tooLong' | 'variable' | 'origin' | 'color' | 'overlap' | 'time' | 'tooMany';
export const LONGEST = { name: 40, question: 60, text: 500 } as const;

/** What is wrong, by place (`questions[2].text`, `hours.week.mon`); empty: it can be saved. */
export function faultsOf(draft: Draft, variables: readonly string[]): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  const s = draft.settings;
  const text = (place: string, value: string, longest: number): void => {
    if ([...value].length > longest) faults[place] = 'tooLong';
    else if (variablesIn(value).some((name) => !variables.includes(name))) faults[place] = 'variable';
  };
  if (draft.name.trim() === '') faults.name = 'missing';
  else if ([...draft.name].length > LONGEST.name) faults.name = 'tooLong';
  s.sites.forEach((site, i) => {
    if (site.trim() !== '' && !isOrigin(site)) faults[`sites[${i}]`] = 'origin';
  });
  if (s.color != null && whiteOn(s.color) === null) faults.color = 'color';
  for (const key of ['welcome', 'offline', 'closed', 'greeting'] as const) text(key, s[key], LONGEST.text);
  s.questions.forEach((q, i) => {
    if (q.text.trim() === '') faults[`questions[${i}].text`] = 'missing';
    else text(`questions[${i}].text`, q.text, LONGEST.question);
    text(`questions[${i}].answer`, q.answer ?? '', LONGEST.text);
  });
  for (const [occasion, texts] of Object.entries(s.offers))
    texts.forEach((value, i) => text(`offers.${occasion}[${i}]`, value, LONGEST.text));
  if (s.hours) {
    const day = (place: string, list: readonly string[]): void => {
      if (list.some((one) => spanOf(one) === null)) faults[place] = 'time';
      else {
        const fault = faultOfDay(list);
        if (fault) faults[place] = fault;
      }
    };
    for (const [name, list] of Object.entries(s.hours.week)) day(`hours.week.${name}`, list);
    day('hours.holiday', s.hours.holiday);
    for (const [date, rule] of Object.entries(s.hours.days))
      if (rule.kind === 'own') day(`hours.days.${date}`, rule.hours);
  }
  return faults;
}

/** Of a refusal `place: reason` the place. */
export function placeOf(detail: string): string {
  return /^([\w.[\]-]+): /.exec(detail)?.[1] ?? '';
}
