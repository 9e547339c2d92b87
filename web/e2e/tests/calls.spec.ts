import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('a call is logged in a few keys, and what was agreed is confirmed by the message that says it (R-CHANNEL-05)', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('收到少一根');
  await he.pick();
  await he.page.keyboard.press('Alt+c');
  const panel = he.page.getByTestId('call-panel');
  await expect(panel).toBeVisible();
  await expect(panel.getByTestId('call-outcome')).toBeFocused();
  expect(await findings(he.page)).toEqual([]);
  await panel.getByTestId('call-agreed').fill('周五前补发一根');
  await he.page.keyboard.press('Enter');
  await expect(panel).toHaveCount(0);

  const call = he.page.getByTestId('buyer-call');
  await expect(call).toContainText('周五前补发一根');
  await call.getByTestId('call-confirm').click();
  await expect(he.page.getByTestId('composer')).toHaveValue(/周五前补发一根/);
  await he.page.getByTestId('composer').focus();
  await he.page.keyboard.press('Enter');
  await expect(call.getByTestId('call-see')).toBeVisible();
  await expect(visitor.chat.locator('body')).toContainText('周五前补发一根');

  await he.page.goto(new URL('/calls', he.page.url()).href);
  await expect(he.page.getByTestId('call-row')).toHaveCount(1);
  await expect(he.page.getByTestId('call-row')).toContainText('小禾已确认');
  expect(await findings(he.page)).toEqual([]);
  await he.page.getByTestId('calls-open').check();
  await expect(he.page.getByTestId('calls-empty')).toBeVisible();
});

test('a call without a chat is logged on the page, in the dark and in a narrow window (R-CHANNEL-05)', async ({
  owner,
  desk,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  await he.page.goto(new URL('/calls', he.page.url()).href);
  await he.page.emulateMedia({ colorScheme: 'dark' });
  await he.page.setViewportSize({ width: 390, height: 844 });
  await expect(he.page.getByTestId('calls-empty')).toBeVisible();
  await he.page.getByTestId('calls-log').click();
  const panel = he.page.getByTestId('call-panel');
  await panel.getByTestId('call-outcome').selectOption('no_answer');
  await panel.getByTestId('call-save').click();
  await expect(panel.getByTestId('call-wrong')).toContainText('电话号码或订单号');
  await panel.getByTestId('call-number').fill('8001');
  await panel.getByTestId('call-save').click();
  await expect(he.page.getByTestId('call-row')).toContainText('8001');
  await fits(he.page);
  expect(await findings(he.page)).toEqual([]);
});
