import { findings, fits } from '../support/eye';
import { expect, SIZES, test } from '../support/fixtures';

test('R-DESK-15: an entry is written from the talk, found by words, changed, and becomes a phrase', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  const visitor = await buyer();
  await visitor.say('挂毯少了一条流苏');
  await he.pick('挂毯少了一条流苏');
  await he.page.keyboard.press('Alt+i');
  const panel = he.page.getByTestId('worklog-panel');
  await expect(panel.getByTestId('worklog-problem')).toHaveValue('挂毯少了一条流苏');
  expect(await findings(he.page)).toEqual([]);
  await panel.getByTestId('worklog-cause').fill('仓库漏装配件');
  await panel.getByTestId('worklog-tags').fill('漏发 仓库');
  await panel.getByTestId('worklog-tags').press('Control+Enter');
  await expect(panel).toHaveCount(0);

  // The whole team finds it by any two characters.
  await zhou.page.getByRole('link', { name: '日志' }).click();
  await zhou.page.getByTestId('worklog-find').fill('漏装');
  const rows = zhou.page.getByTestId('worklog-row');
  await expect(rows).toHaveCount(1);
  await zhou.page.getByTestId('worklog-find').fill('查不到的');
  await expect(zhou.page.getByTestId('worklog-empty')).toBeVisible();
  await zhou.page.getByTestId('worklog-find').fill('');
  await zhou.page.getByTestId('worklog-filter-state').selectOption('open');
  await expect(rows).toHaveCount(1);
  await rows.first().click();
  await expect(zhou.page.getByTestId('worklog-side')).toContainText('仓库漏装配件');
  await expect(zhou.page.getByTestId('worklog-edit')).toHaveCount(0);
  await expect(zhou.page.getByTestId('worklog-export')).toBeVisible();
  expect(await findings(zhou.page)).toEqual([]);
  await zhou.page.getByTestId('worklog-to-talk').click();
  await expect(zhou.page).toHaveURL(/\/desk\?.*thread=.*seq=/);

  // Who wrote it says how it was solved; what it said before stays; and it becomes a phrase.
  await he.page.getByRole('link', { name: '日志' }).click();
  await he.page.getByTestId('worklog-row').first().click();
  await he.page.getByTestId('worklog-edit').click();
  await he.page.getByTestId('worklog-solution').fill('今天补发一条，单号稍后发您');
  await he.page.getByTestId('worklog-state').selectOption('solved');
  await he.page.getByTestId('worklog-save').click();
  await expect(he.page.getByTestId('worklog-shown-state')).toHaveText('已解决');
  await expect(he.page.getByTestId('worklog-past')).toBeVisible();
  await he.page.getByTestId('worklog-phrase').click();
  await expect(he.page).toHaveURL(/\/phrases/);
  await expect(he.page.locator('textarea').first()).toHaveValue('今天补发一条，单号稍后发您');
});

test('the work log is usable in the dark, in English and on a phone', async ({ house, owner, desk, window }) => {
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  for (const [size, scheme] of [
    [SIZES.small, 'dark'],
    [SIZES.phone, 'light'],
  ] as const) {
    const context = await window({ viewport: size, colorScheme: scheme, locale: 'en-US' });
    const { page } = await desk(zhou, { state: 'as it is', context });
    await page.goto(`${house.url}/worklog`);
    await expect(page.getByTestId('worklog-find')).toBeVisible();
    await fits(page);
    await page.getByTestId('worklog-write').click();
    await page.getByTestId('worklog-problem').fill('The size chart is missing');
    await page.getByTestId('worklog-save').click();
    await expect(page.getByTestId('worklog-side')).toContainText('The size chart is missing');
    await fits(page);
    expect(await findings(page)).toEqual([]);
  }
});
