// Pictures of the chat in its states, for the eye: node check/shots.mjs FOLDER
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { mock } from '../mock/server.mjs';

const folder = process.argv[2] ?? 'shots';
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** A day of talk, as a buyer would leave it. */
async function talk(m, page) {
  const g = m.only();
  const day = (h, min, ago = 0) => new Date(new Date().setHours(h, min, 0, 0) - ago * 86400e3).toISOString();
  await page.evaluate(() => window.yingke('close'));
  const pic = await page.screenshot({ clip: { x: 60, y: 100, width: 320, height: 240 } });
  const image = m.addFile(pic, pic.readUInt32BE(16), pic.readUInt32BE(20));
  await page.evaluate(() => window.yingke('open'));
  const put = (part) =>
    g.entries.push({
      thread: g.thread,
      seq: g.entries.length + 1,
      conversation: 'c1',
      text: '',
      kind: 'text',
      ...part,
    });
  put({ at: day(15, 8, 40), from: 'buyer', text: '上次的地毯收到了，很好看' });
  put({ at: day(15, 9, 40), from: 'agent', name: '小棠', text: '您喜欢就好，铺两天绒就立起来了' });
  put({ at: day(15, 20, 40), kind: 'close', from: 'system' });
  put({ at: day(0, 1), from: 'buyer', text: '竹影壁画，宽3.2米高2.6米，多久能到杭州' });
  put({ at: day(0, 1), kind: 'assign', from: 'system', to: '阿禾' });
  put({
    at: day(0, 2),
    from: 'agent',
    name: '阿禾',
    text: '您好，我是阿禾。确认效果图后4天印好，杭州发顺丰一般次日到',
  });
  put({ at: day(0, 2), from: 'agent', name: '阿禾', text: '墙上有插座或者空调洞的话，拍一张给我，效果图里会避开' });
  put({ at: day(0, 3), kind: 'image', from: 'buyer', image });
  put({ at: day(0, 3), from: 'buyer', text: '左边有一个插座' });
  put({
    at: day(0, 4),
    from: 'agent',
    name: '阿禾',
    text: '看到了，离地30厘米，竹根正好盖得住。说明在 https://shop.example/howto',
  });
  const picture = `/files/${image.file}?sig=x`;
  put({
    at: day(0, 4),
    kind: 'card',
    from: 'agent',
    name: '阿禾',
    card: {
      card: 'product',
      product: 'p',
      code: 'YS-01',
      title: '竹影 定制壁画',
      price_fen: 139776,
      list_fen: 158000,
      picture,
      address: 'https://shop.example/p/1',
      stock: null,
    },
  });
  put({
    at: day(0, 4),
    kind: 'card',
    from: 'buyer',
    card: {
      card: 'order',
      order: 'o',
      number: '3391 0188 2206',
      platform: 'taobao',
      state: 'shipped',
      state_text: '已发货',
      amount_fen: 35800,
      quantity: 2,
      title: '青苔 纯棉四件套',
      picture,
      created_at: day(9, 0, 3),
    },
  });
  put({ at: day(0, 4), kind: 'voice', from: 'buyer', voice: { file: 'v', url: '/files/v', secs: 9 } });
  put({
    at: day(0, 4),
    kind: 'file',
    from: 'agent',
    name: '阿禾',
    file: { file: 'f', url: '/files/f', name: '安装说明.pdf', bytes: 1_204_000, mime: 'application/pdf' },
  });
  put({
    at: day(0, 4),
    from: 'agent',
    name: '阿禾',
    text: '插座这里我们留出来',
    quote: { seq: 9, from: 'buyer', kind: 'text', text: '左边有一个插座' },
  });
  put({ at: day(0, 5), from: 'buyer', text: '会不会褪色呀' });
  g.shopRead = g.entries.length - 2;
  g.buyerRead = g.entries.length;
  m.queue(0, '阿禾', true);
  return g;
}

for (const scheme of ['light', 'dark']) {
  for (const [name, viewport, touch] of [
    ['desk', { width: 1440, height: 900 }, false],
    ['phone', { width: 390, height: 844 }, true],
  ]) {
    const m = mock({
      questions: ['什么时候发货', '能开发票吗', '怎么量尺寸', '会不会褪色'].map((text) => ({ text, answer: null })),
      hours: { open: false, next_open_at: '2026-11-23T01:00:00Z', text: '明早9点上班' },
    });
    const port = await m.listen();
    const context = await browser.newContext({
      viewport,
      colorScheme: scheme,
      hasTouch: touch,
      isMobile: touch,
      deviceScaleFactor: touch ? 2 : 1,
      locale: 'zh-CN',
    });
    const page = await context.newPage();
    page.on('console', (l) => l.type() !== 'log' && console.log(name, scheme, l.type(), l.text()));
    page.on('pageerror', (e) => console.log(name, scheme, 'ERROR', e.message));
    const shot = (what) => page.screenshot({ path: join(folder, `${name}-${scheme}-${what}.png`) });
    await page.goto(`http://127.0.0.1:${port}/shop`);
    await page.getByTestId('bubble').waitFor();
    await shot('closed');
    await page.getByTestId('bubble').click();
    const chat = page.frameLocator('iframe');
    await chat.getByTestId('widget-message').first().waitFor();
    await wait(400);
    await shot('new');
    await talk(m, page);
    await page.reload();
    await chat.getByText('会不会褪色呀').waitFor();
    m.typing(true);
    await wait(500);
    await shot('talk');
    await chat.locator('.say').evaluate((el) => el.scrollBy(0, -320));
    await wait(300);
    await shot('kinds');
    await chat.getByTestId('widget-emoticons').click();
    await chat.locator('.face').first().waitFor();
    await wait(200);
    await shot('emoticons');
    await chat.getByTestId('widget-tools').click();
    await chat.locator('.tool').first().waitFor();
    await wait(200);
    await shot('tools');
    await chat.getByText('语音', { exact: true }).click();
    await wait(200);
    await shot('hold');
    await chat.getByTestId('widget-tools').click();
    await page.evaluate(() => window.yingke('product', { code: 'YS-01', title: '竹影 定制壁画', price: '1,397.76' }));
    await chat.getByTestId('widget-product').waitFor();
    await chat.getByTestId('widget-more').click();
    await chat.getByTestId('widget-menu').waitFor();
    await wait(200);
    await shot('product-menu');
    await page.keyboard.press('Escape');
    m.event({ kind: 'close' });
    m.ask();
    await chat.getByTestId('widget-rate').waitFor();
    await chat.locator('.stars label').nth(3).click();
    await wait(200);
    await shot('rate');
    m.event({ kind: 'open' });
    await wait(100);
    if (scheme === 'light') {
      m.queue(3, null, true, 70);
      await chat.getByTestId('widget-input').fill('颜色正的话我今天就下单，\n帮我看看宽2.4米的是不是也够');
      await wait(200);
      await shot('queue');
      m.next = 'cut-before';
      m.down = true;
      await chat.getByTestId('widget-send').click();
      m.cut();
      await wait(3600);
      await shot('offline');
      m.down = false;
      await chat.getByRole('button', { name: '现在就连' }).click();
      await wait(600);
      await shot('back');
      m.queue(0, null, false);
      m.refuse = { type: '', code: 'text_too_long', status: 400, detail: '' };
      await chat.getByTestId('widget-input').fill('一段特别长的话');
      await chat.getByTestId('widget-send').click();
      await wait(300);
      await shot('away-failed');
      await chat.getByRole('button', { name: '看大图' }).click();
      await wait(200);
      await shot('viewer');
      await page.keyboard.press('Escape');
      await page.evaluate(() => window.yingke('close'));
      m.shop('不会的，墨里没有染料，放五年颜色还在');
      await wait(400);
      await shot('unread');
    }
    await context.close();
    m.close();
  }
}
const m = mock({ lang: 'en', offline: 'We are out until 9. Leave a message' });
const port = await m.listen();
const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
m.open = false;
await page.goto(`http://127.0.0.1:${port}/widget?shop=main&lang=en`);
await wait(600);
await page.screenshot({ path: join(folder, 'own-page-en.png') });
m.close();
await browser.close();
