/** The chat as a buyer sees it, on the shop's page. */
import { expect, type Frame, type FrameLocator, type Locator, type Page } from '@playwright/test';
import type { Wire } from './wire';

export class Widget {
  readonly chat: FrameLocator;
  readonly input: Locator;
  readonly messages: Locator;
  readonly offline: Locator;
  readonly queue: Locator;
  readonly typing: Locator;

  constructor(
    readonly page: Page,
    private readonly wire: Wire,
  ) {
    this.chat = page.frameLocator('iframe');
    this.input = this.chat.getByTestId('widget-input');
    this.messages = this.chat.getByTestId('widget-message');
    this.offline = this.chat.getByTestId('widget-offline');
    this.queue = this.chat.getByTestId('widget-queue');
    this.typing = this.chat.getByTestId('widget-typing');
  }

  /** Opens the shop's page, the house's own unless told, and the chat on it. */
  async open(address = `${this.wire.url}/shop`): Promise<void> {
    await this.page.goto(address);
    await this.page.getByTestId('bubble').click();
    await expect(this.input).toBeVisible();
  }

  /** Writes and sends with Enter. */
  async say(words: string): Promise<void> {
    await this.input.click();
    await this.input.pressSequentially(words);
    await this.input.press('Enter');
  }

  /** Words of all bubbles, top to bottom, the buyer's or the shop's or both. */
  async words(from?: 'buyer' | 'shop'): Promise<string[]> {
    const bubbles = this.chat.locator(`[data-testid="widget-message"]${from ? `[data-from="${from}"]` : ''} .b`);
    return bubbles.allInnerTexts();
  }

  /** The chat's page itself. */
  async frame(): Promise<Frame> {
    const handle = await this.page.locator('iframe').elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) throw new Error('the chat is not there');
    return frame;
  }

  /** Waits until exactly these words stand there, in this order. */
  async shows(words: string[], from?: 'buyer' | 'shop'): Promise<void> {
    await expect.poll(() => this.words(from), { timeout: 30_000 }).toEqual(words);
  }

  /** Cuts this window off the house, open sockets too. */
  async cut(): Promise<void> {
    this.wire.cut();
    await this.page.context().setOffline(true);
  }

  /** The network is back. */
  async mend(): Promise<void> {
    this.wire.mend();
    await this.page.context().setOffline(false);
  }

  /** Waits until nothing is on its way any more. */
  async settled(): Promise<void> {
    await expect(this.chat.locator('[data-testid="widget-message"][data-state="sending"]')).toHaveCount(0, {
      timeout: 30_000,
    });
  }
}
