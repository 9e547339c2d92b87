/** Asking as one types: not at every key, and never showing the answer to an earlier question. */

/** What is known of the question that stands in the box. */
export interface Asked<T> {
  /** The last answer that came, and the question it belongs to. */
  found: T | null;
  of: string;
  /** The answer is not that of the question in the box: it stays, dimmed. */
  stale: boolean;
  /** Waiting so long that it is worth saying. */
  slow: boolean;
  failed: unknown;
}

/** Pause after the last key, ms. */
export const PAUSE_MS = 60;
/** No sign of waiting before this, ms. */
const SLOW_MS = 300;

export interface Asker {
  /** The question is now this; null = there is none. */
  ask(text: string | null): void;
  /** The same question again, at once. */
  again(): void;
  stop(): void;
}

/** Keeps `tell` informed. `fetch` must honour the signal or not: a late answer is dropped either way. */
export function asker<T>(
  fetch: (text: string, signal: AbortSignal) => Promise<T>,
  tell: (asked: Asked<T>) => void,
): Asker {
  let asked: Asked<T> = { found: null, of: '', stale: false, slow: false, failed: null };
  let current: string | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let slow: ReturnType<typeof setTimeout> | undefined;
  let flight: AbortController | null = null;
  const set = (change: Partial<Asked<T>>): void => {
    asked = { ...asked, ...change };
    tell(asked);
  };
  function drop(): void {
    clearTimeout(pause);
    clearTimeout(slow);
    flight?.abort();
    flight = null;
  }
  async function go(text: string): Promise<void> {
    const own = new AbortController();
    flight = own;
    slow = setTimeout(() => set({ slow: true }), SLOW_MS);
    try {
      const found = await fetch(text, own.signal);
      if (flight !== own) return;
      set({ found, of: text, stale: false, slow: false, failed: null });
    } catch (error) {
      if (flight !== own) return;
      set({ slow: false, failed: error });
    } finally {
      if (flight === own) drop();
    }
  }
  return {
    ask(text) {
      if (text === current) return;
      current = text;
      drop();
      if (text === null) {
        set({ found: null, of: '', stale: false, slow: false, failed: null });
        return;
      }
      if (text === asked.of && asked.found !== null) {
        set({ stale: false, slow: false, failed: null });
        return;
      }
      set({ stale: asked.found !== null, slow: false, failed: null });
      pause = setTimeout(() => void go(text), PAUSE_MS);
    },
    again() {
      if (current === null) return;
      drop();
      set({ failed: null });
      void go(current);
    },
    stop: drop,
  };
}
