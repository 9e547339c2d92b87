/** What the form of a one-time link asks for. Pure. */
import type { Schemas } from '@yingke/api';

/** Fewest characters of a password (R-TEAM-02); the server holds to the same. */
export const MIN_PASSWORD = 10;

/** Characters as people count them: a sign of four bytes is one. */
export function characters(text: string): number {
  return Array.from(text).length;
}

/** What is still missing in the form; empty: it can be sent. */
export function missingOf(
  purpose: Schemas['LinkPurpose'],
  form: { login: string; name: string; password: string },
): { login?: 'empty'; name?: 'empty'; password?: 'short' } {
  if (purpose === 'signin') return {};
  return {
    ...(purpose === 'owner' && form.login.trim() === '' ? { login: 'empty' as const } : {}),
    ...(form.name.trim() === '' ? { name: 'empty' as const } : {}),
    ...(characters(form.password) < MIN_PASSWORD ? { password: 'short' as const } : {}),
  };
}
