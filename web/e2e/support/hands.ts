/** Hands that are counted: every key that goes down and every press of the mouse, by act. */
import type { Locator, Page } from '@playwright/test';

export interface Count {
  act: string;
  /** Keys as they were pressed, in order; `…` stands for words. */
  way: string[];
  keys: number;
  clicks: number;
  /** Characters of words that only this buyer's case needs, such as a note or a search; not counted among the keys. */
  words: number;
}

export class Hands {
  readonly counts: Count[] = [];
  #now: Count | null = null;

  constructor(readonly page: Page) {}

  /** Runs one act; what is pressed meanwhile is its count. */
  async act(act: string, run: () => Promise<void>): Promise<Count> {
    this.#now = { act, way: [], keys: 0, clicks: 0, words: 0 };
    await run();
    const done = this.#now;
    this.#now = null;
    this.counts.push(done);
    return done;
  }

  get #count(): Count {
    if (!this.#now) throw new Error('keys are pressed outside an act; set the scene by other means');
    return this.#now;
  }

  /** A key, or keys held together: `Alt+H` is two. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.#count.keys += key.split('+').length;
      this.#count.way.push(key);
      await this.page.keyboard.press(key);
    }
  }

  /** Signs that are keys of the act itself, such as the code of a phrase: each counts. */
  async type(signs: string): Promise<void> {
    for (const sign of signs) {
      this.#count.keys += 1;
      this.#count.way.push(sign);
      await this.page.keyboard.press(sign);
    }
  }

  /** Words for this buyer alone: counted apart, for no desk can spare them. */
  async say(words: string): Promise<void> {
    this.#count.words += [...words].length;
    this.#count.way.push('…');
    await this.page.keyboard.insertText(words);
  }

  async click(what: Locator): Promise<void> {
    this.#count.clicks += 1;
    this.#count.way.push('click');
    await what.click();
  }
}

const FROM = '<!-- counted: begin -->';
const TO = '<!-- counted: end -->';

/** The table of the counts, as it stands in the document. */
export function table(counts: readonly Count[]): string {
  const signs: Record<string, string> = { Control: 'Ctrl', ArrowDown: '↓', ArrowUp: '↑' };
  const sign = (k: string, alone: boolean): string => signs[k] ?? (alone || k.length > 1 ? k : k.toUpperCase());
  const key = (k: string): string => {
    if (k === '…') return 'words';
    if (k === 'click') return k;
    const parts = k.split('+');
    return `\`${parts.map((p) => sign(p, parts.length === 1)).join('+')}\``;
  };
  const lines = counts.map(
    (c, i) =>
      `| ${i + 1} | ${c.act} | ${c.way.map(key).join(' ')} | ${c.keys} | ${c.clicks} | ${c.words ? 'yes' : ''} |`,
  );
  const sum = (of: 'keys' | 'clicks'): number => counts.reduce((n, c) => n + c[of], 0);
  return [
    FROM,
    '',
    '| | act | how | keys | clicks | words besides |',
    '|---|---|---|---|---|---|',
    ...lines,
    `| | **together** | | **${sum('keys')}** | **${sum('clicks')}** | |`,
    '',
    TO,
  ].join('\n');
}

/** The part of a document that is counted. */
export function counted(document: string): string {
  return document.slice(document.indexOf(FROM), document.indexOf(TO) + TO.length);
}
