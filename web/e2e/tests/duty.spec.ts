import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findings, fits } from '../support/eye';
import { expect, SIZES, test } from '../support/fixtures';
import type { House } from '../support/house';

/** A time of the shop's own clock, so many hours ago. */
function ago(hours: number): string {
  return new Date(Date.now() + (8 - hours) * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Noon of yesterday by the shop's clock. */
const yesterday = (): string => `${ago(24).slice(0, 10)} 12:00:00`;

async function orders(house: House): Promise<void> {
  const waits = '"买家已付款,等待卖家发货"';
  const rows = [
    '订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量',
    `7001,tb_anna,200.00,0.00,等待买家付款,${ago(3)},,山里有雾 挂毯,1`,
    `7002,tb_bo,99.00,0.00,等待买家付款,${ago(2)},,亚麻桌布,1`,
    `7003,tb_chen,486.00,486.00,${waits},${ago(80)},${ago(79)},遮光窗帘,1`,
    `7004,tb_dong,318.00,318.00,${waits},${ago(100)},${ago(99)},【预售】羊毛毯,1`,
    `7005,tb_er,318.00,318.00,${waits},${yesterday()},${yesterday()},灯芯绒靠垫,1`,
  ];
  const path = join(house.data, 'orders.csv');
  await writeFile(path, rows.join('\n') + '\n');
  await house.run('import', 'orders', path);
}

test('R-DESK-14: the opening list is ticked off by keys, and a colleague sees it at once', async ({
  house,
  owner,
  desk,
}) => {
  await orders(house);
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const mei = await desk(await owner.hire('小美', 'xiaomei'));
  // The desk says quietly what is left, and leads there.
  const line = he.page.getByTestId('duty-line');
  await expect(line).toContainText('开班清单还有');
  await line.getByRole('button', { name: '去看' }).click();
  await expect(he.page).toHaveURL(/\/duty/);
  await he.page.getByTestId('duty-tab-opening').click();
  await mei.page.goto(`${house.url}/duty?list=opening`);
  const own = he.page.getByTestId('duty-group-own');
  await expect(own.getByTestId('duty-line-row')).toHaveCount(2);
  await expect(he.page.getByTestId('duty-group-unpaid').getByTestId('duty-line-row')).toHaveCount(2);
  await expect(he.page.getByTestId('duty-group-unshipped')).toContainText('晚了');
  expect(await findings(he.page)).toEqual([]);

  // J, Space: the first line is done, and the pointer stands on the next one.
  await he.page.keyboard.press('j');
  await he.page.keyboard.press('Space');
  await expect(own.getByTestId('duty-line-row')).toHaveCount(1);
  await expect(own.getByTestId('duty-counts')).toHaveText('还有1，办好1');
  await expect(mei.page.getByTestId('duty-group-own').getByTestId('duty-counts')).toHaveText('还有1，办好1');
  await expect(own.getByTestId('duty-line-row')).toHaveClass(/at/);
  // S: skipped, with a reason.
  await he.page.keyboard.press('s');
  await he.page.getByTestId('duty-note').press('Enter');
  await expect(he.page.getByTestId('duty-wrong')).toHaveText('选一个原因，或者写一句为什么。');
  await he.page.getByTestId('duty-reason').selectOption('elsewhere');
  await he.page.getByTestId('duty-note').press('Enter');
  await expect(own.getByTestId('duty-counts')).toHaveText('办好1，跳过1');
  // Mod+Z takes the last one back.
  await he.page.keyboard.press('Control+z');
  await expect(own.getByTestId('duty-counts')).toHaveText('还有1，办好1');

  // A whole group in one act; the door leads to the order.
  const unpaid = he.page.getByTestId('duty-group-unpaid');
  await unpaid.getByTestId('duty-whole').click();
  await he.page.getByTestId('duty-note').fill('群发催付');
  await he.page.getByTestId('duty-note').press('Enter');
  await expect(unpaid.getByTestId('duty-counts')).toHaveText('办好2');
  await unpaid.getByTestId('duty-show-ticked').click();
  await expect(unpaid.getByTestId('duty-ticked')).toHaveCount(2);
  await expect(unpaid.getByTestId('duty-ticked').first()).toContainText('小禾');
  const order = he.page.getByTestId('duty-group-unshipped').getByTestId('duty-line-row').first();
  await order.click();
  await he.page.keyboard.press('o');
  await expect(he.page).toHaveURL(/\/orders\//);
});

test('R-DESK-16: the early list wants days and reasons; the supervisor sees every day', async ({
  house,
  owner,
  desk,
}) => {
  await orders(house);
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  await he.page.goto(`${house.url}/duty?list=early`);
  const presale = he.page.getByTestId('duty-group-presale');
  await presale.getByTestId('duty-tick').click();
  await he.page.getByTestId('duty-arrival').fill('2030-01-05');
  await he.page.getByTestId('duty-arrival').press('Enter');
  await expect(presale.getByTestId('duty-counts')).toHaveText('办好1');
  const late = he.page.getByTestId('duty-group-yesterday');
  await late.getByTestId('duty-tick').click();
  await he.page.getByTestId('duty-reason').selectOption('stock');
  await he.page.getByTestId('duty-note').press('Enter');
  await expect(late.getByTestId('duty-counts')).toHaveText('办好1');
  const missed = he.page.getByTestId('duty-group-missed');
  await missed.getByTestId('duty-found-number').fill('7003');
  await missed.getByTestId('duty-found-to').fill('仓库老周');
  await missed.getByTestId('duty-found-to').press('Enter');
  await expect(missed.getByTestId('duty-counts')).toHaveText('还有1，办好1');
  expect(await findings(he.page)).toEqual([]);

  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.getByRole('link', { name: '清单' }).click();
  await zhou.page.getByTestId('duty-own').click();
  await zhou.page.getByTestId('duty-own-words').fill('看平台罚单\n看店铺邮箱');
  await zhou.page.getByTestId('duty-own-form').getByRole('button', { name: '确定' }).click();
  await expect(zhou.page.getByTestId('duty-group-own')).toContainText('看平台罚单');
  await zhou.page.getByTestId('duty-tab-days').click();
  const day = zhou.page.getByTestId('duty-day').filter({ hasText: '早班清单' });
  await expect(day).toContainText('小禾 3');
  expect(await findings(zhou.page)).toEqual([]);
});

test('the lists are usable in the dark, in English and on a phone', async ({ house, owner, desk, window }) => {
  await orders(house);
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  for (const [size, scheme] of [
    [SIZES.small, 'dark'],
    [SIZES.phone, 'light'],
  ] as const) {
    const context = await window({ viewport: size, colorScheme: scheme, locale: 'en-US' });
    const { page } = await desk(zhou, { state: 'as it is', context });
    for (const list of ['opening', 'early', 'days']) {
      await page.goto(`${house.url}/duty?list=${list}`);
      await expect(
        page
          .getByTestId(list === 'days' ? 'duty-day' : 'duty-group-own')
          .or(page.getByTestId('duty-group-missed'))
          .first(),
      ).toBeVisible();
      await fits(page);
      expect(await findings(page)).toEqual([]);
    }
  }
});
