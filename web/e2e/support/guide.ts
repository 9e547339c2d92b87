/** The user guide as files. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** docs/guide. */
export const GUIDE = fileURLToPath(new URL('../../../docs/guide', import.meta.url));

/** Its pages, name to text. */
export async function pages(): Promise<Map<string, string>> {
  const names = (await readdir(GUIDE)).filter((name) => name.endsWith('.md'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(GUIDE, name), 'utf8')] as const)),
  );
}

/** Where a page's links and pictures lead, as they are written. */
export function links(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] ?? '');
}

/** Addresses of the house that a page names: a path in code marks, such as `/settings/hours`. */
export function addresses(text: string): string[] {
  return [...text.matchAll(/`(\/[a-z][a-z/]*)`/g)].map((m) => m[1] ?? '');
}
