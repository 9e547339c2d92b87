import { mount } from './mount';
import { describe, expect, it } from 'vitest';
import Ring from '../src/Ring.vue';
import { arc, stage } from '../src/ring';

const POLICY = [10, 30, 100, 120];

describe('stage', () => {
  it.each([
    [null, 'none'],
    [0, 'calm'],
    [9, 'calm'],
    [10, 'warm'],
    [29, 'warm'],
    [30, 'late_'],
    [99, 'late_'],
    [100, 'alarm'],
    [120, 'alarm'],
    [121, 'over'],
    [9000, 'over'],
  ])('%s s is %s', (s, name) => expect(stage(s, POLICY)).toBe(name));
  it('follows the policy it is given', () => expect(stage(6, [5, 10, 15, 20])).toBe('warm'));
});

describe('arc', () => {
  it('is a full circle at the last threshold and never empty', () => {
    expect(arc(60, POLICY)).toBe(50);
    expect(arc(0, POLICY)).toBe(2);
    expect(arc(500, POLICY)).toBe(100);
  });
});

describe('Ring', () => {
  it('says who waits and how long', () => {
    const host = mount(Ring, { seconds: 48, thresholds: POLICY, name: 'Wu', label: 'Wu, waiting 48 s' });
    const ring = host.querySelector('.ring')!;
    expect(ring.getAttribute('aria-label')).toBe('Wu, waiting 48 s');
    expect(ring.classList.contains('late_')).toBe(true);
    expect(ring.querySelector('.arc')!.getAttribute('stroke-dasharray')).toBe('40.0 100');
    expect(ring.querySelector('b')!.textContent).toBe('W');
  });
});
