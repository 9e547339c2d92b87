import { describe, expect, it } from 'vitest';
import type { PairRow, Row } from '@yingke/api';
import { asked, paired, pairWords } from '../src/features/routing/pairs';
import { routingZh } from '../src/text/routing.zh-CN';

const who = (name: string): { person: string; name: string } => ({ person: name, name });
const pair = (thread: string, more: Partial<PairRow> = {}): PairRow => ({
  thread,
  shop: 'main',
  buyer_name: '买家',
  junior: who('小新'),
  partner: who('小兰'),
  at: '2026-10-05T02:00:00Z',
  seen: false,
  ...more,
});

describe('who looks along (R-DESK-18)', () => {
  it('takes the place of what was known, oldest first, and leaves when it is over', () => {
    const one = pair('a', { at: '2026-10-05T02:00:05Z' });
    const two = pair('b');
    const both = paired(paired([], one, true), two, true);
    expect(both.map((p) => p.thread)).toEqual(['b', 'a']);
    const seen = paired(both, { ...two, seen: true }, true);
    expect(asked(seen, '小兰').map((p) => p.thread)).toEqual(['a']);
    expect(asked(seen, '小花')).toEqual([]);
    expect(paired(seen, one, false).map((p) => p.thread)).toEqual(['b']);
  });
  it('says with whom, to each as it is theirs', () => {
    const row = { live: { holder_name: '小新' } } as Row;
    expect(pairWords(row, '小新', routingZh)).toBe('没有人一起看');
    const asked = { ...row, mate: who('小兰') };
    expect(pairWords(asked, '小新', routingZh)).toBe('和小兰一起看');
    expect(pairWords(asked, '小兰', routingZh)).toBe('和小新一起看');
  });
});
