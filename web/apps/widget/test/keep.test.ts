import { describe, expect, it } from 'vitest';
import { Outbox } from '../src/outbox';
import type { Pending } from '../src/reducer';
import { Store, type Box } from '../src/store';
import { uuid7 } from '../src/uuid';

function box(full = false): Box & { map: Map<string, string> } {
  const map = new Map<string, string>();
  return {
    map,
    get length() {
      return map.size;
    },
    key: (i) => [...map.keys()][i] ?? null,
    getItem: (k) => map.get(k) ?? null,
    setItem: (k, v) => {
      if (full) throw new Error('QuotaExceededError');
      map.set(k, v);
    },
    removeItem: (k) => void map.delete(k),
  };
}
const item = (part: Partial<Pending> = {}): Pending => ({
  client_id: uuid7(),
  kind: 'text',
  text: 'x',
  at: 1,
  status: 'sent',
  ...part,
});

describe('outbox', () => {
  it('comes back after a crash, in the order of writing, ready to be sent', () => {
    const b = box();
    const list = [
      item({ text: '1' }),
      item({ text: '2' }),
      item({ text: '3', kind: 'image' }),
      item({ text: '4', kind: 'image', file: 'f' }),
      item({ text: '5', status: 'failed', problem: 'text_too_long' }),
    ];
    for (const i of [...list].reverse()) new Outbox(new Store('main', b)).keep(i);
    const back = new Outbox(new Store('main', b)).load();
    expect(back.map((p) => [p.text, p.status])).toEqual([
      ['1', 'ready'],
      ['2', 'ready'],
      ['3', 'raw'],
      ['4', 'ready'],
      ['5', 'failed'],
    ]);
    expect(back.map((p) => p.client_id)).toEqual(list.map((p) => p.client_id));
  });
  it('two windows do not overwrite each other', () => {
    const b = box();
    const [one, two] = [new Outbox(new Store('main', b)), new Outbox(new Store('main', b))];
    const [x, y] = [item(), item()];
    one.keep(x);
    two.keep(y);
    one.forget(x.client_id);
    expect(new Outbox(new Store('main', b)).load().map((p) => p.client_id)).toEqual([y.client_id]);
  });
  it('shops are apart, rubbish is swept out', () => {
    const b = box();
    new Outbox(new Store('main', b)).keep(item());
    b.map.set('yk:other:out:zzz', '{"half":');
    expect(new Outbox(new Store('other', b)).load()).toEqual([]);
    expect(b.map.has('yk:other:out:zzz')).toBe(false);
    expect(new Outbox(new Store('main', b)).load()).toHaveLength(1);
  });
  it.each([
    ['forbidden', null],
    ['full', box(true)],
  ])('storage %s: lasts as long as the page', (_, b) => {
    const store = new Store('main', b);
    const out = new Outbox(store);
    const x = item();
    out.keep(x);
    store.set('draft', 'words');
    expect(store.get('draft')).toBe('words');
    expect(out.load()).toHaveLength(1);
    out.forget(x.client_id);
    expect(out.load()).toEqual([]);
  });
});

describe('uuid7', () => {
  it('has version and variant and the time', () => {
    const id = uuid7(Date.UTC(2100, 0, 1));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2100, 0, 1));
  });
  it('grows within a millisecond and when the clock goes back', () => {
    const ids = [uuid7(5), uuid7(5), uuid7(3), uuid7(9)];
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
  });
});
