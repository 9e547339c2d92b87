import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('a word of the shop is put in, stops the agent at once, is changed, taken in as a table and taken out', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('在吗');
  await agent.pick();
  // Signed in after the buyer was given to somebody.
  const { page } = await desk(await owner.hire('周敏', 'zhoumin', 'supervisor'));
  await page.goto(new URL('/settings/words', page.url()).href);
  await expect(page.getByTestId('words-empty')).toBeVisible();

  await page.getByTestId('words-new').fill('高仿');
  await page.getByTestId('words-new-severity').selectOption('block');
  await page.getByTestId('words-new-better').fill('这款是本店自有款式');
  await page.getByTestId('words-new-better').press('Enter');
  const row = page.getByTestId('words-row');
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('words-new')).toBeFocused();
  await agent.composer.pressSequentially('这是高 仿吗');
  const strip = agent.page.getByTestId('guard');
  await expect(strip).toHaveAttribute('data-severity', 'block');
  await agent.composer.press('Control+.');
  await expect(agent.composer).toHaveValue(/这款是本店自有款式/);
  await expect(strip).toBeHidden();

  // Changed where it stands.
  await row.locator('select').selectOption('warn');
  await expect(page.getByTestId('toast').last()).toContainText('高仿');
  await agent.composer.fill('高仿');
  await expect(strip).toHaveAttribute('data-severity', 'warn');
  await agent.composer.fill('');

  // A list that replaces everything: first what would happen.
  await page.getByTestId('words-import-open').click();
  await page.getByTestId('words-file').setInputFiles({
    name: '词表.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('词,处理,建议说法\n山寨,拦截,\n刷单,不许,\n清仓,提示,换季优惠\n'),
  });
  await expect(page.getByTestId('words-dry')).toContainText('3');
  await expect(page.getByTestId('words-dry')).toContainText('“不许”');
  expect(await findings(page)).toEqual([]);
  await page.getByTestId('words-import-run').click();
  await expect(row).toHaveCount(3);
  await page.getByTestId('words-search').fill('换季');
  await expect(row).toHaveCount(1);
  await page.getByTestId('words-search').fill('');
  await page.getByTestId('words-only-block').click();
  await expect(row).toHaveCount(1);

  // Taken out, and put back.
  await row.getByRole('button').click();
  await expect(row).toHaveCount(0);
  await page.getByTestId('toast-act').click();
  await expect(row).toHaveCount(1);
  await page.reload();
  await expect(row).toHaveCount(3);

  for (const size of [
    { width: 1280, height: 720 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    await fits(page);
  }
  await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'));
  // Colours change in a moment of their own.
  await expect.poll(() => findings(page)).toEqual([]);
});
