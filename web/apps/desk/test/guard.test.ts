import { describe, expect, it } from 'vitest';
import { pieces, reasonOf, returned, taken, verdictOf, type Finding } from '../src/features/guard/reading';
import { guardEn } from '../src/text/guard.en';
import { guardZh } from '../src/text/guard.zh-CN';

function found(from: number, to: number, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'R-SPEECH-08',
    severity: 'warn',
    from,
    to,
    code: 'wear_guarantee',
    reason: 'why',
    better: null,
    take_from: from,
    take_to: to,
    ...more,
  };
}

describe('the marks in the draft', () => {
  it('are cut by characters, not by halves of them', () => {
    expect(pieces('👍肯定好', [found(1, 3)])).toEqual([
      { text: '👍', severity: null },
      { text: '肯定', severity: 'warn' },
      { text: '好', severity: null },
    ]);
  });
  it('show the gravest of what lies over the same words', () => {
    const both = [found(0, 4, { severity: 'hint' }), found(1, 2, { severity: 'block' })];
    expect(pieces('甲乙丙丁', both).map((p) => [p.text, p.severity])).toEqual([
      ['甲', 'hint'],
      ['乙', 'block'],
      ['丙丁', 'hint'],
    ]);
  });
  it('end with the draft, and say nothing of an empty one', () => {
    expect(pieces('甲乙', [found(1, 9)]).at(-1)).toEqual({ text: '乙', severity: 'warn' });
    expect(pieces('', [found(0, 2)])).toEqual([]);
  });
});

describe('the better wording', () => {
  it('takes the place of what it is for', () => {
    expect(taken('👍亲，肯定不起球', found(3, 5, { better: '不易起球', take_from: 3, take_to: 8 }))).toBe(
      '👍亲，不易起球',
    );
  });
  it('changes nothing where none is known', () => {
    expect(taken('肯定', found(0, 2))).toBe('肯定');
  });
});

describe('the reason', () => {
  it('is told in the language of the page, with what it names', () => {
    const stock = { code: 'stock_differs', args: { stock: '12', said: '3' }, reason: 'why' };
    expect(reasonOf(stock, guardEn.reasons)).toBe('12 are in stock, this says 3');
    expect(reasonOf(stock, guardZh.reasons)).toBe('库存是12件，这里说的是3件');
  });
  it("of a code that the page does not know is the server's", () => {
    expect(reasonOf(found(0, 1, { code: 'of_tomorrow' }), guardZh.reasons)).toBe('why');
  });
  it('has the same codes and names in both languages', () => {
    const names = (words: string | undefined) => [...(words ?? '').matchAll(/\{\w+\}/gu)].map((m) => m[0]).sort();
    expect(Object.keys(guardEn.reasons)).toEqual(Object.keys(guardZh.reasons));
    for (const code of Object.keys(guardZh.reasons))
      expect(names(guardEn.reasons[code]), code).toEqual(names(guardZh.reasons[code]));
  });
});

describe('what comes back', () => {
  it('is what the guard refused, and nothing else that failed', () => {
    const failed = (code: string) => ({ state: 'failed' as const, problem: { code, detail: '' } });
    expect([failed('guard_blocked'), failed('guard_warned')].every(returned)).toBe(true);
    expect(returned(failed('text_too_long'))).toBe(false);
    expect(returned({ ...failed('guard_warned'), state: 'waiting' })).toBe(false);
  });
  it('is as grave as its gravest finding', () => {
    expect(verdictOf([found(0, 1, { severity: 'hint' }), found(1, 2, { severity: 'block' })])).toBe('block');
    expect(verdictOf([found(0, 1)])).toBe('warn');
    expect(verdictOf([])).toBe('clean');
  });
});
