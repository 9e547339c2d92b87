import { readFile } from 'node:fs/promises';
import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('an agent rounds off alone in one step, and the words wait in the draft (R-BARGAIN-01)', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('便宜点吧');
  await he.pick();
  await he.page.keyboard.press('Alt+b');
  const panel = he.page.getByTestId('price-panel');
  await expect(panel).toBeVisible();
  await panel.getByTestId('price-total').fill('358');
  await panel.getByTestId('price-wish').fill('355');
  await panel.getByTestId('price-reason').fill('老客');
  await expect(panel.getByTestId('price-go')).toHaveText('让到355');
  expect(await findings(he.page)).toEqual([]);
  await panel.getByTestId('price-go').click();
  await expect(panel).toHaveCount(0);
  await expect(he.page.getByTestId('composer')).toHaveValue(/355元/);
  await expect(he.page.getByTestId('bargain-line')).toContainText('358 让到 355');
  // Nothing was said yet, and what was settled inside stays inside.
  await he.page.keyboard.press('Enter');
  await visitor.shows(['便宜点吧', '亲，价格已经给您改到355元了，刷新一下订单就能付款。']);
  expect(await visitor.chat.locator('body').innerText()).not.toContain('老客');
});

test('more than that is asked of the supervisor and answered above every page within seconds (R-BARGAIN-02)', async ({
  owner,
  desk,
  buyer,
}) => {
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.goto(new URL('/report', zhou.page.url()).href);
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('340卖不卖');
  await he.pick();
  await he.page.keyboard.press('Alt+b');
  const panel = he.page.getByTestId('price-panel');
  await panel.getByTestId('price-total').fill('358');
  await panel.getByTestId('price-wish').fill('340');
  await panel.getByTestId('price-reason').fill('一次买三件');
  await panel.getByTestId('price-go').click();
  // The buyer is asked to wait, and the answer stays owed.
  await visitor.shows(['340卖不卖', '请您稍等，我帮您确认一下，马上回您']);
  await expect(panel.getByTestId('price-request')).toContainText('等主管回');

  const line = zhou.page.getByTestId('price-requests');
  await expect(line).toContainText('小禾');
  await expect(line).toContainText('一次买三件');
  expect(await findings(zhou.page)).toEqual([]);
  await line.getByTestId('request-counter').fill('350');
  await line.getByTestId('request-counter').press('Enter');
  await expect(line).toHaveCount(0);

  await expect(panel.getByTestId('price-request')).toHaveAttribute('data-state', 'countered');
  await expect(panel).toContainText('周主管还价350');
  await he.page.keyboard.press('Alt+y');
  await expect(he.page.getByTestId('composer')).toHaveValue(/350元/);
  await expect(he.page.getByTestId('bargain-line')).toHaveCount(3);
});

test('the panel of prices is usable in a narrow window and in the dark', async ({ owner, desk, buyer }) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('打折吗');
  await he.pick();
  await he.page.emulateMedia({ colorScheme: 'dark' });
  await he.page.setViewportSize({ width: 390, height: 844 });
  await he.page.keyboard.press('Alt+b');
  await expect(he.page.getByTestId('price-panel')).toBeVisible();
  await fits(he.page);
  expect(await findings(he.page)).toEqual([]);
});

test('R-BARGAIN-04: what was given is shown by whom, opens to its talk, and is taken along as a table', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('便宜点吧');
  await he.pick();
  await he.page.keyboard.press('Alt+b');
  const panel = he.page.getByTestId('price-panel');
  await panel.getByTestId('price-total').fill('358');
  await panel.getByTestId('price-wish').fill('355');
  await panel.getByTestId('price-reason').fill('老客');
  await panel.getByTestId('price-go').click();
  await expect(panel).toHaveCount(0);

  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  const { page } = zhou;
  await page.getByRole('link', { name: '绩效' }).click();
  await page.getByTestId('report-bargain').click();
  await expect(page.getByTestId('given-person')).toHaveText(/小禾\s*1\s*3\s*3\s*0.8%/);
  const line = page.getByTestId('given-line');
  await expect(line).toContainText('老客');
  await expect(line).toContainText('−3');
  expect(await findings(page)).toEqual([]);
  await fits(page);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('given-export').click()]);
  expect(file.suggestedFilename()).toMatch(/^yingke-given-.*\.csv$/);
  const text = await readFile(await file.path(), 'utf8');
  expect(text).toContain('小禾,,358.00,3.00,改价,自己做主,,老客');

  // Nothing on other days; an empty day says so.
  await page.getByTestId('range-yesterday').click();
  await expect(page.getByTestId('given-none')).toBeVisible();
  await page.getByTestId('range-today').click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(line).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await fits(page);
  await page.setViewportSize({ width: 1280, height: 720 });
  await fits(page);
  await line.getByTestId('given-open').click();
  await expect(page.getByTestId('talk')).toContainText('便宜点吧');
});
