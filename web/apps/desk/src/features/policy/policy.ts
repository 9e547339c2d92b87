/** The policy as it is changed on the page: boxes with text, values, what differs. Pure. */
import type { Schemas } from '@yingke/api';

export type Overview = Schemas['PolicyOverview'];
export type Version = Schemas['PolicyVersion'];
export type Key = Schemas['PolicyKey'];
export type Kind = 'number' | 'text' | 'numbers' | 'texts' | 'switch';
/** What stands in the boxes, by key. */
export type Boxes = Record<string, string>;

/** What a value of this kind is written in. An empty list is of texts: numbers are never left out. */
export function kindOf(value: unknown): Kind {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'switch';
  if (Array.isArray(value)) return value.length > 0 && value.every((v) => typeof v === 'number') ? 'numbers' : 'texts';
  return 'text';
}

/** A value as it stands in its box. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(kindOf(value) === 'numbers' ? ', ' : '\n');
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** What stands in a box as a value like the built-in one; undefined for what is none. */
export function valueOf(text: string, like: unknown): unknown {
  const number = (part: string): number => (/^-?\d+(\.\d+)?$/.test(part.trim()) ? Number(part) : NaN);
  switch (kindOf(like)) {
    case 'number': {
      const n = number(text);
      return Number.isNaN(n) ? undefined : n;
    }
    case 'switch':
      return text === 'true';
    case 'numbers': {
      const list = text
        .split(/[,\uFF0C\u3001\s]+/)
        .filter((p) => p !== '')
        .map(number);
      return list.length === 0 || list.some(Number.isNaN) ? undefined : list;
    }
    case 'texts':
      return text
        .split('\n')
        .map((l) => l.trim())
        .filter((l) => l !== '');
    case 'text':
      return text.trim();
  }
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Values of a version: the built-in ones and what it changes. */
export function valuesOf(keys: readonly Key[], changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(keys.map((k) => [k.key, k.key in changes ? changes[k.key] : k.value]));
}

export function boxesOf(keys: readonly Key[], changes: Readonly<Record<string, unknown>>): Boxes {
  return Object.fromEntries(Object.entries(valuesOf(keys, changes)).map(([key, value]) => [key, textOf(value)]));
}

/** Keys whose box holds no value. */
export function faultsOf(keys: readonly Key[], boxes: Boxes): string[] {
  return keys.filter((k) => valueOf(boxes[k.key] ?? '', k.value) === undefined).map((k) => k.key);
}

/** What the boxes change about the built-in policy. */
export function changesOf(keys: readonly Key[], boxes: Boxes): Record<string, unknown> {
  return Object.fromEntries(
    keys.flatMap((k) => {
      const value = valueOf(boxes[k.key] ?? '', k.value);
      return value === undefined || same(value, k.value) ? [] : [[k.key, value]];
    }),
  );
}

/** Keys that differ between two versions, in the order of the file. */
export function differing(
  keys: readonly Key[],
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): string[] {
  const [left, right] = [valuesOf(keys, a), valuesOf(keys, b)];
  return keys.map((k) => k.key).filter((key) => !same(left[key], right[key]));
}

/** Keys by the part of the policy that they stand in, in the order of the file. */
export function groupsOf(keys: readonly Key[]): [string, Key[]][] {
  const groups = new Map<string, Key[]>();
  for (const key of keys) {
    const name = key.key.split('.')[0]!;
    groups.set(name, [...(groups.get(name) ?? []), key]);
  }
  return [...groups];
}

/** The version that is in force on a day. */
export function inForce(versions: readonly Version[], day: string): Version | null {
  return versions.filter((v) => v.standing !== 'withdrawn' && v.effective <= day).at(-1) ?? null;
}

/** The day after. */
export function dayAfter(day: string): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString().slice(0, 10);
}

/** A length of time in whole units, largest first: `[2, 'm']`; null below a minute or what does not come out even. */
export function lengthOf(secs: number): [number, 'd' | 'h' | 'm'] | null {
  if (secs >= 86_400 && secs % 86_400 === 0) return [secs / 86_400, 'd'];
  if (secs >= 3_600 && secs % 3_600 === 0) return [secs / 3_600, 'h'];
  if (secs >= 60 && secs % 60 === 0) return [secs / 60, 'm'];
  return null;
}

/** Whether a number of this key is a length of time. */
export const isLength = (key: string): boolean => /(_secs|\.secs|max_wait|long_receive|within)$/.test(key);

/** Figures that always stand in the comparison, and those that come in when they differ. */
export const ALWAYS = ['slow_answer_num', 'three_minute_rate'] as const;
export const SOMETIMES = [
  'no_reply_num',
  'first_reply_avg',
  'reply_avg',
  'slow_reception_num',
  'long_receive_num',
  'within_10_num',
  'within_30_num',
  'within_60_num',
  'within_180_num',
  'three_minute_turns',
  'turn_times',
  'max_wait',
  'service_num',
  'auto_msg_num',
  'seller_msg_num',
] as const;
export type Compared = (typeof ALWAYS)[number] | (typeof SOMETIMES)[number];

/** Columns of a comparison. */
export function columnsOf(preview: Schemas['Preview']): Compared[] {
  const rows = [preview.all, ...preview.agents];
  const differs = (key: Compared): boolean => rows.some((r) => !same(r.before?.[key] ?? null, r.after?.[key] ?? null));
  return [...ALWAYS, ...SOMETIMES.filter(differs)];
}

/** Figures that say how much of something: of nothing they say nothing. */
const SHARES = /_(rate|avg)$|^max_wait$/;

/** A figure of a row; null where it is a share or a mean of nothing at all. */
export function shownOf(row: Readonly<Record<string, unknown>> | null | undefined, key: Compared): unknown {
  const value = row?.[key] ?? null;
  return value === 0 && SHARES.test(key) && row?.turn_times === 0 ? null : value;
}

/** Of a refusal `key: reason` the key. */
export function keyOf(detail: string): string {
  return /^([\w.]+): /.exec(detail)?.[1] ?? '';
}
