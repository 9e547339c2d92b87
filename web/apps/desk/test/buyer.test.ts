import { describe, expect, it } from 'vitest';
import { earlier, meanOf, offer, tagOf, type Talk } from '../src/features/buyer/record';
import { daysOf, moneyOf, stateOf, titleOf, toneOf, type Order } from '../src/features/order/order';
import { buyerZh } from '../src/text/buyer.zh-CN';

const order = (change: Partial<Order>): Order => ({
  order: 'o',
  shop: 'main',
  number: 'N1',
  platform: 'taobao',
  state: null,
  state_text: '',
  created_at: '2026-10-03T02:00:00Z',
  paid_at: null,
  gross_fen: 0,
  refund_fen: 0,
  net_fen: 0,
  total_fen: null,
  buyer_name: null,
  buyer: null,
  thread: null,
  receiver: null,
  phone: null,
  address: null,
  parcel: null,
  message: null,
  note: null,
  closed_reason: null,
  quantity: 0,
  items: [],
  steps: [],
  ...change,
});

describe('an order', () => {
  const t = buyerZh.order;
  it.each([
    [order({ state: 'shipped', state_text: 'anything' }), t.states.shipped, 'indigo'],
    [order({ state: null, state_text: 'TRADE_X' }), 'TRADE_X', 'amber'],
    [order({ state: null, paid_at: '2026-10-03T02:00:00Z' }), t.states.paid, 'pine'],
    [order({}), t.states.unpaid, 'amber'],
    [order({ state: 'closed' }), t.states.closed, 'line'],
    [order({ state: 'finished' }), t.states.finished, ''],
    [order({ state: 'unheard_of', state_text: 'X' }), 'X', 'amber'],
  ])('is called by its state, else by its payment (%#)', (o, word, tone) => {
    expect(stateOf(o, t)).toBe(word);
    expect(toneOf(o)).toBe(tone);
  });

  it('is worth what was paid, before that what it costs', () => {
    expect(moneyOf(order({ gross_fen: 500, total_fen: 900, paid_at: 'x' }))).toBe(500);
    expect(moneyOf(order({ gross_fen: 0, total_fen: 900 }))).toBe(900);
    expect(moneyOf(order({ gross_fen: 0, total_fen: 900, paid_at: 'x' }))).toBe(0);
    expect(moneyOf(order({}))).toBe(0);
  });

  it('has the title of its first line, else its number', () => {
    expect(titleOf(order({}))).toBe('N1');
    const items = ['A', 'B'].map((title) => ({
      code: '',
      title,
      sku: '',
      quantity: 1,
      price_fen: null,
      product: null,
      picture: null,
    }));
    expect(titleOf(order({ items }))).toBe('A');
  });

  it('is asked for by days that end today', () => {
    expect(daysOf('30', '2026-03-01')).toEqual({ from: '2026-01-31' });
    expect(daysOf('365', '2024-12-31')).toEqual({ from: '2024-01-02' });
    expect(daysOf('all', '2026-03-01')).toEqual({});
    expect(daysOf('own', '2026-03-01')).toEqual({});
  });
});

describe('the buyer', () => {
  it('has a mean order only with a paid one', () => {
    expect(meanOf({ count: 3, paid_count: 2, paid_fen: 301, last_at: null })).toBe(151);
    expect(meanOf({ count: 3, paid_count: 0, paid_fen: 0, last_at: null })).toBeNull();
  });

  it('lists conversations before the open one', () => {
    const talk = (conversation: string, thread: string, closed_at: string | null): Talk => ({
      conversation,
      thread,
      seq: 1,
      opened_at: 'x',
      closed_at,
      agents: [],
      text: '',
      messages: 1,
      rating: null,
    });
    const all = [talk('3', 't', null), talk('2', 't', 'x'), talk('1', 'guest', 'x')];
    expect(earlier(all, 't', true).map((e) => e.conversation)).toEqual(['2', '1']);
    expect(earlier(all, 't', false).map((e) => e.conversation)).toEqual(['3', '2', '1']);
    expect(earlier(all, 'guest', true).map((e) => e.conversation)).toEqual(['3', '2', '1']);
  });
});

describe('tags', () => {
  const used = [
    { tag: 'returning', count: 9 },
    { tag: 'urgent', count: 5 },
    { tag: 'turquoise', count: 7 },
    { tag: 'New flat', count: 1 },
  ];
  it('are offered by beginning, then by use, without those that are there', () => {
    expect(offer('', used, []).map((u) => u.tag)).toEqual(['returning', 'turquoise', 'urgent', 'New flat']);
    expect(offer('u', used, []).map((u) => u.tag)).toEqual(['urgent', 'returning', 'turquoise']);
    expect(offer(' NEW ', used, []).map((u) => u.tag)).toEqual(['New flat']);
    expect(offer('u', used, ['urgent']).map((u) => u.tag)).toEqual(['returning', 'turquoise']);
    expect(offer('', used, [], 2)).toHaveLength(2);
  });
  it('are made of what was typed, whole characters and no more than the house takes', () => {
    expect(tagOf('  a b ')).toBe('a b');
    expect(tagOf(' ')).toBe('');
    expect([...tagOf('\u{1F33F}'.repeat(30))]).toHaveLength(20);
  });
});
