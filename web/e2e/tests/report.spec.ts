import { MORNING, chatFile } from '../support/chats';
import { expect, test } from '../support/fixtures';

const DAY = '2026-10-03';

test('imported while the house is open: the figures, sorted, each a door to its turns and to the message', async ({
  house,
  owner,
  desk,
}) => {
  const file = await chatFile(house, DAY, MORNING);
  expect(JSON.parse(await house.run('import', 'chats', file, '--format', 'json'))).toMatchObject([
    { read: 6, created: 6, conversations: 3, refused: [] },
  ]);
  expect(JSON.parse(await house.run('import', 'chats', file, '--format', 'json'))).toMatchObject([
    { read: 6, created: 0, unchanged: 6 },
  ]);
  const closed = await owner.get<{ rows: { buyer_name: string; live: { last_at: string } }[] }>(
    'conversation/threads?tab=closed',
  );
  expect(closed.rows.map((r) => [r.buyer_name, r.live.last_at])).toEqual([
    ['tb_chen', `${DAY}T03:03:20Z`],
    ['tb_bo', `${DAY}T02:05:40Z`],
    ['tb_anna', `${DAY}T02:00:15Z`],
  ]);

  const { page } = await desk(await owner.hire('周主管', 'zhou', 'supervisor'));
  await page.goto(`${house.url}/report?from=${DAY}&to=${DAY}&by=agent`);
  const rows = page.getByTestId('report-row');
  await expect(rows).toHaveCount(2);
  const mei = rows.filter({ hasText: '店铺:小美' });
  await expect(mei.getByTestId('figure-slow_answer_num')).toHaveText('1');
  await expect(mei.getByTestId('figure-service_num')).toHaveText('2');

  const sort = page.getByTestId('sort-slow_answer_num');
  await sort.click();
  const first = await rows.first().innerText();
  await sort.click();
  await expect.poll(() => rows.first().innerText()).not.toBe(first);

  // The arrows walk over the numbers, Enter opens the one in focus.
  await mei.getByTestId('figure-service_num').focus();
  await page.keyboard.press('ArrowRight');
  await expect(mei.getByTestId('figure-first_reply_avg')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('figure-panel')).toContainText('小美');
  await page.keyboard.press('Escape');

  // A chosen column stays after the page is loaded anew.
  await page.getByTestId('report-columns').click();
  await page.getByTestId('column-turn_times').click();
  await expect(mei.getByTestId('figure-turn_times')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(mei.getByTestId('figure-turn_times')).toBeVisible();

  // What is shown is taken away as a workbook.
  await page.getByTestId('report-export').click();
  const [taken] = await Promise.all([page.waitForEvent('download'), page.getByText('Excel，逐日').click()]);
  expect(taken.suggestedFilename()).toBe(`yingke-${DAY}-${DAY}.xlsx`);

  await mei.getByTestId('figure-slow_answer_num').click();
  const turn = page.getByTestId('turn-row');
  await expect(turn).toHaveCount(1);
  await expect(turn).toContainText('能改地址吗');
  await expect(turn).toContainText('tb_chen');
  await turn.click();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/desk\?.*thread=.*seq=/);
  await expect(page.getByTestId('message').filter({ hasText: '能改地址吗' })).toBeVisible();
});

test('an agent finds the page in the rail, with the own figures only', async ({ house, owner, desk }) => {
  const file = await chatFile(house, DAY, MORNING);
  await house.run('import', 'chats', file);
  const { page } = await desk(await owner.hire('小丽', 'li', 'agent'));
  await page.getByRole('link', { name: '绩效' }).click();
  await expect(page.getByRole('heading', { name: '我的绩效' })).toBeVisible();
  await page.goto(`${house.url}/report?from=${DAY}&to=${DAY}&by=agent`);
  await expect(page.getByTestId('report-team')).toBeVisible();
  await expect(page.getByText('店铺:小美')).toHaveCount(0);
});
