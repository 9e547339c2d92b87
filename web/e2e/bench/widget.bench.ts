/**
 * What the chat costs a buyer: bytes on the wire, when it can be seen on a slow line, memory. On a bare page of a shop, so that nothing of
 * the shop's own is counted. Figures are printed; the weight is held by the build.
 */
import type { CDPSession } from '@playwright/test';
import { SIZES, expect, test } from '../support/fixtures';
import { type Seen, firstPaint, told } from '../support/slow';
import { Widget } from '../support/widget';
import { Wire } from '../support/wire';

const RUNS = 7;
const MESSAGES = 200;
const PHONE = { viewport: SIZES.phone, isMobile: true, hasTouch: true };

/** Bytes of an answer's body as it travels. */
async function wire(address: string): Promise<{ bytes: number; coding: string; text: string }> {
  const { request } = await import('node:http');
  const { gunzipSync, brotliDecompressSync } = await import('node:zlib');
  return new Promise((done, failed) => {
    request(address, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const body = Buffer.concat(parts);
        const coding = answer.headers['content-encoding'] ?? 'plain';
        const text = coding === 'gzip' ? gunzipSync(body) : coding === 'br' ? brotliDecompressSync(body) : body;
        done({ bytes: body.length, coding, text: text.toString() });
      });
    })
      .on('error', failed)
      .end();
  });
}

test('weight on the wire', async ({ house }) => {
  const loader = await wire(`${house.url}/widget.js`);
  const page = await wire(`${house.url}/widget?shop=main`);
  const parts = [...page.text.matchAll(/(?:src|href)="(\/widget-assets\/[^"]+)"/g)].map((m) => m[1] ?? '');
  const sizes = await Promise.all(parts.map((part) => wire(house.url + part)));
  const all = [page, ...sizes].reduce((sum, one) => sum + one.bytes, 0);
  console.log(
    `on every page of the shop: ${loader.bytes} B (${loader.coding}); opened: ${all} B in ${sizes.length + 1} answers (${page.coding})`,
  );
  expect(sizes.length).toBeGreaterThan(1);
});

test('first paint on slow 3G, nothing at hand', async ({ house, window, site }) => {
  const shop = await site();
  shop.house = house.url;
  const seen: Seen[] = [];
  for (let i = 0; i < RUNS; i++) {
    const context = await window(PHONE);
    seen.push(await firstPaint(await context.newPage(), `${shop.near}/cup`));
    await context.close();
  }
  const median = (of: (one: Seen) => number): number => seen.map(of).sort((a, b) => a - b)[RUNS >> 1] ?? 0;
  const middle = {
    bubble: median((s) => s.bubble),
    chat: median((s) => s.chat),
    delivered: median((s) => s.delivered),
  };
  console.log(`${told(middle)} (medians of ${RUNS})`);
});

/** Script memory of page and chat, MiB, after everything that can go has gone; elements of both. */
async function memory(cdp: CDPSession): Promise<{ mib: number; nodes: number }> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes } = await cdp.send('Memory.getDOMCounters');
  return { mib: usedSize / 1_048_576, nodes };
}

test(`memory: a page alone, with the bubble, with the chat open, after ${MESSAGES} messages`, async ({
  house,
  window,
  site,
}) => {
  test.setTimeout(240_000);
  const shop = await site();
  shop.house = house.url;
  const context = await window(PHONE);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const said: string[] = [];
  const note = async (what: string): Promise<void> => {
    const { mib, nodes } = await memory(cdp);
    said.push(`${what} ${mib.toFixed(2)} MiB, ${nodes} nodes`);
  };
  await page.route('**/widget.js', (route) => route.fulfill({ body: '' }));
  await page.goto(`${shop.near}/cup`);
  await note('page alone');
  await page.unroute('**/widget.js');
  await page.goto(`${shop.near}/cup`);
  await page.getByTestId('bubble').waitFor();
  await note('bubble');
  const line = await Wire.to(house.url);
  const visitor = new Widget(page, line);
  await visitor.open(`${shop.near}/cup`);
  await note('chat open');
  for (let i = 1; i <= MESSAGES; i++) {
    await visitor.input.fill(`第${i}句：按您的窗宽加四十厘米就够了，安装师傅会带齐配件`);
    await visitor.input.press('Enter');
  }
  await expect(visitor.messages).toHaveCount(MESSAGES);
  // The house takes some at once and two a second after that; the chat waits its turn.
  await expect(visitor.chat.locator('[data-state="sending"]')).toHaveCount(0, { timeout: 150_000 });
  expect((await visitor.words()).map((words) => Number(/\d+/.exec(words)?.[0]))).toEqual(
    Array.from({ length: MESSAGES }, (_, i) => i + 1),
  );
  await note(`${MESSAGES} messages`);
  console.log(said.join('; '));
  line.close();
});
