/** What was given, for the page of it: the instants of its days. Pure. */
import { format } from '@yingke/ui';
import type { Schemas } from '@yingke/api';

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
