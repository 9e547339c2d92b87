import { describe, expect, it } from 'vitest';
import type { WhyGiven } from '@yingke/api';
import { nameOf, whyOf } from '../src/features/routing/lines';
import { bodyOf, faultOf, formOf, seatWords, type PersonSeat } from '../src/features/routing/seats';
import { routingEn } from '../src/text/routing.en';
import { routingZh } from '../src/text/routing.zh-CN';

const seat = (of: Partial<PersonSeat> = {}): PersonSeat => ({
  shop: 'main',
  line: 'pre_sales',
  weight: 100,
  capacity: null,
  skills: [],
  ...of,
});

describe('seats as they are edited', () => {
  it('come back as they went in, of one shop only', () => {
    const seats = [seat({ weight: 300, capacity: 4, skills: ['窗帘', '发票'] }), seat({ shop: 'other' })];
    const form = formOf(seats, 'main');
    expect(form).toEqual([{ line: 'pre_sales', weight: '300', capacity: '4', skills: '窗帘 发票' }]);
    expect(bodyOf(form)).toEqual([{ line: 'pre_sales', weight: 300, capacity: 4, skills: ['窗帘', '发票'] }]);
  });
  it('take words apart however they are divided, each once', () => {
    const [body] = bodyOf([{ line: 'a', weight: '100', capacity: ' ', skills: '窗帘、发票，窗帘 ' }]);
    expect(body).toEqual({ line: 'a', weight: 100, capacity: null, skills: ['窗帘', '发票'] });
  });
  it.each([
    ['0', '', 'badWeight'],
    ['1001', '', 'badWeight'],
    ['1.5', '', 'badWeight'],
    ['100', '0', 'badCapacity'],
    ['1', '', null],
    ['1000', '8', null],
  ])('weight %s, at most %s: %s', (weight, capacity, fault) =>
    expect(faultOf({ line: 'a', weight, capacity, skills: '' })).toBe(fault),
  );
  it('stand in a cell once each, with a weight that is not the usual one', () => {
    const name = (code: string): string => routingZh.lines[code] ?? code;
    const seats = [seat(), seat({ shop: 'other' }), seat({ line: 'after_sales', weight: 300 })];
    expect(seatWords(seats, name, routingZh)).toBe('售前、售后 300');
  });
});

describe('names of lines', () => {
  it('are the shop’s own, in the language of the page if there is one, else the built-in, else the code', () => {
    expect(nameOf('after_sales', { zh: '售后组', en: '' }, 'zh-CN', routingZh)).toBe('售后组');
    expect(nameOf('after_sales', { zh: '售后组', en: '' }, 'en', routingEn)).toBe('售后组');
    expect(nameOf('after_sales', undefined, 'en', routingEn)).toBe('After-sales');
    expect(nameOf('wedding', { zh: '', en: '' }, 'zh-CN', routingZh)).toBe('wedding');
  });
});

describe('why the house gave it to somebody', () => {
  const why = (of: Partial<WhyGiven>): string =>
    whyOf(
      { reason: 'load', weight: 100, load: 1, capacity: 8, ...of },
      routingZh,
      (code) => routingZh.lines[code] ?? code,
    );
  it('is a sentence of its own for every reason', () => {
    const said = ['last_agent', 'skill', 'grade', 'load', 'weight', 'unanswered'].map((reason) =>
      why({ reason, skill: '窗帘' }),
    );
    expect(new Set(said).size).toBe(6);
    expect(why({})).toBe('手上最少，当时1/8');
    expect(why({ reason: 'skill', skill: '窗帘' })).toBe('买家问到窗帘');
  });
  it('tells the line that was empty, and that somebody is to look along', () => {
    expect(why({ instead_of: 'rescue', pair: true })).toBe(
      '中差评没有人在线，手上最少，大单，请一位中级以上的同事一起看，当时1/8',
    );
  });
});
