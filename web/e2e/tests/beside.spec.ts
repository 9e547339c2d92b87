/** Several shops in one window, and two conversations next to each other (R-PHRASE-10). */
import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

interface Shop {
  version: string;
  settings: object;
}

test('R-PHRASE-10: a person of two shops sees both in one window, and in whose name every word goes out', async ({
  owner,
  desk,
  buyer,
  site,
}) => {
  await owner.post('shop/shops', { code: 'cup', name: '云朵杯' });
  const staff = await owner.hire('小禾', 'xiaohe');
  await owner.put(`shop/shops/cup/members/${staff.me.person}`, { works: true });
  const theirs = await site({ shop: 'cup' });
  const cup = await owner.get<Shop>('shop/shops/cup');
  await owner.patch('shop/shops/cup', { version: cup.version, settings: { ...cup.settings, sites: [theirs.origin] } });
  const agent = await desk(staff);
  const { page } = agent;

  const one = await buyer();
  await one.say('壁画还有吗');
  const two = await buyer({}, theirs);
  await two.say('杯子还有吗');
  await expect(agent.rows).toHaveCount(2);
  await expect(agent.row('杯子还有吗').getByTestId('shop-mark')).toHaveAttribute('data-shop', 'cup');
  await expect(agent.row('壁画还有吗').getByTestId('shop-mark')).toHaveAttribute('data-shop', 'main');
  await expect(page.getByTestId('shop-all').locator('.chip')).toHaveText('2');
  await expect(page.getByTestId('shop-cup').locator('.chip')).toHaveText('1');

  // A key turns to the next shop and back to all, from wherever the hands are.
  await page.keyboard.press('Alt+]');
  await expect(page.getByTestId('shop-main')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Alt+]');
  await expect(page.getByTestId('shop-cup')).toHaveAttribute('aria-selected', 'true');
  await expect(agent.rows).toHaveCount(1);
  await agent.pick('杯子还有吗');
  await expect(page.getByTestId('in-name')).toContainText('云朵杯');
  await page.keyboard.press('Alt+]');
  await expect(agent.rows).toHaveCount(2);
  await page.keyboard.press('Alt+[');
  await page.keyboard.press('Alt+[');
  await page.keyboard.press('Alt+[');
  await expect(page.getByTestId('shop-all')).toHaveAttribute('aria-selected', 'true');
  expect(await findings(page)).toEqual([]);
  await fits(page);

  // The cards, the phrases and the words are those of the shop that is open.
  await owner.post('phrase/phrases', { set: 'team', shop: 'cup', code: 'zzcup', text: '这里是{店铺}，杯子都有货' });
  await agent.composer.click();
  await page.keyboard.type('/zzcup');
  await expect(page.getByTestId('phrase-line').first()).toContainText('杯子都有货');
  await page.keyboard.press('Enter');
  await two.shows(['这里是云朵杯，杯子都有货'], 'shop');
  await agent.pick('壁画还有吗');
  await expect(page.getByTestId('in-name')).toContainText('main');
  await agent.composer.click();
  await page.keyboard.type('/zzcup');
  await expect(page.getByTestId('phrase-none')).toBeVisible();
  await agent.composer.fill('');
});

test('two conversations side by side: drafts, guard, suggestions and keys of each are its own', async ({
  owner,
  desk,
  buyer,
  window,
}) => {
  const staff = await owner.hire('小禾', 'xiaohe');
  const context = await window({ viewport: { width: 1720, height: 940 } });
  const agent = await desk(staff, { context });
  const { page } = agent;
  const one = await buyer();
  await one.say('第一位来问');
  await expect(agent.rows).toHaveCount(1);
  const two = await buyer();
  await two.say('第二位来问');
  await expect(agent.rows).toHaveCount(2);
  await agent.pick('第一位来问');

  // The open one goes to the right, the one that waits opens on the left.
  await page.keyboard.press('Alt+p');
  const right = page.getByTestId('beside');
  const left = page.getByTestId('talk');
  await expect(right).toContainText('第一位来问');
  await expect(left).toContainText('第二位来问');
  const [boxLeft, boxRight] = [left.getByTestId('composer'), right.getByTestId('composer')];
  await expect(boxLeft).toBeFocused();
  expect(await findings(page)).toEqual([]);
  await fits(page);

  // A draft on each side; Enter sends the one in which the hands are.
  await page.keyboard.type('左边的话');
  await page.keyboard.press('F6');
  await expect(boxRight).toBeFocused();
  await page.keyboard.type('右边的话');
  await expect(boxLeft).toHaveValue('左边的话');
  await page.keyboard.press('Enter');
  await one.shows(['右边的话'], 'shop');
  await expect(boxLeft).toHaveValue('左边的话');
  await page.keyboard.press('F6');
  await page.keyboard.press('Enter');
  await two.shows(['左边的话'], 'shop');

  // The guard reads the right one; what it stops stays there.
  await page.keyboard.press('F6');
  await page.keyboard.type('加我微信 abc12345');
  await expect(right.getByTestId('guard-marks')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(boxRight).toHaveValue('加我微信 abc12345');
  await boxRight.fill('');

  // A suggestion goes to the buyer for whom the keys are meant.
  await one.say('邮费谁出呀');
  await two.say('有运费险吗');
  await expect(right.getByTestId('asked')).toContainText('邮费');
  await expect(left.getByTestId('asked')).toContainText('运费险');
  await boxRight.click();
  const words = (await right.getByTestId('offer').first().locator('.lit').innerText()).trim();
  await page.keyboard.press('Alt+1');
  await one.shows(['右边的话', words], 'shop');
  await two.shows(['左边的话'], 'shop');

  // What needs a panel brings it to the left; the other one takes its place.
  await page.keyboard.press('Alt+t');
  await expect(page.getByTestId('transfer-panel')).toBeVisible();
  await expect(left).toContainText('第一位来问');
  await expect(right).toContainText('第二位来问');
  await page.keyboard.press('Escape');

  // Closed on the right: that one, and the right side is put away. The left one stays.
  await boxRight.click();
  await page.keyboard.press('Alt+h');
  await two.shows(['左边的话', '请您稍等，我帮您确认一下，马上回您'], 'shop');
  await page.keyboard.press('F4');
  await expect(right).toHaveCount(0);
  await expect(left).toContainText('第一位来问');
  await expect(left).toHaveAttribute('data-state', 'held');

  // Kept over a reload; a narrow window shows one.
  await page.keyboard.press('Alt+p');
  await expect(right).toContainText('第一位来问');
  await page.reload();
  await expect(right).toContainText('第一位来问');
  await page.setViewportSize({ width: 1280, height: 720 });
  await expect(right).toHaveCount(0);
  await page.setViewportSize({ width: 1720, height: 940 });
  await expect(right).toBeVisible();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findings(page)).toEqual([]);
});
