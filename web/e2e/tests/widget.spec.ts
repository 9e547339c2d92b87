/** The chat where it lives: on a shop's own site, another origin than the house's, on a phone. */
import { createHmac, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import config from '../playwright.config';
import { findings } from '../support/eye';
import { SIZES, expect, test } from '../support/fixtures';
import type { House } from '../support/house';
import { picture } from '../support/png';
import { firstPaint, told } from '../support/slow';
import type { Widget } from '../support/widget';

// A microphone that hums, and nobody to be asked for it.
const launchOptions = config.use?.launchOptions ?? {};
test.use({
  launchOptions: {
    ...launchOptions,
    args: [
      ...(launchOptions.args ?? []),
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  },
});

/** Nothing of the chat keeps somebody out, light or dark. */
async function readable(visitor: Widget): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await visitor.page.emulateMedia({ colorScheme });
    const chat = await visitor.frame();
    await expect(chat.locator(`html${colorScheme === 'dark' ? '[data-dark]' : ':not([data-dark])'}`)).toHaveCount(1);
    expect(await findings(chat), colorScheme).toEqual([]);
  }
}

const press = (visitor: Widget, name: string): Promise<void> =>
  visitor.chat.getByRole('button', { name, exact: true }).tap();

test('on a site of the shop: its product, a question with its answer, pictures, a face, a voice', async ({
  house,
  owner,
  desk,
  buyer,
  site,
}) => {
  await owner.dress({
    welcome: '您好，这里是{店铺}',
    questions: [{ text: '几天发货', answer: '{店铺}当天发货' }, { text: '能定做吗' }],
  });
  const goods = join(house.data, 'goods.csv');
  await writeFile(goods, '商品编码,商品标题,价格\nYB-1,云朵杯 手捏陶杯,68.00\n');
  await house.run('import', 'goods', goods);
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const shop = await site({
    tag: { product: JSON.stringify({ code: 'YB-1', title: '云朵杯', price: '1.00', picture: '/cup.png' }) },
  });
  const visitor = await buyer({ permissions: ['clipboard-read', 'clipboard-write'] }, shop);

  const offer = visitor.chat.getByTestId('widget-product');
  await expect(offer).toContainText('¥1.00');
  const shown = offer.locator('img');
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(96);
  await press(visitor, '发送商品');
  await expect(offer).toBeHidden();
  await agent.pick('云朵杯');
  // What it is and what it costs says the house, not the page.
  const card = agent.messages.getByTestId('card');
  await expect(card).toContainText('云朵杯 手捏陶杯');
  await expect(card).toContainText('68.00');
  await expect(visitor.messages.last()).toContainText('¥68.00');

  await press(visitor, '几天发货');
  await visitor.shows(['您好，这里是main', 'main当天发货'], 'shop');
  await press(visitor, '能定做吗');
  await visitor.shows(['几天发货', '能定做吗'], 'buyer');
  await agent.say('能的');
  await visitor.shows(['您好，这里是main', 'main当天发货', '能的'], 'shop');

  await visitor.chat.getByTestId('widget-file').setInputFiles(picture('window.png'));
  await expect(visitor.messages.locator('.shot img')).toHaveCount(1);
  await visitor.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 40 });
    canvas.getContext('2d')?.fillRect(0, 0, 60, 40);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob) await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  });
  await visitor.input.focus();
  await visitor.input.press('Control+v');
  await expect(visitor.messages.locator('.shot img')).toHaveCount(2);
  await expect(agent.messages.locator('img[src*="/files/"]')).toHaveCount(2);

  await visitor.chat.getByTestId('widget-tools').tap();
  await press(visitor, '表情');
  await press(visitor, '😀');
  await expect(visitor.input).toHaveValue('😀');
  await readable(visitor);
  await visitor.chat.getByTestId('widget-send').tap();
  await visitor.shows(['几天发货', '能定做吗', '😀'], 'buyer');

  const tools = visitor.chat.getByTestId('widget-tools');
  await tools.tap();
  await expect(visitor.chat.getByTestId('widget-panel')).toBeHidden();
  await tools.tap();
  await press(visitor, '语音');
  await readable(visitor);
  const hold = await visitor.chat.getByTestId('widget-hold').boundingBox();
  if (!hold) throw new Error('no button to hold');
  await visitor.page.mouse.move(hold.x + hold.width / 2, hold.y + hold.height / 2);
  await visitor.page.mouse.down();
  await expect(visitor.chat.getByTestId('widget-hold')).toContainText('1秒');
  await visitor.page.mouse.up();
  await expect(visitor.messages.last().getByRole('button', { name: /^语音，[12]秒$/ })).toBeVisible();
  await visitor.settled();
  await expect(agent.messages.last().getByTestId('voice')).toBeVisible();
});

test("the house's page of the shop shows what it sells, and the chat offers the article that is open", async ({
  house,
  buyer,
  owner,
}) => {
  await owner.dress({});
  const goods = join(house.data, 'goods.csv');
  await writeFile(goods, '商品编码,商品标题,价格,商品分类\nYB-1,云朵杯,68.00,杯\nYB-2,涟漪地毯,1280.00,地毯\n');
  await house.run('import', 'goods', goods);
  const visitor = await buyer();
  const { page } = visitor;
  await page.goBack();
  await expect(page.locator('#shelf article')).toHaveCount(2);
  await page.getByRole('link', { name: '地毯', exact: true }).tap();
  await expect(page.locator('#shelf article')).toHaveCount(1);
  await page.getByRole('link', { name: '涟漪地毯' }).tap();
  await expect(page.locator('#good h1')).toHaveText('涟漪地毯');
  await page.locator('#good').getByRole('button', { name: '问问客服' }).tap();
  await expect(visitor.chat.getByTestId('widget-product')).toContainText('¥1,280.00');
  await press(visitor, '发送商品');
  await expect(visitor.messages.last()).toContainText('¥1,280.00');
});

/** A token of the shop's own server. */
async function signer(house: House): Promise<(buyer: string, name: string) => string> {
  const [shop] = JSON.parse(await house.run('shop', 'main', '--key', '--format', 'json')) as { key: string }[];
  const key = Buffer.from(shop?.key ?? '', 'hex');
  const part = (data: object): string => Buffer.from(JSON.stringify(data)).toString('base64url');
  return (buyer, name) => {
    const claims = { shop: 'main', buyer, name, exp: Math.floor(Date.now() / 1000) + 300, jti: randomUUID() };
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
}

test('a known buyer is called by name, sends an order of their own; after signing out nobody finds it', async ({
  house,
  owner,
  desk,
  buyer,
  site,
}) => {
  const sign = await signer(house);
  const list = join(house.data, 'orders.csv');
  await writeFile(
    list,
    [
      '订单编号,买家会员名,总金额,买家实际支付金额,订单状态,收货人姓名,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝总数量',
      '8800123,tb_anna,136.00,136.00,"卖家已发货，等待买家确认",安娜,13812345678,2026-10-03 10:00:00,2026-10-03 10:01:00,云朵杯,2',
      '8800124,tb_bo,50.00,50.00,"卖家已发货，等待买家确认",波,13912345678,2026-10-03 10:00:00,2026-10-03 10:01:00,托盘,1',
    ].join('\n'),
  );
  await house.run('import', 'orders', list, '--shop', 'main');
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const shop = await site({
    script: `window.yingke = window.yingke || function () { (yingke.q = yingke.q || []).push(arguments) };
      yingke('identify', () => fetch('/token').then((r) => r.text()));`,
    answers: { '/token': () => sign('42', '安娜') },
  });
  const visitor = await buyer({}, shop);
  await expect(visitor.chat.locator('header')).toContainText('安娜，您好');
  await visitor.say('我的杯子到哪了');
  await agent.pick('安娜');
  // Whom the orders belong to says the telephone, which the shop knows.
  const thread = await agent.thread();
  const { rows } = await agent.staff.get<{ rows: { thread: string; buyer: string }[] }>('conversation/threads?tab=all');
  await owner.patch(`buyer/${rows.find((row) => row.thread === thread)?.buyer}`, { phone: '13812345678' });

  const tools = visitor.chat.getByTestId('widget-tools');
  await tools.tap();
  await press(visitor, '我的订单');
  const orders = visitor.chat.getByTestId('widget-panel').locator('.card');
  await expect(orders).toHaveCount(1);
  await expect(orders).toContainText('8800123');
  await readable(visitor);
  await orders.tap();
  await expect(visitor.messages.last()).toContainText('¥136.00');
  await expect(agent.messages.getByTestId('card')).toContainText('8800123');

  // The token was used when the chat connected: after a reload the page gives a fresh one, and what was said is there.
  await visitor.page.reload();
  await expect(visitor.chat.locator('header')).toContainText('安娜，您好');
  await visitor.shows(['我的杯子到哪了'], 'buyer');

  await visitor.page.evaluate(() =>
    (window as unknown as { yingke: (act: string, value: null) => void }).yingke('identify', null),
  );
  await expect(visitor.messages).toHaveCount(0);
  await expect(visitor.chat.locator('header')).not.toContainText('安娜');
  await tools.tap();
  await press(visitor, '我的订单');
  await expect(visitor.chat.getByTestId('widget-panel')).toContainText('还没有您的订单');
});

/** A day of the shop, so many from now. */
const day = (ahead: number): string =>
  new Date(Date.now() + ahead * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });

test('the shop is closed: when it opens, in its colour, corner, tone and language', async ({ owner, buyer, site }) => {
  const week = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  const hours = { week, calendar: 'none', holiday: [], days: { [day(1)]: { kind: 'own', hours: ['09:00-18:00'] } } };
  await owner.dress({ hours, color: '#7a3e9d', side: 'left', dark: 'dark' });
  const visitor = await buyer({}, await site());
  await expect(visitor.input).toHaveAttribute('placeholder', '留个言，明早9点上班先回您');
  await visitor.say('明天能发货吗');
  await expect(visitor.queue).toContainText('留言收到了');
  const html = visitor.chat.locator('html');
  await expect(html).toHaveAttribute('data-dark', '');
  await expect(visitor.chat.locator('header')).toHaveCSS('background-color', 'rgb(122, 62, 157)');
  await visitor.chat.locator('header').getByRole('button', { name: '返回' }).tap();
  const bubble = visitor.page.getByTestId('bubble');
  await expect(bubble).toHaveCSS('background-color', 'rgb(122, 62, 157)');
  expect((await bubble.boundingBox())?.x).toBe(16);

  // White words could not be read on this colour: the chat keeps the house's.
  await owner.dress({ lang: 'en', dark: 'light', side: 'right', color: '#ffd400' });
  await visitor.page.reload();
  await bubble.tap();
  await expect(visitor.input).toHaveAttribute('placeholder', 'Leave a message, we are back tomorrow at 9:00');
  await expect(html).toHaveAttribute('lang', 'en');
  await expect(html).not.toHaveAttribute('data-dark', '');
  await expect(visitor.chat.locator('header')).toHaveCSS('background-color', 'rgb(29, 106, 84)');
});

test('the place in the queue with its estimate; a mark when asked, another from the line, one put off', async ({
  owner,
  desk,
  buyer,
  site,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe', 'agent', 1));
  const first = await buyer({}, await site());
  await first.say('第一位');
  await agent.pick('第一位');
  const second = await buyer();
  await second.say('第二位');
  await expect(second.queue).toHaveText(/^下一位就是您，约\d+分钟$/);
  await agent.say('您好');
  await first.shows(['您好'], 'shop');
  const thread = await agent.thread();
  const marks = async (): Promise<number[]> => {
    const all = (await owner.stored(thread, true)) as { kind: string; rating?: { score: number } }[];
    return all.filter((e) => e.kind === 'rating').map((e) => e.rating?.score ?? 0);
  };

  await agent.page.getByTestId('close').click();
  const form = first.chat.getByTestId('widget-rate');
  await form.getByRole('radio', { name: '满意', exact: true }).check();
  await readable(first);
  await form.getByRole('textbox').fill('回得快');
  await form.getByRole('button', { name: '提交' }).tap();
  await expect(form).toBeHidden();
  await expect(first.chat.getByText('您评了4分，谢谢')).toBeVisible();
  await press(first, '改一改');
  await form.getByRole('radio', { name: '很满意' }).check();
  await form.getByRole('button', { name: '提交' }).tap();
  await expect(first.chat.getByText('您评了5分，谢谢')).toBeVisible();
  await expect.poll(marks).toEqual([4, 5]);

  await agent.pick('第二位');
  await agent.say('您好');
  await second.shows(['您好'], 'shop');
  await agent.page.getByTestId('close').click();
  await second.chat.getByTestId('widget-rate').getByRole('button', { name: '先不评' }).tap();
  await expect(second.chat.getByTestId('widget-rate')).toBeHidden();
  await press(second, '评价这次接待');
  await expect(second.chat.getByTestId('widget-rate')).toBeVisible();
});

test('the network goes in the middle of five messages and of a word: all arrive, once, in order', async ({
  owner,
  desk,
  buyer,
  site,
  expectLoss,
}) => {
  expectLoss();
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer({}, await site());
  await visitor.say('第1句');
  await agent.pick();
  const thread = await agent.thread();

  // Twice, as on a train: the second time before the first is caught up.
  const five = [1, 2, 3, 4, 5].map((n) => `第${n}句`);
  await visitor.say('第2句');
  await visitor.cut();
  for (const words of five.slice(2)) await visitor.say(words);
  await visitor.input.pressSequentially('还没写');
  await expect(visitor.offline).toContainText('网络断了');
  await visitor.mend();
  await visitor.cut();
  await visitor.input.pressSequentially('完');
  await visitor.mend();

  await visitor.shows(five, 'buyer');
  await visitor.settled();
  await agent.shows(five, 'buyer');
  await expect(visitor.input).toHaveValue('还没写完');
  expect((await owner.stored(thread)).map((e) => e.text)).toEqual(five);
});

test('on a slow line bubble and chat come, and what is written goes out', async ({ house, window, site }) => {
  const shop = await site();
  shop.house = house.url;
  const context = await window({ viewport: SIZES.phone, isMobile: true, hasTouch: true });
  console.log(told(await firstPaint(await context.newPage(), `${shop.near}/cup`)));
});

test('on a site that is not in the list nothing of the chat stays, and it does not come back by itself', async ({
  house,
  owner,
  site,
  browser,
}) => {
  const shop = await site();
  shop.house = house.url;
  await owner.dress({ sites: [] });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${shop.origin}/cup`);
  await page.getByTestId('bubble').click();
  await expect(page.locator('iframe')).toBeHidden();
  await expect(page.getByTestId('bubble')).toHaveCount(0);
  await page.reload();
  // It was not opened by itself: nothing was even asked of the house.
  await expect(page.getByTestId('bubble')).toBeVisible();
  await expect(page.locator('iframe')).toHaveCount(0);
  await context.close();
});
