import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findings, fits } from '../support/eye';
import { SIZES, expect, test } from '../support/fixtures';

test('R-DESK-18: whoever comes is asked to look along at a large order, by one key, and takes it over', async ({
  house,
  owner,
  desk,
  buyer,
  site,
}) => {
  await owner.rules({ 'routing.large_order_fen': 100_000, 'routing.grade_secs': 0 });
  const path = join(house.data, 'goods.csv');
  await writeFile(path, '商品编码,标题,类目,价格,原价,库存,状态\nYX-001,远山大画,壁画,2680,,4,上架\n');
  await house.run('import', 'goods', path);
  const xin = await owner.hire('小新', 'xiaoxin');
  await owner.patch(`access/people/${xin.me.person}`, { grade: 'junior' });
  const young = await desk(xin);
  const shop = await site({
    tag: { product: JSON.stringify({ code: 'YX-001', title: '远山大画', price: '2680.00' }) },
  });
  const visitor = await buyer({}, shop);
  await visitor.say('这幅多少钱');
  await young.pick('这幅多少钱');
  await expect(young.page.getByTestId('pair')).toHaveText('没有人一起看');

  // The wall says that nobody looks along.
  const boss = await desk(owner, { state: 'as it is' });
  await boss.page.goto(new URL('/wall', boss.page.url()).href);
  const need = boss.page.locator('[data-testid="wall-need"][data-kind="pair"]');
  await expect(need).toContainText('小新');
  await expect(need).toContainText('没有人一起看');

  // Somebody experienced comes: one line, one key.
  const lan = await owner.hire('小兰', 'xiaolan');
  await owner.patch(`access/people/${lan.me.person}`, { grade: 'senior' });
  const mate = await desk(lan);
  const line = mate.page.getByTestId('pair-line');
  await expect(line).toContainText('小新在接');
  await expect(young.page.getByTestId('pair')).toHaveText('和小兰一起看');
  await expect(need).toContainText('小兰一起看');
  expect(await findings(mate.page)).toEqual([]);
  await fits(mate.page);
  await mate.page.setViewportSize(SIZES.phone);
  await fits(mate.page);
  await mate.page.setViewportSize(SIZES.wide);
  await mate.page.keyboard.press('Alt+a');
  await expect(line).toHaveCount(0);
  await expect(mate.page).toHaveURL(/thread=/);
  await expect(mate.page.getByTestId('pair')).toHaveText('和小新一起看');
  await expect(young.page.getByText('小兰在看这一单')).toBeVisible();

  // A word that the buyer does not see, then all of it.
  await mate.page.getByTestId('note-begin').click();
  await expect(mate.composer).toBeFocused();
  await mate.composer.pressSequentially('先问尺寸');
  await mate.composer.press('Enter');
  await expect(young.page.getByText('先问尺寸')).toBeVisible();
  await mate.page.keyboard.press('Escape');
  await mate.page.getByTestId('take').click();
  await mate.page.getByTestId('take-over').click();
  await expect(mate.page.getByTestId('pair')).toHaveCount(0);
  await mate.say('您好，我来接着说');
  await expect(visitor.chat.getByText('您好，我来接着说')).toBeVisible();
  await expect(need).toHaveCount(0);
});
