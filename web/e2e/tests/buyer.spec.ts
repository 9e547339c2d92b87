import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { MORNING, chatFile } from '../support/chats';
import { findings, fits } from '../support/eye';
import { SIZES, expect, test } from '../support/fixtures';
import type { House } from '../support/house';
import { picture } from '../support/png';

const PHONE = '13800002207';

/** Orders of the morning's buyers, in every state that a page shows. */
async function orders(house: House): Promise<void> {
  const head =
    '订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,收货人姓名,收货地址,联系手机,宝贝标题,宝贝总数量,物流单号,物流公司,买家留言,订单备注,确认收货时间,退款金额';
  const line = (
    number: string,
    buyer: string,
    state: string,
    day: string,
    title: string,
    paid = true,
    rest = ',',
  ): string =>
    `${number},${buyer},486.00,${paid ? '460.00' : '0.00'},"${state}",${day} 09:10:00,${paid ? `${day} 09:12:00` : ''},王小明,` +
    `浙江省 杭州市 余杭区 文一西路969号 3幢,'${PHONE},${title},2,YT8890012345,圆通速递,请包好一点,王*3.0*2.4米,${rest}`;
  const rows = [
    line('339102764412', 'tb_anna', '买家已付款,等待卖家发货', '2026-10-03', '远山 玄关壁画 3.0×2.4米'),
    line(
      '339102750001',
      'tb_anna',
      '交易成功',
      '2026-08-12',
      '青苔 纯棉四件套 1.8米',
      true,
      '2026-08-20 18:00:00,20.00',
    ),
    line('339102750002', 'tb_anna', '交易成功', '2026-06-30', '晚照 藤编吊灯', true, '2026-07-05 18:00:00,'),
    line('339102764413', 'tb_bo', '等待买家付款', '2026-10-03', '雾山 提花遮光窗帘', false),
    line('339102764414', 'tb_chen', '卖家已发货,等待买家确认', '2026-10-01', '朱砂 手织地毯 1.6×2.3米'),
    line('339102764415', 'tb_dong', '交易关闭', '2026-09-28', '秋黄 灯芯绒靠垫', false),
  ];
  const path = join(house.data, 'orders.csv');
  await writeFile(path, [head, ...rows].join('\n') + '\n');
  await house.run('import', 'orders', path);
}

async function goods(house: House): Promise<void> {
  await mkdir(join(house.data, 'pic'), { recursive: true });
  await writeFile(join(house.data, 'pic/1.png'), picture('a.png').buffer);
  const path = join(house.data, 'goods.csv');
  await writeFile(
    path,
    '商品编码,标题,类目,价格,原价,库存,状态,销量,图片,材质,尺寸\n' +
      'YX-001,远山 玄关壁画,壁画,486,560,46,上架,120,pic/1.png,无纺布,3.0×2.4米\n' +
      'YX-002,雾山 提花遮光窗帘,窗帘,358,,12,上架,88,,涤纶,2.8米高\n' +
      'YX-003,晚照 藤编吊灯,灯具,312,,0,下架,41,,藤,40厘米\n',
  );
  await house.run('import', 'goods', path);
}

/** The browser grants no clipboard without being told. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByTestId('state-button')).toBeVisible();
}

test('who the buyer is stands beside the talk and is changed by keyboard', async ({ house, owner, desk }) => {
  await house.run('import', 'chats', await chatFile(house, '2026-10-03', MORNING));
  await orders(house);
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  const { page } = await desk(zhou);
  const { rows } = await zhou.get<{ rows: { thread: string; buyer_name: string }[] }>('conversation/threads?tab=all');
  const thread = rows.find((r) => r.buyer_name === 'tb_anna')?.thread ?? '';
  await open(page, `${house.url}/desk?thread=${thread}`);
  const pane = page.getByTestId('buyer-pane');
  await expect(pane.getByTestId('buyer-name')).toHaveText('tb_anna');
  await expect(pane).toContainText('老客');
  await expect(pane.getByTestId('buyer-order')).toContainText('339102764412');
  await expect(pane.getByTestId('buyer-order')).toContainText('待发货');
  await expect(pane).toContainText('晚照 藤编吊灯');
  await expect(pane).not.toContainText(PHONE);

  // Tags: typed, taken with Enter, taken off with Backspace.
  await pane.getByTestId('tag-add').click();
  await page.keyboard.type('新房装修');
  await page.keyboard.press('Enter');
  await expect(pane.getByTestId('tag')).toHaveText(['新房装修']);
  await page.keyboard.type('偏爱灰绿');
  await page.keyboard.press('Enter');
  await expect(pane.getByTestId('tag')).toHaveCount(2);
  await page.keyboard.press('Backspace');
  await expect(pane.getByTestId('tag')).toHaveText(['新房装修']);
  await page.keyboard.press('Escape');

  // What is written down stays after a reload.
  await pane.getByRole('button', { name: '改备注' }).click();
  await page.keyboard.type('门锁朝左');
  await page.keyboard.press('Enter');
  await expect(pane.getByRole('button', { name: '改备注' })).toHaveText('门锁朝左');
  await pane.getByTestId('attribute-add').click();
  await page.keyboard.type('窗宽');
  await page.keyboard.press('Tab');
  await page.keyboard.type('3.2米');
  await page.keyboard.press('Enter');
  await expect(pane.getByRole('button', { name: '改窗宽' })).toHaveText('3.2米');
  await page.reload();
  await expect(pane.getByRole('button', { name: '改备注' })).toHaveText('门锁朝左');
  await expect(pane.getByTestId('tag')).toHaveText(['新房装修']);

  // The order opens in place; the receiver's number in full is an act on the trail.
  await pane.getByTestId('order-open').click();
  await expect(pane.getByTestId('order-phone')).toHaveText('138****2207');
  await pane.getByTestId('reveal-phone').click();
  await expect(pane.getByTestId('order-phone')).toHaveText(PHONE);
  const { lines } = await owner.get<{ lines: { act: string; person_name: string }[] }>('access/audit');
  expect(lines.filter((l) => l.act === 'order.reveal').map((l) => l.person_name)).toEqual(['周主管']);
  await pane.getByTestId('earlier').first().click();
  await expect(page.getByTestId('message').first()).toBeVisible();
});

test('orders are found, filtered, opened by keys; goods change their shelf and picture', async ({
  house,
  owner,
  desk,
}) => {
  await house.run('import', 'chats', await chatFile(house, '2026-10-03', MORNING));
  await orders(house);
  await goods(house);
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  const { page } = await desk(zhou);
  await open(page, `${house.url}/orders?days=all`);
  const rows = page.getByTestId('order-row');
  await expect(rows).toHaveCount(6);
  await page.getByRole('tab', { name: '待付款' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('雾山 提花遮光窗帘');
  await page.getByRole('tab', { name: '全部' }).click();
  await page.getByTestId('order-search').fill('吊灯');
  await expect(rows).toHaveCount(1);
  await page.getByTestId('order-search').fill('2207');
  await expect(rows).toHaveCount(6);
  await page.getByTestId('order-search').press('ArrowDown');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/orders\/[0-9a-f-]{36}/);
  await expect(page.getByTestId('order-panel')).toContainText('138****2207');
  await page.getByTestId('order-search').fill('339102764412');
  await expect(rows).toHaveCount(1);
  await rows.click();
  await page.getByTestId('order-talk').click();
  await expect(page.getByTestId('buyer-name')).toHaveText('tb_anna');

  await open(page, `${house.url}/goods`);
  const articles = page.getByTestId('goods-row');
  await expect(articles).toHaveCount(3);
  await page.getByTestId('goods-search').fill('山');
  await expect(articles).toHaveCount(2);
  await articles.filter({ hasText: '窗帘' }).getByRole('button').click();
  const panel = page.getByTestId('goods-panel');
  await expect(panel).toContainText('还没有图片');
  await panel.getByTestId('goods-file').setInputFiles(picture('curtain.png'));
  await expect.poll(() => panel.locator('img').evaluate((i: HTMLImageElement) => i.naturalWidth)).toBe(320);
  await panel.getByTestId('shelf').click();
  await expect(articles.filter({ hasText: '窗帘' })).toContainText('已下架');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
});

test('the owner takes a buyer out, then lets the house forget them', async ({ house, owner, desk }) => {
  await house.run('import', 'chats', await chatFile(house, '2026-10-03', MORNING));
  await orders(house);
  const { page } = await desk(owner);
  const { rows } = await owner.get<{ rows: { thread: string; buyer_name: string }[] }>('conversation/threads?tab=all');
  const thread = rows.find((r) => r.buyer_name === 'tb_anna')?.thread ?? '';
  await open(page, `${house.url}/desk?thread=${thread}`);
  await expect(page.getByTestId('message').first()).toContainText('窗帘起球吗');
  await page.getByTestId('buyer-more').click();
  const download = page.waitForEvent('download');
  await page.getByText('导出全部资料').click();
  expect((await download).suggestedFilename()).toMatch(/^buyer-.*\.json$/);
  await page.getByTestId('buyer-more').click();
  await page.getByText('抹掉这位买家').click();
  await expect(page.getByTestId('erase')).toBeDisabled();
  await page.getByTestId('erase-confirm').fill('tb_anna');
  await page.getByTestId('erase').click();
  await expect(page.getByTestId('buyer-name')).toHaveText('已抹掉的买家');
  await expect(page.getByText('窗帘起球吗')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`buyer, orders, goods, ${theme}, ${size}: drawn, fitting, readable`, async ({
      house,
      owner,
      desk,
      window,
    }) => {
      await house.run('import', 'chats', await chatFile(house, '2026-10-03', MORNING));
      await orders(house);
      await goods(house);
      const context = await window({ viewport, colorScheme: theme });
      const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
      const { page } = await desk(zhou, { context });
      const found: string[] = [];
      const look = async (name: string): Promise<void> => {
        await page.screenshot({ path: `shots/${name}-${theme}-${viewport.width}.png` });
        await fits(page);
        found.push(...(await findings(page)).map((f) => `${name}: ${f}`));
      };
      const { rows } = await zhou.get<{ rows: { thread: string; buyer_name: string; buyer: string }[] }>(
        'conversation/threads?tab=all',
      );
      const anna = rows.find((r) => r.buyer_name === 'tb_anna');
      await open(page, `${house.url}/desk?thread=${anna?.thread}`);
      const pane = page.getByTestId('buyer-pane');
      await expect(page.getByTestId('message').first()).toBeVisible();
      if (viewport.width < 1120) await page.keyboard.press('Control+i');
      await expect(pane.getByTestId('buyer-order')).toBeVisible();
      await look('buyer');
      await pane.getByTestId('order-open').click();
      await look('buyer-order');
      await open(page, `${house.url}/orders?days=all`);
      await expect(page.getByTestId('order-row')).toHaveCount(6);
      await look('orders');
      await page.getByTestId('order-row').first().click();
      await expect(page.getByTestId('order-panel')).toContainText('138****2207');
      await look('order');
      await open(page, `${house.url}/goods`);
      await expect(page.getByTestId('goods-row')).toHaveCount(3);
      await look('goods');
      await page.getByTestId('goods-row').first().click();
      await expect(page.getByTestId('goods-panel')).toBeVisible();
      await look('goods-panel');
      expect(found.join('\n\n')).toBe('');
    });
  }
}
