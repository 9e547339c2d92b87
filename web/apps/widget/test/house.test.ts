import { describe, expect, it } from 'vitest';
import { hex6, usable, whiteOn } from '../src/colour';
import { textFor } from '../src/text';
import { en } from '../src/text/en';
import { loaderText } from '../src/text/loader';
import { zhCN } from '../src/text/zh-CN';
import tokens from '../src/tokens.css?raw';

const sources = import.meta.glob('../src/**/*.ts', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>;
const house = Object.values(
  import.meta.glob('../../../packages/ui/src/tokens.css', { query: '?raw', import: 'default', eager: true }),
)[0] as string | undefined;

describe('words', () => {
  const keys = (o: object): string[] =>
    Object.entries(o)
      .flatMap(([k, v]) => (typeof v === 'object' ? keys(v as object).map((x) => `${k}.${x}`) : [`${k}:${typeof v}`]))
      .sort();
  const flat = (o: object): string[] =>
    Object.values(o).flatMap((v: unknown) =>
      typeof v === 'function'
        ? [String((v as (x: unknown) => string)(7))]
        : typeof v === 'object'
          ? flat(v as object)
          : [v as string],
    );

  it('both languages have every key', () => {
    expect(keys(en)).toEqual(keys(zhCN));
    expect(keys(loaderText.en)).toEqual(keys(loaderText['zh-CN']));
  });
  it('no word is empty or left in the other language', () => {
    for (const words of flat(en)) expect(words).toMatch(/^[\x20-\x7e]+$/);
    for (const words of flat({ ...zhCN, lang: '语' })) expect(words).toMatch(/\p{Script=Han}/u);
  });
  it('Chinese is typed without spaces beside figures, and without exclamation marks', () => {
    for (const words of flat(zhCN)) expect(words).not.toMatch(/\p{Script=Han} |[0-9] \p{Script=Han}|[!！]/u);
  });
  it('no Chinese stands outside the catalogues', () => {
    for (const [path, code] of Object.entries(sources)) {
      if (!path.includes('/text/'))
        expect(code.replace(/[，。；！？、（）《》]/g, ''), path).not.toMatch(/\p{Script=Han}/u);
    }
  });
  it('Chinese unless asked otherwise', () => {
    expect([null, '', 'zh', 'zh-TW', 'en', 'de'].map((l) => textFor(l).lang)).toEqual([
      'zh-CN',
      'zh-CN',
      'zh-CN',
      'zh-CN',
      'en',
      'en',
    ]);
  });
});

/** `--name: value` of the first block that begins with this selector. */
function block(css: string, begin: RegExp): Map<string, string> {
  const from = css.search(begin);
  if (from < 0) throw new Error(`no block ${String(begin)}`);
  const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from));
  return new Map(
    [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] as string, (m[2] as string).replace(/\s+/g, ' ')]),
  );
}

describe('colours', () => {
  const light = block(tokens, /:root \{/);
  const dark = new Map([...light, ...block(tokens, /:root\[data-dark\] \{/)]);
  const contrast = (a: string, b: string): number => {
    const [x, y] = [a, b].map((c) => 1.05 / whiteOn(hex6(c) as string)).sort((m, n) => n - m) as [number, number];
    return x / y;
  };
  const pairs = [
    ['ink', 'surface'],
    ['ink-2', 'surface'],
    ['ink-3', 'surface'],
    ['ink-3', 'surface-2'],
    ['ink-3', 'surface-3'],
    ['pine-text', 'surface'],
    ['pine-text', 'pine-tint'],
    ['pine-text', 'surface-2'],
    ['on-fill', 'pine'],
    ['amber-text', 'amber-tint'],
    ['red-text', 'surface-2'],
  ] as const;
  it.each(pairs)('%s can be read on %s in both themes', (words, ground) => {
    for (const theme of [light, dark])
      expect(contrast(theme.get(words) as string, theme.get(ground) as string)).toBeGreaterThanOrEqual(4.5);
  });
  it('a shop colour is taken only if white can be read on it', () => {
    expect(usable('#1d6a54')).toBe('1d6a54');
    expect(usable('#a00')).toBe('aa0000');
    expect(usable('#ffcc00')).toBeNull();
    expect([usable('red'), usable('#12'), usable(null), usable('url(x)')]).toEqual([null, null, null, null]);
    expect(whiteOn('767676')).toBeCloseTo(4.54, 1);
  });
  it.runIf(house)('are those of the house', () => {
    const css = house as string;
    for (const [ours, theirs] of [
      [light, block(css, /:root/)],
      [dark, block(css, /\[data-theme=.dark.\]/)],
    ] as const) {
      for (const [name, value] of ours) {
        const other = theirs.get(name);
        if (other && value.startsWith('#')) expect(value, name).toBe(other);
      }
    }
  });
});
