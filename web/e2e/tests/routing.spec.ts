import { findings, fits } from '../support/eye';
import { SIZES, expect, test } from '../support/fixtures';

test('seats, names of lines, whose work a buyer is, and why the house gave it to whom', async ({
  owner,
  desk,
  buyer,
}) => {
  const before = await owner.hire('小前', 'xiaoqian');
  const after = await owner.hire('小后', 'xiaohou');
  const boss = await desk(owner, { state: 'as it is' });
  const { page } = boss;

  // Each sits on a line.
  await page.goto(new URL('/people', page.url()).href);
  for (const [name, line, weight] of [
    ['小前', 'pre_sales', '300'],
    ['小后', 'after_sales', '100'],
  ] as const) {
    await page.getByTestId('people-row').filter({ hasText: name }).click();
    const seats = page.getByTestId('seats');
    await expect(seats.getByTestId('seats-none')).toBeVisible();
    await seats.getByTestId('seat-add').click();
    await seats.getByTestId('seat-line').selectOption(line);
    await seats.getByTestId('seat-weight').fill('0');
    await seats.getByTestId('seats-save').click();
    await expect(seats).toContainText('权重是1到1000的整数');
    await seats.getByTestId('seat-weight').fill(weight);
    await seats.getByTestId('seat-skills').fill('窗帘 发票');
    await seats.getByTestId('seats-save').click();
    await expect(seats).toContainText('已保存');
  }
  await expect(page.getByTestId('people-row').filter({ hasText: '小前' })).toContainText('售前 300');
  expect(await findings(page)).toEqual([]);

  // The shop calls one of them by a name of its own.
  await page.goto(new URL('/settings/lines', page.url()).href);
  const row = page.getByTestId('lineup').locator('[data-line="after_sales"]');
  await row.getByTestId('line-zh').fill('售后组');
  await page.getByTestId('shop-save').click();
  await expect(page.getByTestId('shop-saved')).toBeVisible();
  expect(await findings(page)).toEqual([]);

  const visitor = await buyer();
  await visitor.say('收到就坏了，我要退货');
  const qian = await desk(before);
  const hou = await desk(after);
  await hou.pick('收到就坏了');
  await expect(hou.page.getByTestId('head-line')).toContainText('售后组');
  await expect(hou.page.getByTestId('why')).toContainText('手上最少');
  expect(await visitor.chat.locator('body').innerText()).not.toContain('手上最少');

  // Who is there on each line, before the note is written.
  await hou.page.keyboard.press('Alt+t');
  const lines = hou.page.getByTestId('transfer-line');
  await expect(lines.filter({ hasText: '售前' })).toContainText('1人在线');
  await expect(lines.filter({ hasText: '售后组' })).toBeVisible();
  expect(await findings(hou.page)).toEqual([]);
  await lines.filter({ hasText: '售前' }).click();
  await hou.page.getByTestId('transfer-note').fill('想再挑一件');
  await hou.page.getByTestId('transfer-go').click();
  await qian.pick('收到就坏了');
  await expect(qian.page.getByTestId('head-line')).toContainText('售前');
  await expect(qian.page.getByTestId('event').last()).toContainText('小前');
});

test('away with everything to one colleague by keys, and states by keys', async ({ owner, desk, buyer }) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('几天能到');
  await expect(he.rows).toHaveCount(1);
  await he.page.keyboard.press('Alt+8');
  await expect(he.stateButton).toContainText('挂起');
  await he.page.keyboard.press('Alt+7');
  await expect(he.stateButton).toContainText('在线');
  const mei = await desk(await owner.hire('小梅', 'xiaomei'));
  await he.page.keyboard.press('Alt+0');
  const over = he.page.getByTestId('hand-over');
  await expect(over).toContainText('您变成离开');
  await over.getByTestId('hand-over-line').selectOption({ label: '小梅 0 / 8' });
  await over.getByTestId('hand-over-note').fill('她在等快递');
  expect(await findings(he.page)).toEqual([]);
  await over.getByTestId('hand-over-go').click();
  await expect(he.stateButton).toContainText('离开');
  await expect(mei.rows).toHaveCount(1);
  await expect(mei.page.getByTestId('hand-over-notes')).toContainText('她在等快递');
});

test('the tables of seats and lines fit narrow windows and the dark', async ({ owner, desk }) => {
  await owner.hire('小前', 'xiaoqian');
  const { page } = await desk(owner, { state: 'as it is' });
  for (const path of ['/settings/lines', '/people']) {
    for (const size of [SIZES.phone, SIZES.wide]) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: size === SIZES.phone ? 'dark' : 'light' });
      await page.goto(new URL(path, page.url()).href);
      if (path === '/people') {
        await page.getByTestId('people-row').filter({ hasText: '小前' }).click();
        await page.getByTestId('seat-add').click();
        await expect(page.getByTestId('seat')).toHaveCount(1);
      } else await expect(page.getByTestId('lineup')).toBeVisible();
      await fits(page);
      expect(await findings(page)).toEqual([]);
    }
  }
});
