import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('harassing words are marked by keys, decided above every page, and out of the wait (R-DESK-12)', async ({
  owner,
  desk,
  buyer,
}) => {
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.goto(new URL('/report', zhou.page.url()).href);
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('你们全是废物');
  await he.pick();
  await he.page.keyboard.press('Alt+j');
  const panel = he.page.getByTestId('abuse-panel');
  await expect(panel).toContainText('你们全是废物');
  expect(await findings(he.page)).toEqual([]);
  // The kind has the focus: Enter marks.
  await he.page.keyboard.press('Enter');
  await expect(panel).toHaveCount(0);
  await expect(he.page.getByTestId('composer')).toHaveValue(/店铺客服/);
  await expect(he.page.getByTestId('wait-pill')).toBeVisible();

  const line = zhou.page.getByTestId('mark-requests');
  await expect(line).toContainText('小禾');
  // What was said stands there: nobody decides on what they have not read.
  await expect(line.getByTestId('mark-said')).toContainText('你们全是废物');
  expect(await findings(zhou.page)).toEqual([]);
  await line.getByTestId('mark-confirm').click();
  await expect(line).toHaveCount(0);
  // Nothing is owed any more, and both acts stand where they happened.
  await expect(he.page.getByTestId('wait-pill')).toHaveCount(0);
  await expect(he.page.getByTestId('abuse-line')).toHaveCount(2);
  expect(await visitor.chat.locator('body').innerText()).not.toContain('骚扰');
});

test('a blocked buyer is told calmly, rings nowhere, and is heard again once it is lifted (R-DESK-12)', async ({
  owner,
  desk,
  buyer,
}) => {
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'));
  const visitor = await buyer();
  await visitor.say('滚');
  await zhou.pick();
  await zhou.page.keyboard.press('Alt+j');
  const panel = zhou.page.getByTestId('abuse-panel');
  await panel.getByTestId('block-reason').fill('反复辱骂');
  await panel.getByTestId('block-go').click();
  await expect(panel).toHaveCount(0);
  await visitor.say('又来了');
  await expect(visitor.chat.locator('body')).toContainText('目前不会有人答复');
  await expect(zhou.page.getByTestId('wait-pill')).toHaveCount(0);

  await zhou.page.goto(new URL('/abuse?tab=blocks', zhou.page.url()).href);
  const row = zhou.page.getByTestId('block-row');
  await expect(row).toContainText('反复辱骂');
  expect(await findings(zhou.page)).toEqual([]);
  await zhou.page.emulateMedia({ colorScheme: 'dark' });
  await zhou.page.setViewportSize({ width: 390, height: 844 });
  await fits(zhou.page);
  expect(await findings(zhou.page)).toEqual([]);
  await row.getByTestId('block-lift').click();
  await expect(row.getByTestId('block-lift')).toHaveCount(0);
  await visitor.say('对不起，想问下尺码');
  await zhou.page.setViewportSize({ width: 1440, height: 900 });
  await zhou.page.goto(new URL('/desk', zhou.page.url()).href);
  await zhou.pick();
  await expect(zhou.page.getByTestId('wait-pill')).toBeVisible();
});
