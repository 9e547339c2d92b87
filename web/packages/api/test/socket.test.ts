import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, parseFrame, Socket, uuidv7, type ServerFrame, type Wire } from '../src/index';

class FakeWire implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  sent: string[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
}

function bed(chance = 1) {
  const wires: FakeWire[] = [];
  const frames: ServerFrame[] = [];
  const losses: (number | null)[] = [];
  let opens = 0;
  const socket = new Socket(
    {
      connect: () => {
        const wire = new FakeWire();
        wires.push(wire);
        return wire;
      },
      now: () => 1_000,
      chance: () => chance,
      silence: 40_000,
    },
    { frame: (f) => frames.push(f), open: () => (opens += 1), lost: (at) => losses.push(at) },
  );
  return { socket, wires, frames, losses, opens: () => opens };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('backoff', () => {
  it.each([
    [0, 0, 250],
    [0, 1, 500],
    [1, 1, 1_000],
    [3, 0.5, 3_000],
    [5, 1, 15_000],
    [500, 1, 15_000],
  ])('try %i with chance %f waits %i ms', (attempt, chance, ms) => expect(backoff(attempt, chance)).toBe(ms));
});

describe('Socket', () => {
  it('gives frames in order and passes over what is none of ours', () => {
    const { socket, wires, frames } = bed();
    socket.start();
    wires[0]!.onopen!();
    for (const data of [
      '{"t":"ping","now":"x","last":{}}',
      'nonsense',
      '{"no":"t"}',
      7,
      '{"t":"bye","reason":"stopping"}',
    ])
      wires[0]!.onmessage!({ data });
    expect(frames.map((f) => f.t)).toEqual(['ping', 'bye']);
  });

  it('comes back with growing pauses, and with the shortest again once settled', () => {
    const { socket, wires, losses } = bed();
    socket.start();
    wires[0]!.onclose!({ code: 1006 });
    expect(losses).toEqual([1_500]);
    vi.advanceTimersByTime(499);
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(wires).toHaveLength(2);
    wires[1]!.onclose!({ code: 1006 });
    expect(losses).toEqual([1_500, 2_000]);
    vi.advanceTimersByTime(1_000);
    wires[2]!.onopen!();
    socket.settled();
    wires[2]!.onclose!({ code: 1006 });
    expect(losses.at(-1)).toBe(1_500);
  });

  it('takes a wire that is silent for dead', () => {
    const { socket, wires, losses } = bed();
    socket.start();
    wires[0]!.onopen!();
    vi.advanceTimersByTime(39_000);
    wires[0]!.onmessage!({ data: '{"t":"ping","now":"x","last":{}}' });
    vi.advanceTimersByTime(39_000);
    expect(losses).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(wires[0]!.closed).toBe(true);
    expect(losses).toHaveLength(1);
  });

  it('lets the wire go at once when the network goes, and comes back by itself', () => {
    const { socket, wires, losses } = bed();
    socket.start();
    socket.cut();
    expect(losses).toEqual([]);
    wires[0]!.onopen!();
    socket.cut();
    expect([losses, wires[0]!.closed, socket.send({ t: 'active' })]).toEqual([[1_500], true, false]);
    vi.advanceTimersByTime(500);
    wires[1]!.onopen!();
    expect(socket.send({ t: 'active' })).toBe(true);
  });

  it('hears nothing of an old wire and does not come back once stopped', () => {
    const { socket, wires, frames } = bed();
    socket.start();
    wires[0]!.onopen!();
    const old = wires[0]!;
    old.onclose!({ code: 1006 });
    expect(old.onmessage).toBeNull();
    socket.stop();
    vi.advanceTimersByTime(60_000);
    expect(wires).toHaveLength(1);
    expect(frames).toEqual([]);
  });

  it('tries at once when asked, and says when nothing could be sent', () => {
    const { socket, wires } = bed();
    socket.start();
    expect(socket.send({ t: 'pong' })).toBe(false);
    wires[0]!.onclose!({ code: 1006 });
    socket.retry();
    expect(wires).toHaveLength(2);
    wires[1]!.onopen!();
    expect(socket.send({ t: 'pong' })).toBe(true);
    expect(wires[1]!.sent).toEqual(['{"t":"pong"}']);
  });
});

describe('parseFrame', () => {
  it('needs an object with a name', () => {
    expect(parseFrame('[]')).toBeNull();
    expect(parseFrame('{"t":1}')).toBeNull();
    expect(parseFrame('{"t":"bye","reason":"stopping"}')).toEqual({ t: 'bye', reason: 'stopping' });
  });
});

describe('uuidv7', () => {
  it('has the form, sorts by time, and never repeats within a millisecond', () => {
    const ids = Array.from({ length: 5_000 }, () => uuidv7(1_800_000_000_000));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });
});
