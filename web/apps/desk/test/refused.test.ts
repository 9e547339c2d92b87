import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inChinese } from '../src/text/refused';
import { refusedEn } from '../src/text/refused.en';

const CRATES = join(import.meta.dirname, '../../../../crates');
const SOURCES = [
  'domain/src/phrase.rs',
  'domain/src/guard/lexicon.rs',
  'sheets/src/rows.rs',
  'sheets/src/table.rs',
  'sheets/src/words.rs',
  'sheets/src/phrases.rs',
  'app/src/guard/words.rs',
  'app/src/intake/phrases.rs',
  'app/src/intake/words.rs',
  'app/src/phrase/sheet.rs',
];

describe('why a line was not taken', () => {
  it('is said in Chinese, with what the server filled in', () => {
    expect(inChinese('has 600 characters, at most 500 are kept: make it shorter')).toBe(
      '有600个字，最多500个：请写短一些',
    );
    expect(inChinese('is no stage: leave it empty or write 欢迎, 对话')).toBe('没有这个进度：空着，或写欢迎, 对话');
    expect(inChinese('{款号} is no variable; there are {店铺} {客服}')).toBe('没有{款号}这个变量；可以用{店铺} {客服}');
    expect(inChinese('something new')).toBe('something new');
  });

  it('knows the very sentences that the server says', () => {
    const said = SOURCES.map((path) => readFileSync(join(CRATES, path), 'utf8')).join('\n');
    const escaped = (part: string): string => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    for (const english of Object.values(refusedEn)) {
      const parts = english.split('{}').map(escaped);
      expect(new RegExp(parts.join('[^"]+?'), 'u').test(said), english).toBe(true);
    }
  });
});
