/**
 * The twelve commonest acts of an agent, as somebody does them who has done them for years: what stands in docs/hands.md is counted
 * here. `HANDS=write npx playwright test hands.spec` in web/e2e writes the table anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../support/fixtures';
import { counted, Hands, table } from '../support/hands';

const DOCUMENT = fileURLToPath(new URL('../../../docs/hands.md', import.meta.url));
const PHONE = '13812345678';

test('the twelve commonest acts take no more keys than docs/hands.md says, and no mouse', async ({
  house,
  owner,
  desk,
  buyer,
  site,
}) => {
  test.setTimeout(180_000);
  const file = async (name: string, lines: string[]): Promise<string> => {
    const path = join(house.data, name);
    await writeFile(path, `${lines.join('\n')}\n`);
    return path;
  };
  await owner.dress({});
  await house.run(
    'import',
    'goods',
    await file('goods.csv', [
      '商品编码,标题,类目,价格,库存,状态,销量',
      'YX-001,远山 玄关壁画,壁画,486,46,上架,120',
      'YX-002,雾山 提花遮光窗帘,窗帘,358,12,上架,8',
    ]),
  );
  await house.run(
    'import',
    'orders',
    await file('orders.csv', [
      '订单编号,买家会员名,总金额,买家实际支付金额,订单状态,收货人姓名,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝总数量',
      `8800123,tb_anna,358.00,0.00,等待买家付款,安娜,${PHONE},2026-10-03 10:00:00,,雾山 提花遮光窗帘,1`,
    ]),
    '--shop',
    'main',
  );
  await owner.post('phrase/phrases', {
    set: 'team',
    code: 'zx1',
    text: '亲，在的，您请说',
    level: 3,
    stage: 'welcome',
  });
  const shop = await site({
    tag: { product: JSON.stringify({ code: 'YX-002', title: '遮光窗帘', price: '358.00' }) },
  });

  const staff = await owner.hire('小禾', 'xiaohe');
  const agent = await desk(staff);
  const { page } = agent;
  const hands = new Hands(page);
  const thread = async (): Promise<string> => (await agent.thread()) ?? '';
  const last = async (of: string): Promise<string> =>
    (await owner.stored(of)).filter((e) => e.from !== 'buyer').at(-1)?.text ?? '';

  // Anna looks at the curtain, has an order that is not paid, and was greeted; Bo has just come.
  const anna = await buyer({}, shop);
  await anna.say('你好');
  await agent.pick();
  const annas = await thread();
  const buyerOf = async (of: string): Promise<string> => {
    const all = await staff.get<{ rows: { thread: string; buyer: string }[] }>('conversation/threads?tab=all');
    return all.rows.find((row) => row.thread === of)?.buyer ?? '';
  };
  await owner.patch(`buyer/${await buyerOf(annas)}`, { phone: PHONE });
  await agent.say('您好，我是小禾，请问有什么可以帮您');
  await anna.shows(['您好，我是小禾，请问有什么可以帮您'], 'shop');
  const bo = await buyer();
  await bo.say('在吗在吗');
  await expect(agent.rows).toHaveCount(2);

  await hands.act('The next waiting buyer, longest first', async () => {
    await hands.press('F2');
    await expect(page.getByTestId('talk')).toContainText('在吗在吗');
  });
  const bos = await thread();
  await expect(agent.composer).toBeFocused();

  // Once with the whole code: from then on its first letter leads there.
  await page.keyboard.type('/zx1');
  await expect(page.getByTestId('phrase-line').first()).toContainText('在的');
  await page.keyboard.press('Enter');
  await expect.poll(() => last(bos)).toBe('亲，在的，您请说');
  await bo.say('请问在吗');
  await expect(page.getByTestId('talk')).toContainText('请问在吗');
  await hands.act('An answer by a phrase', async () => {
    await hands.type('/z');
    await expect(page.getByTestId('phrase-line').first()).toContainText('在的');
    await hands.press('Enter');
    await expect
      .poll(async () => (await owner.stored(bos)).filter((e) => e.text === '亲，在的，您请说').length)
      .toBe(2);
  });

  await anna.say('这款还有货吗');
  await expect(agent.row('这款还有货吗')).toBeVisible();
  await hands.act('A buyer who waits asks whether it is in stock: answered', async () => {
    await hands.press('F2');
    await expect(page.getByTestId('offer').first()).toContainText(/有货|现货/);
    await hands.press('Alt+1');
    await expect.poll(() => last(annas)).toMatch(/有货|现货/);
  });

  await anna.say('有运费险吗');
  await expect(page.getByTestId('asked')).toContainText('运费险');
  // Nobody reads in less; within 0.4 s of a sending the key counts as one that repeats.
  await page.waitForTimeout(500);
  await hands.act('A suggested answer', async () => {
    await expect(page.getByTestId('offer').first()).toContainText(/运费/);
    await hands.press('Alt+1');
    await expect.poll(() => last(annas)).toMatch(/运费/);
  });

  const cards = page.getByTestId('message').getByTestId('card');
  await hands.act('The article that the buyer looks at, as a card', async () => {
    await hands.press('Alt+g');
    await expect(page.getByTestId('product-choice').first()).toContainText('遮光窗帘');
    await hands.press('Enter');
    await expect(cards.last()).toContainText('雾山 提花遮光窗帘');
  });
  await hands.act("The buyer's order, as a card", async () => {
    await hands.press('Alt+o');
    await expect(page.getByTestId('order-choice').first()).toContainText('8800123');
    await hands.press('Enter');
    await expect(cards.last()).toContainText('8800123');
  });

  await anna.say('能便宜点吗');
  await expect(page.getByTestId('talk')).toContainText('能便宜点吗');
  await hands.act('The price rounded off within one’s own authority, and said', async () => {
    await hands.press('Alt+b');
    await expect(page.getByTestId('price-wish')).toHaveValue(/^35\d/);
    await expect(page.getByTestId('price-wish')).toBeFocused();
    await hands.press('Enter');
    await expect(agent.composer).toHaveValue(/35\d/);
    await hands.press('Enter');
    await expect.poll(() => last(annas)).toMatch(/35\d/);
  });

  await anna.say('那安装师傅什么时候能来');
  await expect(page.getByTestId('talk')).toContainText('安装师傅');
  await hands.act('The answer put off: a word to wait, and the alarm of the promise', async () => {
    await hands.press('Alt+h');
    await expect.poll(() => last(annas)).toContain('稍等');
  });
  await expect(agent.row('欠一答')).toBeVisible();

  // A tag that is in use.
  await owner.put(`buyer/${await buyerOf(bos)}/tags/${encodeURIComponent('要开票')}`);
  await hands.act('A tag for the buyer', async () => {
    await hands.press('Alt+l');
    await expect(page.getByTestId('tag-box')).toBeFocused();
    await expect(page.locator('#tag-offers li').first()).toContainText('要开票');
    await hands.press('ArrowDown', 'Enter');
    await expect(page.getByTestId('buyer-pane').getByTestId('tag')).toHaveText(['要开票']);
    await expect(agent.composer).toBeFocused();
  });

  await hands.act('An older conversation found by a word of it', async () => {
    await hands.press('Control+k');
    await expect(page.getByTestId('palette-box')).toBeFocused();
    await hands.say('请问在吗');
    await expect(page.locator('[data-testid="palette-line"][data-kind="message"]').first()).toContainText('请问在吗');
    await hands.press('Enter');
    await expect.poll(thread).toBe(bos);
  });

  await expect(page.getByTestId('talk')).toContainText('请问在吗');
  await anna.say('我还在等您回答');
  await expect(agent.row('我还在等您回答')).toBeVisible();
  await hands.act('The conversation closed, the next one open', async () => {
    await hands.press('F4');
    await expect(page.getByTestId('talk')).toContainText('我还在等您回答');
  });

  // Two colleagues are there; the second one is meant.
  await desk(await owner.hire('谷雨', 'guyu'));
  await desk(await owner.hire('白露', 'bailu'));
  await hands.act('A transfer to a certain colleague with a note', async () => {
    await hands.press('Alt+t');
    await expect(page.getByTestId('transfer-to').nth(1)).toBeEnabled();
    await expect(page.getByTestId('transfer-panel').getByRole('listbox')).toBeFocused();
    await hands.press('2');
    await expect(page.getByTestId('transfer-note')).toBeFocused();
    await hands.say('问安装时间，价格已经谈好');
    await hands.press('Enter');
    await expect(page.getByTestId('transfer-panel')).toHaveCount(0);
  });
  expect((await owner.stored(annas, true)).some((e) => e.kind === 'transfer')).toBe(true);

  // What the house promises, whatever the table says.
  const keys = (n: number): number => hands.counts[n]!.keys;
  expect(hands.counts).toHaveLength(12);
  expect([keys(0), keys(1), keys(2)]).toEqual([1, 3, 3]);
  expect(hands.counts.filter((c) => c.clicks > 0)).toEqual([]);
  const document = await readFile(DOCUMENT, 'utf8');
  if (process.env.HANDS === 'write')
    await writeFile(DOCUMENT, document.replace(counted(document), table(hands.counts)));
  else expect(counted(document)).toBe(table(hands.counts));
});
