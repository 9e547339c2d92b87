import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands/table';
import { en } from '../src/text/en';
import { zhCN } from '../src/text/zh-CN';

/** Every leaf of a catalogue: its path and what it is. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
  return [[path, value]];
}

const HAN = /\p{Script=Han}/u;
const SRC = join(import.meta.dirname, '../src');

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

describe('the catalogues', () => {
  const modules = Object.entries(import.meta.glob<Record<string, unknown>>('../src/text/*.ts', { eager: true }));
  const parts = new Map<string, Record<string, unknown>>();
  for (const [path, module] of modules) {
    const name = path.split('/').at(-1)!.replace('.ts', '');
    if (name === 'index') continue;
    const words = Object.values(module).find((v) => typeof v === 'object' && v !== null);
    parts.set(name, words as Record<string, unknown>);
  }
  const pairs = [...parts.keys()]
    .filter((n) => n.endsWith('zh-CN'))
    .map((zh) => [zh, zh.replace('zh-CN', 'en')] as const);

  it('are all there', () => {
    expect(parts.get('zh-CN')).toBe(zhCN);
    expect(parts.get('en')).toBe(en);
    expect(pairs.length).toBeGreaterThanOrEqual(1);
  });

  it.each(pairs)('%s and %s have the same keys, which take the same', (one, other) => {
    const shape = (name: string): string[] =>
      leaves(parts.get(name))
        .map(([path, leaf]) => `${path}: ${typeof leaf === 'function' ? `function of ${leaf.length}` : typeof leaf}`)
        .sort();
    expect(shape(other)).toEqual(shape(one));
  });

  it.each([...parts.keys()])('%s says something everywhere', (name) => {
    for (const [path, leaf] of leaves(parts.get(name)))
      if (typeof leaf === 'string' && !/\b(unit|kinds)\b/.test(path)) expect(leaf.trim(), path).not.toBe('');
  });

  it.each([...parts.keys()].filter((n) => n.endsWith('en')))('%s is English throughout', (name) => {
    for (const [path, leaf] of leaves(parts.get(name)))
      if (typeof leaf === 'string') expect(HAN.test(leaf), path).toBe(false);
  });

  it('names every command', () => {
    for (const command of commands) expect(zhCN.commands[command.id], command.id).toBeTruthy();
  });
});

describe('the sources', () => {
  it('hold no words outside the catalogues', () => {
    const found = files(SRC)
      .filter((path) => /\.(vue|ts)$/.test(path) && !relative(SRC, path).startsWith('text/'))
      .flatMap((path) =>
        readFileSync(path, 'utf8')
          .split('\n')
          .flatMap((line, i) => (HAN.test(line) ? [`${relative(SRC, path)}:${i + 1}`] : [])),
      );
    expect(found).toEqual([]);
  });

  it('know no weight of type but 400 and 600', () => {
    const found = files(SRC)
      .filter((path) => /\.(vue|css)$/.test(path))
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/font(?:-weight)?:\s*(?:normal|bold|[1-9]00)/g)].map((m) => m[0]),
      )
      .filter((rule) => !/(400|600)$/.test(rule));
    expect(found).toEqual([]);
  });
});
