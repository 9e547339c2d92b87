import { describe, expect, it } from 'vitest';
import { isDraft, named, parts, together } from '../src/features/suggest/answers';

const answer = (text: string, phrase: string | null = 'p1') => ({
  code: '',
  follow: '',
  missing: [],
  phrase,
  pictures: [],
  text,
  title: '',
  unproved: [] as string[],
  why: [],
});
const offer = (code: string, text: string) => ({ code, text });

describe('what fits the moment', () => {
  it('greets first, then answers, three at most (R-DESK-07)', () => {
    const found = together(
      ['邮费'],
      [answer('包邮的', 'a'), answer('满百包邮', 'b'), answer('运费八元', 'c')],
      [offer('greeting', '您好，我是小禾'), offer('welcome.1', '欢迎')],
    );
    expect(found.answers.map((a) => a.text)).toEqual(['您好，我是小禾', '包邮的', '满百包邮']);
    expect(found.about).toEqual(['邮费']);
  });
  it('offers the texts of the stage when nothing answers (R-DESK-06)', () => {
    const found = together(['什么'], [], [offer('dialogue.1', '您请说')]);
    expect(found).toMatchObject({ about: [], answers: [{ text: '您请说', phrase: null }] });
  });
  it('puts into the draft what is not proved, and sends what is (R-SPEECH-16)', () => {
    const found = together([], [{ ...answer('有货的'), unproved: ['stock'] }, answer('包邮的', 'b')], []);
    expect(found.answers.map(isDraft)).toEqual([true, false]);
  });
  it('does not say the same twice', () => {
    const found = together([], [answer('您好'), answer('在的', 'b')], [offer('greeting', '您好')]);
    expect(found.answers.map((a) => a.text)).toEqual(['您好', '在的']);
  });
});

describe('what is missing', () => {
  it('is named in the language of the page, and the marks move along', () => {
    const text = '付款后{ship_date}发出，走{courier}';
    const at = (part: string, of = text): { from: number; to: number } => ({
      from: of.indexOf(part),
      to: of.indexOf(part) + part.length,
    });
    const run = (part: string): number[] => Object.values(at(part));
    const missing = [at('{ship_date}'), at('{courier}')];
    const found = named(
      { text, missing: missing.map((m) => ({ ...m, variable: '' })), why: [run('付款'), run('发出')] },
      false,
    );
    expect(found.text).toBe('付款后{发货日}发出，走{快递}');
    expect(found.missing).toEqual([at('{发货日}', found.text), at('{快递}', found.text)]);
    expect(found.why.map(([from, to]) => found.text.slice(from, to))).toEqual(['付款', '发出']);
    expect(named({ text, missing: [], why: [] }, true).text).toBe(text);
  });
});

describe('marks', () => {
  it('cut a text into runs, whatever is wrong with them', () => {
    expect(parts('满一百包邮', [[3, 5]])).toEqual([
      { text: '满一百', marked: false },
      { text: '包邮', marked: true },
    ]);
    const whole = [{ text: '短', marked: false }];
    expect(parts('短', [[0, 9]])).toEqual(whole);
    expect(parts('短', [])).toEqual(whole);
  });
});
