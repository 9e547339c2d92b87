import { findings, fits } from '../support/eye';
import { expect, SIZES, test } from '../support/fixtures';

test('R-TEAM-03: a notice is confirmed by one key, and its writer sees who has, live', async ({
  house,
  owner,
  desk,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const li = await desk(await owner.hire('小李', 'xiaoli'));
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.goto(house.url + '/notices');
  await expect(zhou.page.getByTestId('notice-empty')).toBeVisible();
  await zhou.page.getByTestId('notice-write').click();
  // Without a title nothing goes out, and what is written stays.
  await zhou.page.getByTestId('notice-text').fill('先看尺寸表，再回答买家');
  await zhou.page.getByTestId('notice-send').click();
  await expect(zhou.page.getByTestId('notice-wrong')).toContainText('标题');
  await expect(zhou.page.getByTestId('notice-title')).toBeFocused();
  await zhou.page.keyboard.type('新品周五上架');
  expect(await findings(zhou.page)).toEqual([]);
  await zhou.page.keyboard.press('Control+Enter');
  const panel = zhou.page.getByTestId('notice-panel');
  await expect(panel.getByTestId('notice-unread')).toContainText('小禾');

  for (const agent of [he, li]) await expect(agent.page.getByTestId('notice-line')).toContainText('新品周五上架');
  expect(await findings(he.page)).toEqual([]);
  await he.page.keyboard.press('Alt+k');
  await expect(he.page.getByTestId('notice-line')).toHaveCount(0);
  await expect(zhou.page.getByTestId('notice-count')).toHaveText('1 / 2');
  await expect(panel.getByTestId('notice-readers')).toContainText('小禾');
  await expect(panel.getByTestId('notice-unread')).not.toContainText('小禾');
  expect(await findings(zhou.page)).toEqual([]);

  // Corrected: everybody confirms anew, the old wording stays to be read.
  await panel.getByTestId('notice-correct').click();
  await zhou.page.getByTestId('notice-title').fill('新品周六上架');
  await zhou.page.getByTestId('notice-send').click();
  await expect(he.page.getByTestId('notice-line')).toContainText('新品周六上架');
  await expect(panel.getByTestId('notice-wordings')).toContainText('新品周五上架');
  await expect(zhou.page.getByTestId('notice-count')).toHaveText('0 / 2');

  // The rest is reminded once; withdrawn, it asks nobody any more and is found among the old ones.
  await panel.getByTestId('notice-remind').click();
  await expect(panel.getByTestId('notice-remind')).toBeDisabled();
  await panel.getByTestId('notice-withdraw').click();
  await panel.getByTestId('notice-withdraw').click();
  await expect(li.page.getByTestId('notice-line')).toHaveCount(0);
  await li.page.goto(house.url + '/notices?which=all');
  await li.page.getByTestId('notice-search').fill('尺寸');
  await expect(li.page.getByTestId('notice-row')).toHaveCount(1);
  await li.page.getByTestId('notice-search').fill('运费');
  await expect(li.page.getByTestId('notice-empty')).toBeVisible();
});

test('R-DUTY-05: what is urgent is read before going online', async ({ house, owner, desk }) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'), { state: 'as it is' });
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.goto(house.url + '/notices?write=1');
  await zhou.page.getByTestId('notice-title').fill('运费规则变了');
  await zhou.page.getByTestId('notice-text').fill('满200元包邮\n新疆西藏除外');
  await zhou.page.getByTestId('notice-urgent').check();
  await zhou.page.getByTestId('notice-send').click();
  await expect(he.page.getByTestId('notice-line')).toContainText('运费规则变了');

  await he.page.keyboard.press('Alt+7');
  const gate = he.page.getByTestId('notice-gate');
  await expect(gate).toContainText('新疆西藏除外');
  await expect(he.page.getByTestId('state-button')).toHaveAttribute('data-state', 'offline');
  expect(await findings(he.page)).toEqual([]);
  // Esc: nothing changes. One key reads it, and the person is online.
  await he.page.keyboard.press('Escape');
  await expect(gate).toHaveCount(0);
  await expect(he.page.getByTestId('state-button')).toHaveAttribute('data-state', 'offline');
  await he.page.keyboard.press('Alt+7');
  await expect(he.page.getByTestId('notice-gate-confirm')).toBeFocused();
  await he.page.keyboard.press('Enter');
  await expect(he.page.getByTestId('state-button')).toHaveAttribute('data-state', 'online');
  await expect(he.page.getByTestId('notice-line')).toHaveCount(0);
});

test('the notices are usable in the dark, in English, wide and narrow', async ({ house, owner, desk, window }) => {
  await desk(await owner.hire('小禾', 'xiaohe'));
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  const writer = await desk(zhou, { state: 'as it is' });
  await writer.page.goto(house.url + '/notices?write=1');
  await writer.page.getByTestId('notice-title').fill('双十一返场：店铺首页和活动页今晚八点一起换');
  await writer.page.getByTestId('notice-text').fill('活动话术已经在“活动”分组里。\n问到价保，按规则页回答。');
  await writer.page.getByTestId('notice-send').click();
  await expect(writer.page.getByTestId('notice-row')).toHaveCount(1);
  for (const [size, colorScheme] of [
    [SIZES.small, 'dark'],
    [{ width: 760, height: 900 }, 'light'],
    [SIZES.phone, 'dark'],
  ] as const) {
    const context = await window({ viewport: size, colorScheme, locale: 'en-US' });
    const { page } = await desk(zhou, { state: 'as it is', context });
    await page.goto(`${house.url}/notices`);
    await expect(page.getByTestId('notice-row')).toBeVisible();
    await fits(page);
    expect(await findings(page)).toEqual([]);
    await page.getByTestId('notice-row').click();
    await expect(page.getByTestId('notice-panel')).toContainText('小禾');
    await fits(page);
    expect(await findings(page)).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/notices-${size.width}.png` });
    await page.goto(`${house.url}/notices?write=1`);
    await expect(page.getByTestId('notice-form')).toBeVisible();
    await fits(page);
    expect(await findings(page)).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/notice-form-${size.width}.png` });
    await context.close();
  }
});
