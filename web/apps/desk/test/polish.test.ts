import { afterEach, describe, expect, it } from 'vitest';
import type { Entry, Row } from '@yingke/api';
import { modal } from '../src/commands/keys';
import { stepsFor, STEPS } from '../src/features/conversation/fit';
import { lines } from '../src/features/conversation/lines';
import { inSight } from '../src/features/conversation/order';
import { platformState, wordOf } from '../src/features/order/order';
import { shownOf } from '../src/features/policy/policy';
import { sectionOf } from '../src/features/settings/sections';
import { guardDrop } from '../src/layout/drops';
import { buyerZh } from '../src/text/buyer.zh-CN';

afterEach(() => (document.body.innerHTML = ''));

describe('a dialog', () => {
  it('counts while it is open, and no more once it leaves', () => {
    document.body.innerHTML = '<div><section aria-modal="true"></section></div>';
    expect(modal()).toBe(true);
    document.querySelector('section')!.className = 'fade-in-scale-up-transition-leave-active';
    expect(modal()).toBe(false);
  });
});

describe('a drop beside its place', () => {
  const drop = (types: string[], target: Element): DragEvent => {
    const e = new Event('drop', { bubbles: true, cancelable: true }) as DragEvent;
    Object.defineProperty(e, 'dataTransfer', { value: { types, dropEffect: 'copy' } });
    addEventListener('drop', guardDrop, { once: true });
    target.dispatchEvent(e);
    return e;
  };
  it('never leads the page away; words may fall into a box', () => {
    document.body.innerHTML = '<main></main><textarea></textarea>';
    const [page, box] = [document.querySelector('main')!, document.querySelector('textarea')!];
    expect(drop(['Files'], page).defaultPrevented).toBe(true);
    expect(drop(['Files'], box).defaultPrevented).toBe(true);
    expect(drop(['text/uri-list'], page).defaultPrevented).toBe(true);
    expect(drop(['text/plain'], box).defaultPrevented).toBe(false);
  });
});

describe('a message taken back', () => {
  it('is told once, where it stood', () => {
    const entry = (seq: number, more: Partial<Entry>): Entry =>
      ({ seq, kind: 'text', from: 'agent', name: '小禾', text: '', at: `2026-03-01T08:0${seq}:00Z`, ...more }) as Entry;
    const found = lines(
      {
        entries: [entry(1, { recalled: true }), entry(2, { text: '在的' }), entry(3, { kind: 'recall', refers: 1 })],
        buyerRead: 0,
      },
      [],
      null,
      { zone: 'UTC' },
    );
    expect(found.map((l) => l.kind)).toEqual(['day', 'event', 'message']);
    expect(found[1]).toMatchObject({ key: 'e1', entry: { kind: 'recall', seq: 1, at: '2026-03-01T08:03:00Z' } });
  });
});

describe('how many wait', () => {
  const row = (thread: string, holder: string | null, owed: boolean): Row =>
    ({
      thread,
      live: {
        state: holder ? 'held' : 'queued',
        holder,
        owed_since: owed ? '2026-03-01T08:00:00Z' : null,
        queued_since: holder ? null : '2026-03-01T08:00:00Z',
      },
    }) as unknown as Row;
  const rows = [row('a', 'me', true), row('b', 'other', true), row('c', null, false), row('d', 'other', false)];
  it('counts the own and the queue, and for who overlooks the shop everybody', () => {
    expect(inSight(rows, 'me', false).map((r) => r.thread)).toEqual(['a', 'c']);
    expect(inSight(rows, 'me', true).map((r) => r.thread)).toEqual(['a', 'b', 'c']);
  });
});

describe('the state of an order', () => {
  it('is one word, however the platform writes it', () => {
    expect(platformState('买家已付款, 等待卖家发货')).toBe('awaiting_shipment');
    expect(wordOf('买家已付款,等待卖家发货', buyerZh.order)).toBe('待发货');
    expect(wordOf('WAIT_BUYER_PAY', buyerZh.order)).toBe('待付款');
    expect(wordOf('定制中', buyerZh.order)).toBe('定制中');
  });
});

describe('a row without room', () => {
  it('gives up no more than it must, and all when nothing helps', () => {
    expect(stepsFor(() => false)).toBe(0);
    expect(stepsFor((given) => given < 3)).toBe(3);
    expect(stepsFor(() => true)).toBe(STEPS);
  });
});

describe('settings', () => {
  it('marks the page on which a field is changed', () => {
    expect(sectionOf('hours')).toBe('hours');
    expect(sectionOf('zone')).toBe('shop');
    expect(sectionOf('sites')).toBe('channels');
    expect(sectionOf('offers')).toBe('texts');
  });
  it('a share of nothing is no figure', () => {
    expect(shownOf({ three_minute_rate: 0, turn_times: 0 }, 'three_minute_rate')).toBe(null);
    expect(shownOf({ three_minute_rate: 0, turn_times: 4 }, 'three_minute_rate')).toBe(0);
    expect(shownOf({ slow_answer_num: 0, turn_times: 0 }, 'slow_answer_num')).toBe(0);
  });
});
