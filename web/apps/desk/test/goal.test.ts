import { describe, expect, it } from 'vitest';
import { asks, behind, boxed, goalOf, read, valued, type Standing } from '../src/features/goal/goals';
import { needs } from '../src/features/wall/team';
import { goalZh } from '../src/text/goal.zh-CN';

const standing = (figure: string, more: Partial<Standing> = {}): Standing => ({
  figure,
  person: null,
  name: null,
  goal: 30,
  now: 40,
  kept: false,
  ...more,
});

describe('R-TEAM-01: goals of the day', () => {
  it('are read from their boxes, and what is no goal is refused', () => {
    expect(read('first_reply_avg', ' 30 ')).toBe(30);
    expect(read('three_minute_rate', '95%')).toBe(0.95);
    expect(read('three_minute_rate', '101')).toBeUndefined();
    expect(read('service_num', '0')).toBeUndefined();
    expect(read('service_num', '1.5')).toBeUndefined();
    expect(read('no_reply_num', '0')).toBe(0);
    expect(read('no_reply_num', '')).toBeNull();
    expect(read('first_reply_avg', 'abc')).toBeUndefined();
    expect(boxed('three_minute_rate', 0.955)).toBe('95.5');
  });
  it('say what they ask for in the direction of their figure', () => {
    expect(asks({ figure: 'first_reply_avg', goal: 30 }, goalZh)).toBe('目标30秒以内');
    expect(asks({ figure: 'service_num', goal: 200 }, goalZh)).toBe('目标200位');
    expect(valued('first_reply_avg', 12.34, goalZh)).toBe('12.3秒');
  });
  it('of the team and of a person are told apart; only the team needs the supervisor', () => {
    const all = [
      standing('first_reply_avg'),
      standing('first_reply_avg', { person: 'p1' }),
      standing('service_num'),
      standing('no_reply_num', { kept: true }),
    ];
    expect(goalOf(all, 'first_reply_avg', 'p1')).toBe(all[1]);
    expect(goalOf(all, 'three_minute_rate', null)).toBeNull();
    expect(behind(all)).toEqual([all[0]]);
    const figures = { ring: [10, 30, 100, 120], slow: 120, tiers: [1800, 7200] };
    const list = needs([], new Map(), [], 1, figures, 0, { behind: behind(all) });
    expect(list.map((n) => n.kind)).toEqual(['goal', 'incidents']);
  });
});
