import { describe, expect, it } from 'vitest';
import { token, type Theme } from '../src/tokens';

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
  const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

const GROUNDS = ['paper', 'surface', 'surface-2', 'surface-3'];
const HUES = ['amber', 'orange', 'red', 'crimson', 'indigo', 'violet'];

/** Words and what they stand on. */
const WORDS: [string, string][] = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) => GROUNDS.map((ground): [string, string] => [ink, ground])),
  ...['ink', 'ink-2'].flatMap((ink) =>
    ['surface-4', 'pine-tint', 'pine-tint-2'].map((g): [string, string] => [ink, g]),
  ),
  ...HUES.flatMap((hue): [string, string][] => [
    [`${hue}-text`, `${hue}-tint`],
    [`${hue}-text`, 'surface'],
    [`${hue}-text`, 'surface-2'],
    ['ink', `${hue}-tint`],
    ['ink-2', `${hue}-tint`],
  ]),
  ...['surface', 'surface-2', 'surface-3', 'pine-tint', 'pine-tint-2'].map((g): [string, string] => ['pine-text', g]),
  ...['calm', 'warm', 'late', 'alarm', 'over'].flatMap((s) =>
    ['surface', 'surface-2', 'surface-3'].map((g): [string, string] => [`wait-${s}-text`, g]),
  ),
  ...['pine', 'pine-hover', 'pine-press'].map((g): [string, string] => ['on-fill', g]),
  ['on-fill', 'wait-over'],
  ['rail-ink', 'rail'],
  ['rail-on', 'rail'],
];

/** Shapes that mean something by themselves. */
const SHAPES: [string, string][] = [
  ...['calm', 'warm', 'late', 'alarm', 'over'].map((s): [string, string] => [`wait-${s}`, 'surface-2']),
  ...[0, 1, 2, 3, 4, 5].map((n): [string, string] => [`flag-${n}`, 'surface']),
  ['focus', 'surface'],
  ['focus', 'surface-2'],
  ['focus', 'paper'],
];

describe.each<Theme>(['light', 'dark'])('%s', (theme) => {
  it.each(WORDS)('%s on %s carries words', (ink, ground) => {
    expect(contrast(token(theme, ink), token(theme, ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(SHAPES)('%s on %s is seen', (shape, ground) => {
    expect(contrast(token(theme, shape), token(theme, ground))).toBeGreaterThanOrEqual(3);
  });
});

it('knows black on white', () => expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5));
it('refuses a name that is not there', () => expect(() => token('light', 'pink')).toThrow('--pink'));
