// The connection: opened again by itself, later each time and never at the same moment as everybody else.
import type { ClientFrame, ServerFrame } from './frames';

/** Longest pause between two tries. */
const PAUSE_MAX = 15_000;
const PAUSE_FIRST = 500;
/** The server pings every 15 s; a line that is silent for longer than two of them is dead, whatever the browser thinks. */
const SILENT = 40_000;
/** A server that takes the connection but never speaks is not there. */
const GREETING = 10_000;
/** After so many refused connections beside answered requests, something between us and the server lets no socket through. */
const WALLS = 3;

/** Pause before try `n` (from 0): doubled each time, the upper half of it at random. */
export function pause(n: number, random: () => number = Math.random): number {
  const full = Math.min(PAUSE_MAX, PAUSE_FIRST * 2 ** Math.min(n, 10));
  return Math.round(full / 2 + (full / 2) * random());
}

/** What the connection needs and tells. */
export interface Hooks {
  /** Address and guest secret of the next connection; a rejection counts as a failed try. `fresh`: the last try was refused. */
  ready(fresh: boolean): Promise<{ url: string; token: string }>;
  frame(frame: ServerFrame): void;
  /**
   * The connection ended, or could not be made; the next try is at `next` (milliseconds of `Date.now`). `blocked`: the server
   * answers requests, but no connection of ours was ever welcomed.
   */
  down(next: number, blocked: boolean): void;
}

/** One connection at a time, for as long as the page lives. */
export class Line {
  #hooks: Hooks;
  #ws: WebSocket | null = null;
  #tries = 0;
  #unwelcome = 0;
  #walls = 0;
  #welcomed = false;
  #timer = 0;
  #watch = 0;
  #busy = false;
  #halted = false;
  #round = 0;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** Connect now if there is no connection, instead of at the next try. */
  wake(): void {
    this.#halted = false;
    if (!this.#ws && !this.#busy) void this.#open();
  }

  /** The network is gone: the browser knows it before the line is silent for long. */
  drop(): void {
    if (this.#ws) this.#end();
  }

  /** End this connection and stay away until `wake`. */
  halt(): void {
    this.#halted = true;
    this.#end();
  }

  /** A new connection with a fresh greeting: the secret changed. */
  again(): void {
    this.#unwelcome = 2;
    this.#tries = 0;
    this.#halted = false;
    this.#round++;
    this.#busy = false;
    this.#end();
    void this.#open();
  }

  /** False when nothing can be sent now; nothing is queued here. */
  say(frame: ClientFrame): boolean {
    if (this.#ws?.readyState !== 1) return false;
    this.#ws.send(JSON.stringify(frame));
    return true;
  }

  async #open(): Promise<void> {
    clearTimeout(this.#timer);
    this.#busy = true;
    const round = ++this.#round;
    let to: { url: string; token: string };
    try {
      to = await this.#hooks.ready(this.#unwelcome >= 2);
    } catch {
      if (round !== this.#round) return;
      this.#busy = false;
      this.#walls = 0;
      this.#later();
      return;
    }
    if (round !== this.#round) return;
    this.#busy = false;
    if (this.#halted) return;
    this.#welcomed = false;
    const ws = new WebSocket(to.url);
    this.#ws = ws;
    this.#alive(GREETING);
    ws.onopen = () => this.say({ t: 'hello', token: to.token });
    ws.onmessage = (event: MessageEvent<unknown>) => {
      if (ws !== this.#ws || typeof event.data !== 'string') return;
      let frame: ServerFrame;
      try {
        frame = JSON.parse(event.data) as ServerFrame;
      } catch {
        return;
      }
      if (frame.t === 'welcome') {
        this.#welcomed = true;
        this.#tries = this.#unwelcome = this.#walls = 0;
      }
      this.#alive(this.#welcomed ? SILENT : GREETING);
      this.#hooks.frame(frame);
    };
    ws.onclose = () => {
      if (ws === this.#ws) this.#end();
    };
  }

  #alive(ms: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#end(), ms) as unknown as number;
  }

  #end(): void {
    clearTimeout(this.#watch);
    const ws = this.#ws;
    this.#ws = null;
    if (ws) {
      ws.onclose = ws.onmessage = ws.onopen = null;
      ws.close();
      if (!this.#welcomed) {
        this.#unwelcome++;
        this.#walls++;
      }
    }
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#halted) {
      this.#hooks.down(Infinity, false);
      return;
    }
    const ms = pause(this.#tries++);
    this.#timer = setTimeout(() => void this.#open(), ms) as unknown as number;
    this.#hooks.down(Date.now() + ms, this.#walls >= WALLS);
  }
}
