// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { after, createDeskRouter } from '../src/router';

describe('after signing in', () => {
  const router = createDeskRouter();
  it('goes to the page that was asked for, with what it was asked', () => {
    for (const to of ['/desk?thread=1', '/wall', '/settings/words', '/orders/7', '/dock', '/scan#x', '/notices?of=2'])
      expect(after(router, to)).toBe(to);
  });
  it('goes to the desk instead of a door, a page that is none, or another site', () => {
    for (const to of [
      '/',
      '/in#token',
      '/nowhere',
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '',
      null,
      ['/wall'],
    ])
      expect(after(router, to)).toBe('/desk');
  });
});
