// What this browser remembers: strings of one shop. A browser that forbids storage (or is full) gets a memory that lasts as
// long as the page: the chat goes on, only a reload forgets.

/** The part of `Storage` that is used. */
export type Box = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** Strings under a prefix. */
export class Store {
  readonly #memory = new Map<string, string>();
  readonly #box: Box | null;
  readonly #prefix: string;

  constructor(shop: string, box: Box | null = browserBox()) {
    this.#prefix = `yk:${shop}:`;
    this.#box = box;
  }

  get(name: string): string | null {
    const key = this.#prefix + name;
    const held = this.#memory.get(key);
    if (held !== undefined) return held;
    try {
      return this.#box?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  set(name: string, value: string | null): void {
    const key = this.#prefix + name;
    this.#memory.delete(key);
    try {
      if (value === null) this.#box?.removeItem(key);
      else if (this.#box) this.#box.setItem(key, value);
      else this.#memory.set(key, value);
    } catch {
      if (value !== null) this.#memory.set(key, value);
    }
  }

  /** Names that begin with `start`, sorted. */
  names(start: string): string[] {
    const full = this.#prefix + start;
    const found = new Set([...this.#memory.keys()].filter((k) => k.startsWith(full)));
    try {
      for (let i = 0; i < (this.#box?.length ?? 0); i++) {
        const key = this.#box?.key(i);
        if (key?.startsWith(full)) found.add(key);
      }
    } catch {
      /* only what is in memory */
    }
    return [...found].sort().map((k) => k.slice(this.#prefix.length));
  }
}

function browserBox(): Box | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
