/** The pictures of the user guide, taken from the demonstration's shop as it is today: docs/guide/pictures/*.webp. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { GUIDE } from '../support/guide';
import { binary } from '../support/house';

/** Large enough to read on a page of text. */
const VIEW = { width: 1200, height: 750 };
const QUALITY = 0.72;

let demo: ChildProcess;
let links: { agent: string; supervisor: string; owner: string; shop: string };
let studio: Page;

/** A demonstration of its own, or the one whose words GUIDE_LINKS holds. */
async function begin(): Promise<string> {
  if (process.env.GUIDE_LINKS) return process.env.GUIDE_LINKS;
  demo = spawn(binary(), ['demo', '--listen', '127.0.0.1:19040'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  return new Promise((done, failed) => {
    demo.once('exit', (code) => failed(new Error(`the demonstration ended with ${code}`)));
    demo.stdout?.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      if (/\/shop$/m.test(out)) done(out);
    });
  });
}

test.beforeAll(async ({ browser }) => {
  const [agent = '', supervisor = '', owner = '', shop = ''] = [...(await begin()).matchAll(/http:\S+/g)].map(
    (m) => m[0],
  );
  links = { agent, supervisor, owner, shop };
  studio = await browser.newPage();
  await mkdir(join(GUIDE, 'pictures'), { recursive: true });
});
test.afterAll(() => {
  demo?.kill('SIGTERM');
});

/** Somebody's window, signed in by their link. */
async function enter(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: VIEW, colorScheme: 'light' })).newPage();
  await page.goto(link);
  await page.getByTestId('link-confirm').click();
  await expect(page.getByTestId('state-button')).toBeVisible();
  return page;
}

/** Keeps what is in sight, as WebP: a third of the bytes of a PNG. */
async function keep(name: string, of: Page | Locator): Promise<void> {
  const page = 'page' in of ? of.page() : of;
  await page.evaluate(() => document.fonts.ready);
  // Pictures that are in sight have come.
  await page.waitForTimeout(900);
  const png = (await of.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64');
  const webp = await studio.evaluate(
    async ({ png, quality }) => {
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext('2d')?.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', quality).split(',')[1] ?? '';
    },
    { png, quality: QUALITY },
  );
  await writeFile(join(GUIDE, 'pictures', `${name}.webp`), Buffer.from(webp, 'base64'));
}

test('the pictures of the guide', async ({ browser }) => {
  const house = new URL(links.shop).origin;
  const agent = await enter(browser, links.agent);
  // What is urgent is read before going online.
  await agent.getByTestId('notice-line').waitFor();
  while (await agent.getByTestId('notice-line').isVisible()) {
    await agent.keyboard.press('Alt+k');
    await agent.waitForTimeout(1_000);
  }
  await agent.getByTestId('state-button').click();
  await agent.getByTestId('state-online').click();
  const supervisor = await enter(browser, links.supervisor);
  const owner = await enter(browser, links.owner);

  // What needs no waiting comes first; meanwhile buyers come to the agent.
  await owner.goto(`${house}/goods`);
  const drawn = () => owner.evaluate(() => [...document.images].filter((i) => i.naturalWidth > 0).length);
  await expect.poll(drawn, { timeout: 180_000 }).toBeGreaterThan(6);
  await keep('goods', owner);
  await owner.goto(`${house}/orders`);
  await owner.getByTestId('order-row').nth(3).click();
  await keep('orders', owner);
  for (const section of ['shop', 'channels', 'hours', 'texts', 'policy']) {
    await owner.goto(`${house}/settings/${section}`);
    // Hours that nobody has set show nothing.
    if (section === 'hours') await owner.getByLabel('有固定的营业时间').check();
    await keep(`settings-${section}`, owner);
  }
  await owner.goto(`${house}/people`);
  await owner.getByTestId('invite').first().click();
  await keep('invite', owner);

  await supervisor.goto(`${house}/report`);
  await expect(supervisor.getByTestId('report-row').nth(5)).toBeVisible();
  await keep('report', supervisor);
  await supervisor.getByTestId('report-team').getByTestId('figure-slow_answer_num').click();
  await expect(supervisor.getByTestId('turn-row').first()).toBeVisible();
  await keep('figure', supervisor);
  await supervisor.goto(`${house}/people`);
  await keep('people', supervisor);
  await supervisor.getByTestId('tab-audit').click();
  await keep('audit', supervisor);
  await supervisor.goto(`${house}/desk`);
  await supervisor.getByTestId('tab-all').click();
  // One in which something has been said.
  await supervisor.getByTestId('list-row').filter({ hasText: '客服：' }).nth(1).click();
  await keep('watch', supervisor);
  await supervisor.getByTestId('take').click();
  await expect(supervisor.getByTestId('take-over')).toBeVisible();
  await keep('take-over', supervisor);
  await supervisor.keyboard.press('Escape');

  await expect.poll(() => agent.getByTestId('list-row').count(), { timeout: 120_000 }).toBeGreaterThan(2);
  await agent.getByTestId('list-row').nth(1).click();
  await expect(agent.getByTestId('offers')).toBeVisible();
  await keep('desk', agent);
  await agent.getByTestId('choose-product').click();
  await expect(agent.getByTestId('product-choice').first()).toBeVisible();
  await keep('card', agent);
  await agent.keyboard.press('Escape');
  await agent.getByTestId('composer').fill('这款现货，今天下午发');
  await agent.getByTestId('composer').press('Enter');
  await agent.getByTestId('message').last().hover();
  await keep('recall', agent.getByTestId('talk'));
  await agent.getByTestId('note-switch').click();
  await agent.getByTestId('composer').fill('想要开专票，抬头等会儿发来');
  await keep('note', agent.getByTestId('talk'));
  await agent.getByTestId('composer').fill('');
  await agent.getByTestId('note-switch').click();
  await agent.getByTestId('transfer').click();
  await keep('transfer', agent);
  await agent.keyboard.press('Escape');
  await agent.getByTestId('state-button').click();
  await keep('state', agent);
  await agent.keyboard.press('Escape');
  await agent.keyboard.press('Control+k');
  await agent.getByTestId('palette-box').fill('发货');
  await expect(agent.getByTestId('palette-line').nth(2)).toBeVisible();
  await keep('find', agent);
  await agent.keyboard.press('Escape');

  const buyer = await (
    await browser.newContext({ viewport: { width: 390, height: 720 }, hasTouch: true, isMobile: true })
  ).newPage();
  await buyer.goto(links.shop);
  await buyer.getByTestId('bubble').click();
  const chat = buyer.frameLocator('iframe');
  await chat.getByTestId('widget-input').fill('您好，这款有现货吗');
  await chat.getByTestId('widget-input').press('Enter');
  await expect(chat.getByTestId('widget-message').first()).toBeVisible();
  await keep('buyer', buyer);
});
