/** A slow line, as the browser's own tools make one, and when a buyer sees something by it. */
import type { Page } from '@playwright/test';

/** 400 kbit/s each way and 400 ms for each round: what such tools call slow 3G. */
export const SLOW_3G = { offline: false, downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 400 };

/** Milliseconds, counted from the request for the shop's page and from the press on the bubble. */
export interface Seen {
  /** The bubble stands on the page. */
  bubble: number;
  /** The chat is painted: header and box. */
  chat: number;
  /** What the buyer wrote as soon as there was a box lies with the house. */
  delivered: number;
}

/** In words, for whoever reads the figures. */
export const told = ({ bubble, chat, delivered }: Seen): string =>
  `slow 3G: bubble ${bubble.toFixed(0)} ms after the shop's page was asked for; after the press the chat is painted in ` +
  `${chat.toFixed(0)} ms, a first message with the house in ${delivered.toFixed(0)} ms`;

/**
 * Opens a page with the chat on a slow line, presses the bubble and times what comes. The page must be of the same site as the house:
 * a frame of another site has a process of its own, which the slow line would not reach. Nothing is at hand from before.
 */
export async function firstPaint(page: Page, address: string): Promise<Seen> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.emulateNetworkConditions', SLOW_3G);
  await page.addInitScript(() => {
    const seen = window as unknown as { bubbleAt?: number };
    const look = (): void => {
      const host = [...(document.body?.children ?? [])].find((el) => el.shadowRoot);
      // Painted when the frame after next begins.
      if (host) requestAnimationFrame(() => requestAnimationFrame(() => (seen.bubbleAt ??= performance.now())));
      else requestAnimationFrame(look);
    };
    if (window.parent === window) look();
  });
  await page.goto(address, { waitUntil: 'commit' });
  const bubble = await page
    .waitForFunction(() => (window as unknown as { bubbleAt?: number }).bubbleAt)
    .then((at) => at.jsonValue() as Promise<number>);
  // A finger: no pointer rests on the bubble before it, so nothing is fetched ahead.
  const pressed = await page.getByTestId('bubble').evaluate((el) => {
    const at = performance.timeOrigin + performance.now();
    (el as HTMLElement).click();
    return at;
  });
  const chat = page.frameLocator('iframe');
  const box = chat.getByTestId('widget-input');
  await box.waitFor();
  const painted = await chat.locator('body').evaluate(
    () =>
      new Promise<number>((done) => {
        const found = (): void => {
          const paint = performance.getEntriesByName('first-contentful-paint')[0];
          if (paint) done(performance.timeOrigin + paint.startTime);
          else setTimeout(found, 20);
        };
        found();
      }),
  );
  await box.fill('在吗');
  await box.press('Enter');
  await chat.locator('[data-testid="widget-message"][data-from="buyer"][data-state="stored"]').waitFor();
  const delivered = await chat.locator('body').evaluate(() => performance.timeOrigin + performance.now());
  await cdp.detach();
  return { bubble, chat: painted - pressed, delivered: delivered - pressed };
}
