import { describe, expect, it } from 'vitest';
import { moment, wall } from '../src/features/call/call';
import { hasNone } from '../src/features/presence/hint';

describe('before a shift (R-DUTY-05)', () => {
  it('tells only whoever has no phrase of their own anywhere, and nobody while nothing is known', () => {
    const team = { phrases: [{ set: 'team' }] };
    const own = { phrases: [{ set: 'team' }, { set: 'own' }] };
    expect(hasNone([])).toBe(false);
    expect(hasNone([team, { phrases: [] }])).toBe(true);
    expect(hasNone([team, own])).toBe(false);
  });
});

describe('when a call was (R-CHANNEL-05)', () => {
  it('reads the wall clock of the shop and writes it back', () => {
    const at = new Date('2026-10-05T06:30:00Z');
    expect(wall(at, 'Asia/Shanghai')).toBe('2026-10-05T14:30');
    expect(moment('2026-10-05T14:30', 'Asia/Shanghai')?.toISOString()).toBe(at.toISOString());
    // The night on which the clock goes forward there.
    expect(moment('2026-03-29T12:00', 'Europe/Berlin')?.toISOString()).toBe('2026-03-29T10:00:00.000Z');
    expect(moment('', 'Asia/Shanghai')).toBeNull();
    expect(moment('soon', 'Asia/Shanghai')).toBeUndefined();
  });
});
