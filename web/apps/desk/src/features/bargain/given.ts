/** What was given, for the page of it: the instants of its days, and the table for a sheet. Pure. */
import { format } from '@yingke/ui';
import type { Schemas } from '@yingke/api';
import { yuan } from './price';

export type Given = Schemas['Concession'];

/** The instant at which a business day begins in a zone, `split` seconds after midnight on the wall. */
export function beginOf(day: string, zone: string, split: number): Date {
  const wall = Date.parse(`${day}T00:00:00Z`) + split * 1_000;
  const shown = (at: number): number =>
    Date.parse(`${format.dayKey(new Date(at), zone)}T${format.clockSeconds(new Date(at), zone)}Z`);
  // Once for the zone, once more for a clock that was moved in between.
  let at = wall;
  for (let n = 0; n < 2; n++) at += wall - shown(at);
  return new Date(at);
}

const cell = (text: string): string => {
  // What begins like a formula is words for whoever opens the sheet.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The concessions as a table of a sheet, head first; with the mark that tells a sheet of its letters. */
export function csv(
  given: readonly Given[],
  head: readonly string[],
  form: (f: string) => string,
  authority: (a: string) => string,
): string {
  const lines = given.map((g) => [
    g.at,
    g.person_name,
    g.number,
    yuan(g.total_fen),
    yuan(g.off_fen),
    form(g.form),
    authority(g.authority),
    g.approver ?? '',
    g.reason,
  ]);
  return `\ufeff${[head, ...lines].map((line) => line.map((c) => cell(String(c))).join(',')).join('\r\n')}\r\n`;
}
