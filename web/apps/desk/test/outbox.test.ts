import { beforeEach, describe, expect, it } from 'vitest';
import { outboxOf } from '../src/realtime/outbox';
import { draftOf, keepDraft, anyDraft } from '../src/features/conversation/drafts';
import type { Outgoing } from '../src/realtime/state';

const message = (client_id: string, more: Partial<Outgoing> = {}): Outgoing => ({
  client_id,
  thread: 't',
  kind: 'text',
  text: client_id,
  file: null,
  about: null,
  quote: null,
  card: null,
  at: 1,
  state: 'waiting',
  seq: null,
  problem: null,
  ...more,
});
beforeEach(() => localStorage.clear());

describe('the outbox on disk', () => {
  it('survives a reload, in the order written, and sends again what was on its way', () => {
    const store = outboxOf('me');
    store.save(
      [],
      [
        message('2', { state: 'sent' }),
        message('1'),
        message('3', { state: 'failed', problem: { code: 'x', detail: '' } }),
      ],
    );
    expect(outboxOf('me').load()).toMatchObject([
      { client_id: '1', state: 'waiting' },
      { client_id: '2', state: 'waiting' },
      { client_id: '3', state: 'failed', problem: { code: 'x' } },
    ]);
  });

  it('forgets what was acknowledged and what was discarded', () => {
    const store = outboxOf('me');
    const [a, b] = [message('1'), message('2')];
    store.save([], [a, b]);
    store.save([a, b], [{ ...a, state: 'acked', seq: 7 }]);
    expect(store.load()).toEqual([]);
  });

  it('gives nobody the messages of another person', () => {
    outboxOf('me').save([], [message('1')]);
    expect(outboxOf('you').load()).toEqual([]);
  });

  it('two tabs keep each other’s messages', () => {
    outboxOf('me').save([], [message('1')]);
    outboxOf('me').save([], [message('2')]);
    expect(
      outboxOf('me')
        .load()
        .map((m) => m.client_id),
    ).toEqual(['1', '2']);
  });

  it('passes over what is not a message', () => {
    localStorage.setItem('yk.out.me.x', '{"client_id":1}');
    localStorage.setItem('yk.out.me.y', 'nonsense');
    expect(outboxOf('me').load()).toEqual([]);
  });
});

describe('drafts', () => {
  it('are kept for each conversation and person, and go when empty', () => {
    keepDraft('me', 't', 'half a sen');
    expect(draftOf('me', 't')).toBe('half a sen');
    expect(draftOf('me', 'u')).toBe('');
    expect(draftOf('you', 't')).toBe('');
    expect(anyDraft('me')).toBe(true);
    keepDraft('me', 't', '');
    expect(anyDraft('me')).toBe(false);
  });
});
