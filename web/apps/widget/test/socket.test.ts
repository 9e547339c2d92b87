import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerFrame } from '../src/frames';
import { Line, pause } from '../src/socket';

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  said: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(data: string): void {
    this.said.push(JSON.parse(data));
  }
  close(): void {
    this.readyState = 3;
  }
  up(): void {
    this.readyState = 1;
    this.onopen?.();
    this.hear({ t: 'welcome', now: '', connection: 'c', thread: 't', version: '1' });
  }
  hear(f: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(f) });
  }
  die(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}
const sockets = FakeSocket.all;
const last = (): FakeSocket => sockets[sockets.length - 1] as FakeSocket;

function line(): { line: Line; asked: boolean[]; down: number[]; heard: string[]; refuse: { on: boolean } } {
  const asked: boolean[] = [];
  const down: number[] = [];
  const heard: string[] = [];
  const refuse = { on: false };
  const it = new Line({
    ready: async (fresh) => {
      asked.push(fresh);
      if (refuse.on) throw new Error('no');
      return { url: 'ws://x/ws', token: 'secret' };
    },
    frame: (f) => heard.push(f.t),
    down: (next) => down.push(next - Date.now()),
  });
  return { line: it, asked, down, heard, refuse };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  sockets.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('line', () => {
  it('says who it is first, then carries frames', async () => {
    const { line: l, heard } = line();
    expect(l.say({ t: 'pong' })).toBe(false);
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    last().up();
    expect(last().said[0]).toEqual({ t: 'hello', token: 'secret' });
    expect(heard).toEqual(['welcome']);
    expect(l.say({ t: 'pong' })).toBe(true);
    last().onmessage?.({ data: 'no json' });
    expect(heard).toEqual(['welcome']);
  });
  it('opens again by itself, and only once when woken twice', async () => {
    const { line: l, down } = line();
    l.wake();
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    last().up();
    last().die();
    expect(down).toEqual([375]);
    await vi.advanceTimersByTimeAsync(375);
    expect(sockets).toHaveLength(2);
    last().up();
    last().die();
    expect(down).toEqual([375, 375]);
  });
  it('waits longer each time nobody answers, asks for a new greeting after two', async () => {
    const { line: l, down, asked } = line();
    l.wake();
    for (let i = 0; i < 4; i++) {
      await vi.advanceTimersByTimeAsync(0);
      last().die();
      await vi.advanceTimersByTimeAsync(down[i] ?? 0);
    }
    expect(down).toEqual([375, 750, 1500, 3000]);
    expect(asked).toEqual([false, false, true, true, true]);
  });
  it('a greeting that fails counts as a failed try', async () => {
    const { line: l, down, refuse } = line();
    refuse.on = true;
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(down).toEqual([375]);
    refuse.on = false;
    await vi.advanceTimersByTimeAsync(375);
    expect(sockets).toHaveLength(1);
  });
  it('gives up a line that is silent for too long, keeps one that pings', async () => {
    const { line: l } = line();
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    last().up();
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(15_000);
      last().hear({ t: 'ping', now: '', last: {} });
    }
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(41_000);
    expect(sockets).toHaveLength(2);
  });
  it('a server that takes the line and says nothing is not there', async () => {
    const { line: l, down } = line();
    l.wake();
    await vi.advanceTimersByTimeAsync(10_001);
    expect(down).toHaveLength(1);
  });
  it('stays away when told, comes back when woken, hears no old line', async () => {
    const { line: l, heard } = line();
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    const old = last();
    old.up();
    l.halt();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    old.hear({ t: 'ping', now: '', last: {} });
    expect(heard).toEqual(['welcome']);
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
  });
  it('again: a fresh greeting at once, one line only', async () => {
    const { line: l, asked } = line();
    l.wake();
    await vi.advanceTimersByTimeAsync(0);
    last().up();
    l.again();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sockets).toHaveLength(2);
  });
});

describe('pause', () => {
  it('doubles, has an upper bound, half of it at random', () => {
    expect([0, 1, 2].map((n) => pause(n, () => 1))).toEqual([500, 1000, 2000]);
    expect(pause(99, () => 1)).toBe(15_000);
    expect(pause(99, () => 0)).toBe(7_500);
  });
});
