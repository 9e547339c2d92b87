/**
 * The socket's life: opens, watches the server's ping, comes back after a loss with a jittered pause. What the frames mean is no
 * business of this file.
 */
import { parseFrame, type ClientFrame, type ServerFrame } from './frames';

/** Pause before the n-th try (from 0), ms: doubles up to 15 s; half of it is chance, so that a restart is not answered by a storm. */
export function backoff(attempt: number, chance: number): number {
  const most = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(most / 2 + (most / 2) * chance);
}

/** The part of a WebSocket that is used; tests give their own. */
export interface Wire {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketHooks {
  /** Every frame in its order. */
  frame(frame: ServerFrame): void;
  /** The wire is there; `welcome` follows. */
  open(): void;
  /** The wire is gone. `retryAt` is when the next try begins (local ms), null when none will. */
  lost(retryAt: number | null): void;
}

export interface SocketOptions {
  connect: () => Wire;
  now?: () => number;
  chance?: () => number;
  /** No frame for so long: the wire is taken for dead, ms. The server pings every 15 s. */
  silence?: number;
}

/** A socket that comes back. */
export class Socket {
  #wire: Wire | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #watch: ReturnType<typeof setTimeout> | null = null;
  #stopped = true;
  readonly #now: () => number;
  readonly #chance: () => number;
  readonly #silence: number;

  constructor(
    private readonly options: SocketOptions,
    private readonly hooks: SocketHooks,
  ) {
    this.#now = options.now ?? Date.now;
    this.#chance = options.chance ?? Math.random;
    this.#silence = options.silence ?? 40_000;
  }

  /** Begins; again when stopped. */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#attempt = 0;
    this.#open();
  }

  /** Ends for good: no further try. */
  stop(): void {
    this.#stopped = true;
    this.#clear();
    const wire = this.#wire;
    this.#wire = null;
    if (wire) {
      this.#mute(wire);
      wire.close();
    }
  }

  /** Tries at once instead of waiting (network came back, user asked). */
  retry(): void {
    if (this.#stopped || this.#wire) return;
    this.#clear();
    this.#open();
  }

  /** The network is gone: what a silent wire would show only after its whole silence. */
  cut(): void {
    const wire = this.#wire;
    if (!wire) return;
    this.#gone(wire);
    wire.close();
  }

  /** Sends when open; false when there is no wire. */
  send(frame: ClientFrame): boolean {
    if (!this.#wire) return false;
    try {
      this.#wire.send(JSON.stringify(frame));
      return true;
    } catch {
      return false;
    }
  }

  /** The connection does its work: the next loss starts again with the shortest pause. */
  settled(): void {
    this.#attempt = 0;
  }

  #open(): void {
    const wire = this.options.connect();
    this.#wire = null;
    const pending = wire;
    wire.onopen = () => {
      this.#wire = pending;
      this.#alive();
      this.hooks.open();
    };
    wire.onmessage = (event) => {
      this.#alive();
      if (typeof event.data !== 'string') return;
      const frame = parseFrame(event.data);
      if (frame) this.hooks.frame(frame);
    };
    wire.onerror = () => undefined;
    wire.onclose = () => this.#gone(pending);
    this.#watching(pending);
  }

  #mute(wire: Wire): void {
    wire.onopen = wire.onmessage = wire.onerror = wire.onclose = null;
  }

  #alive(): void {
    if (this.#wire) this.#watching(this.#wire);
  }

  #watching(wire: Wire): void {
    if (this.#watch) clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      wire.close();
      this.#gone(wire);
    }, this.#silence);
  }

  #gone(wire: Wire): void {
    this.#mute(wire);
    this.#clear();
    this.#wire = null;
    if (this.#stopped) {
      this.hooks.lost(null);
      return;
    }
    const pause = backoff(this.#attempt, this.#chance());
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#open(), pause);
    this.hooks.lost(this.#now() + pause);
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#watch) clearTimeout(this.#watch);
    this.#timer = this.#watch = null;
  }
}
