/** Seats of a person as they are edited. Pure. */
import type { Schemas } from '@yingke/api';
import type { RoutingText } from '../../text/routing.zh-CN';

export type PersonSeat = Schemas['PersonSeat'];
export type SeatBody = Schemas['SeatBody'];

/** A row of the table; numbers as they are typed. */
export interface SeatForm {
  line: string;
  weight: string;
  capacity: string;
  skills: string;
}

export function formOf(seats: readonly PersonSeat[], shop: string): SeatForm[] {
  return seats
    .filter((seat) => seat.shop === shop)
    .map((seat) => ({
      line: seat.line,
      weight: String(seat.weight),
      capacity: seat.capacity == null ? '' : String(seat.capacity),
      skills: (seat.skills ?? []).join(' '),
    }));
}

const whole = (text: string, most: number): number | null => {
  const n = /^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return n >= 1 && n <= most ? n : null;
};

/** What is wrong in a row. */
export function faultOf(row: SeatForm): 'badWeight' | 'badCapacity' | null {
  if (whole(row.weight, 1000) === null) return 'badWeight';
  return row.capacity.trim() !== '' && whole(row.capacity, 1000) === null ? 'badCapacity' : null;
}

/** The rows as they are sent; call it when no row has a fault. */
export function bodyOf(rows: readonly SeatForm[]): SeatBody[] {
  return rows.map((row) => ({
    line: row.line.trim(),
    weight: whole(row.weight, 1000) ?? 100,
    capacity: row.capacity.trim() === '' ? null : whole(row.capacity, 1000),
    skills: [...new Set(row.skills.split(/[\s,，、]+/).filter((word) => word !== ''))],
  }));
}

/** Seats in a cell: lines once each, with a weight that is not the usual one. */
export function seatWords(seats: readonly PersonSeat[], name: (code: string) => string, words: RoutingText): string {
  const said = seats.map((seat) => words.seats.of(name(seat.line), seat.weight));
  return [...new Set(said)].join(words.seats.comma);
}
