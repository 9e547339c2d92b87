/** Details of the trail that the house writes for machines, said in the reader's language. Pure. */
import { format } from '@yingke/ui';
import type { TrailText } from '../../text/trail.zh-CN';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MORE = ' · ';

/** Things that were counted: `taobao: 3 read, 2 created`. */
function counted(detail: string, t: TrailText): string | null {
  const found = /^(?:([^:]+): )?(\d+ [a-z]+(?:, \d+ [a-z]+)*)$/.exec(detail);
  if (!found) return null;
  const said = found[2]!.split(', ').map((part) => {
    const [n, word] = part.split(' ') as [string, string];
    return t.counts[word]?.(Number(n)) ?? part;
  });
  return [found[1], ...said].filter(Boolean).join(MORE);
}

/** What a value is: amounts in yuan, times as days, known words as words; ids of nobody known are left out. */
function value(key: string, of: unknown, names: ReadonlyMap<string, string>, t: TrailText): string {
  if (of === null || of === undefined || of === '' || of === false) return '';
  if (key.endsWith('_fen')) return `¥${Number(of) / 100}`;
  if (Array.isArray(of)) return of.map((each) => String(each) || '–').join(' → ');
  const text = String(of as string | number);
  if (ID.test(text)) return names.get(text) ?? '';
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return `${format.dayKey(new Date(text))} ${format.clock(new Date(text))}`;
  return t.values[text] ?? text;
}

/** What an object says, field by field; a field that is not known by a name stands without one. */
export function told(detail: Record<string, unknown>, names: ReadonlyMap<string, string>, t: TrailText): string {
  if (typeof detail.rows === 'number') {
    // A file that left the house.
    const of = String(detail.of ?? '');
    const whose = of === 'own' ? t.own : (t.values[of] ?? of);
    return [t.counts.rows!(detail.rows), String(detail.form ?? '').toUpperCase(), whose].filter(Boolean).join(MORE);
  }
  return Object.entries(detail)
    .flatMap(([key, of]) => {
      if (key === 'urgent') return of ? [t.urgent] : [];
      if (key === 'goals' && Array.isArray(of))
        return of.map((g: { figure: string; person: string | null; value: number }) =>
          t.goal(t.figures[g.figure] ?? g.figure, String(g.value), names.get(g.person ?? '') ?? ''),
        );
      const said = value(key, of, names, t);
      const name = t.fields[key];
      return said === '' ? [] : [name === undefined ? said : `${name} ${said}`];
    })
    .join(MORE);
}

/** Words of the house that are no object; null where they are somebody's own words. */
export function worded(act: string, detail: string, t: TrailText): string | null {
  if (ID.test(detail)) return '';
  const before = act.startsWith('retention.') ? /^(\d+) before (\d{4}-\d\d-\d\d)/.exec(detail) : null;
  if (before) return t.before(Number(before[1]), before[2]!);
  const message = act === 'guard.overruled' ? /^message (\d+): (.*)$/.exec(detail) : null;
  if (message) return t.message(Number(message[1]), message[2]!);
  const words = act.startsWith('guard.words') ? /^(\d+): (.*)$/.exec(detail) : null;
  if (words) return t.words(Number(words[1]), words[2]!);
  const lines = act === 'duty.own' ? /^(\w+) (\d+) lines$/.exec(detail) : null;
  if (lines) return [t.values[lines[1]!] ?? lines[1], t.counts.lines!(Number(lines[2]))].join(MORE);
  if (act === 'shop.change')
    return detail
      .split(', ')
      .map((field) => t.values[field] ?? field)
      .join(MORE);
  if (['access.link_made', 'access.recover_owner', 'duty.undo'].includes(act)) return t.values[detail] ?? null;
  if (
    /^(import|backup|presence|buyer\.erase|abuse\.evidence|phrase\.|guard\.words_replaced|duty\.tick|.*export$)/.test(
      act,
    )
  )
    return counted(detail, t);
  return null;
}
