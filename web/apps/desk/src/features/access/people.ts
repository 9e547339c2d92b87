/** Forms of the people page: what may be changed by whom, what is sent. Pure. */
import type { Schemas } from '@yingke/api';

export type Person = Schemas['Person'];
export type Role = Schemas['Role'];
export type Grade = Schemas['Grade'];
export const GRADES: readonly Grade[] = ['junior', 'middle', 'senior', 'manager'];
export const ROLES: readonly Role[] = ['agent', 'supervisor', 'owner'];

/** What stands in the boxes. A capacity is text until it is read. */
export interface PersonForm {
  name: string;
  login: string;
  role: Role;
  line: string;
  capacity: string;
  /** Empty: not graded. */
  grade: '' | Grade;
}

/** An empty form, or that of a person. */
export function formOf(person?: Person): PersonForm {
  return {
    name: person?.name ?? '',
    login: person?.login ?? '',
    role: person?.role ?? 'agent',
    line: person?.line ?? '',
    capacity: person?.capacity == null ? '' : String(person.capacity),
    grade: person?.grade ?? '',
  };
}

/** Roles that somebody with these rights may give. */
export function rolesFor(may: { manageOwners: boolean }): readonly Role[] {
  return may.manageOwners ? ROLES : ['agent'];
}

/** A capacity: null = the policy's, undefined = not one. */
export function capacityOf(text: string): number | null | undefined {
  const digits = text.trim();
  if (digits === '') return null;
  return /^[1-9]\d{0,3}$/.test(digits) ? Number(digits) : undefined;
}

/** What is wrong in a form; empty: it can be sent. */
export function faultsOf(form: PersonForm, withLogin: boolean): Partial<Record<'name' | 'login' | 'capacity', true>> {
  return {
    ...(form.name.trim() === '' ? { name: true as const } : {}),
    ...(withLogin && form.login.trim() === '' ? { login: true as const } : {}),
    ...(capacityOf(form.capacity) === undefined ? { capacity: true as const } : {}),
  };
}

/** The invitation to send. */
export function inviteOf(form: PersonForm): Schemas['Invite'] {
  const capacity = capacityOf(form.capacity);
  const line = form.line.trim();
  return {
    name: form.name.trim(),
    login: form.login.trim(),
    role: form.role,
    ...(line === '' ? {} : { line }),
    ...(capacity == null ? {} : { capacity }),
    ...(form.grade === '' ? {} : { grade: form.grade }),
  };
}

/** Only what differs: what another supervisor changed meanwhile stays as they made it. Null clears. */
export function changeOf(form: PersonForm, person: Person): Schemas['ChangePerson'] {
  const capacity = capacityOf(form.capacity) ?? null;
  const line = form.line.trim() === '' ? null : form.line.trim();
  const grade = form.grade === '' ? null : form.grade;
  return {
    ...(form.name.trim() === person.name ? {} : { name: form.name.trim() }),
    ...(form.role === person.role ? {} : { role: form.role }),
    ...(line === (person.line ?? null) ? {} : { line }),
    ...(capacity === (person.capacity ?? null) ? {} : { capacity }),
    ...(grade === (person.grade ?? null) ? {} : { grade }),
  };
}

/** Whether a person is meant by what was typed: name, login, line or account. */
export function isMeant(person: Person, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  const words = [person.name, person.login ?? '', person.line ?? '', ...person.accounts.map((a) => a.name)];
  return wanted === '' || words.some((word) => word.toLowerCase().includes(wanted));
}

/** Lines of work that are in use, for the suggestions. */
export function linesOf(people: readonly Person[]): string[] {
  return [...new Set(people.map((p) => p.line).filter((line): line is string => !!line))].sort();
}
