import { describe, expect, it } from 'vitest';
import { asRefused, createApi, must, Refused } from '../src/index';

function answering(status: number, body: unknown): typeof fetch {
  return () => Promise.resolve(new Response(body === null ? null : JSON.stringify(body), { status }));
}
// Outside a browser there is no origin that a path could be relative to.
globalThis.Request = class extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === 'string' && input.startsWith('/') ? `http://desk.test${input}` : input, init);
  }
};

describe('must', () => {
  it('gives the data', async () => {
    const api = createApi(answering(200, []));
    await expect(must(api.GET('/api/v1/presence/people'))).resolves.toEqual([]);
  });

  it('throws the refusal with code, status and sentence', async () => {
    const body = {
      type: 'urn:yingke:problem:held_by_other',
      code: 'held_by_other',
      status: 409,
      detail: 'Gu Yu took it',
    };
    const api = createApi(answering(409, body));
    const call = must(api.POST('/api/v1/conversation/threads/{thread}/take', { params: { path: { thread: 't' } } }));
    await expect(call).rejects.toMatchObject({ code: 'held_by_other', status: 409, detail: 'Gu Yu took it' });
  });

  it('says offline when nothing answered', async () => {
    const api = createApi(() => Promise.reject(new TypeError('fetch failed')));
    await expect(must(api.GET('/api/v1/access/me'))).rejects.toMatchObject({ code: 'offline', status: 0 });
  });

  it('takes an answer without a problem for an unknown refusal', () => {
    expect(asRefused('<html>', 502)).toMatchObject({ code: 'unknown', status: 502 });
    const same = new Refused('a', 1, 'b');
    expect(asRefused(same)).toBe(same);
  });
});
