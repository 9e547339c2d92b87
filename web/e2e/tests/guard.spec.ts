import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('what may not be said stays in the box, a better wording is one key away, a warning is overruled by a second Enter', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('会起球吗');
  await agent.pick();
  const thread = await agent.thread();
  const { page, composer } = agent;
  const strip = page.getByTestId('guard');

  // Blocked: it cannot be sent, and the page says why.
  await composer.pressSequentially('加我微信吧');
  await expect(strip).toHaveAttribute('data-severity', 'block');
  // The rule's number is for whoever looks for it, no word of the page.
  await expect(strip.locator('[data-rule="R-SPEECH-03"]')).toBeVisible();
  await expect(strip).not.toContainText('R-SPEECH');
  await expect(page.getByTestId('send')).toBeDisabled();
  await expect(page.getByTestId('guard-marks').locator('u.block')).toBeVisible();
  await composer.press('Enter');
  await expect(composer).toHaveValue('加我微信吧');
  expect(await findings(page)).toEqual([]);
  await fits(page);

  // Enter before anything was read: the server decides, and the words come back.
  await composer.fill('加我微信吧，便宜');
  await composer.press('Enter');
  await expect(composer).toHaveValue('加我微信吧，便宜');
  await expect(strip).toHaveAttribute('data-severity', 'block');
  await agent.shows(['会起球吗']);

  // Warned of: the better wording by key.
  await composer.fill('亲，这款肯定不起球');
  await expect(strip).toHaveAttribute('data-severity', 'warn');
  const better = ((await page.getByTestId('guard-better').textContent()) ?? '').replace(/^.*?：/u, '');
  await composer.press('Control+.');
  await expect(composer).toHaveValue(new RegExp(better));
  await expect(strip).toBeHidden();

  // ... or sent all the same, by a second Enter.
  await composer.fill('亲，这款肯定不起球');
  await expect(strip).toHaveAttribute('data-severity', 'warn');
  await composer.press('Enter');
  await expect(page.getByTestId('guard-again')).toBeVisible();
  await expect(composer).toHaveValue('亲，这款肯定不起球');
  await composer.press('Enter');
  await expect(composer).toHaveValue('');
  await agent.settled();
  expect((await owner.stored(thread)).map((e) => e.text)).toEqual(['会起球吗', '亲，这款肯定不起球']);

  // Enter at once: it comes back with the button beside it.
  await composer.fill('这款绝对不掉色');
  await composer.press('Enter');
  await page.getByTestId('guard-send').click();
  await visitor.shows(['会起球吗', '亲，这款肯定不起球', '这款绝对不掉色']);
});

test('what hangs on the question is held when it is sent, and says why in the language of the page', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('可以开发票吗');
  await agent.pick();
  const { page, composer } = agent;
  const strip = page.getByTestId('guard');
  await page.evaluate(() => localStorage.setItem('yk.lang', 'en'));
  await page.reload();
  await agent.pick();

  // Enter at once: only the server has read it, with the question that stands open.
  await composer.fill('不开的哦');
  await composer.press('Enter');
  await expect(strip).toHaveAttribute('data-severity', 'block');
  await expect(strip).toContainText('Refusing an invoice is a breach');
  await expect(composer).toHaveValue('不开的哦');
  await composer.fill('可以开的，抬头发我就行');
  await composer.press('Enter');
  await visitor.shows(['可以开发票吗', '可以开的，抬头发我就行']);
});

test('written without a network: what may not be said comes back as a draft, the others arrive in order', async ({
  owner,
  desk,
  buyer,
  expectLoss,
}) => {
  expectLoss();
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('在吗');
  await agent.pick();
  const { page, composer } = agent;
  await page.context().setOffline(true);
  await expect(agent.offline).toBeVisible();
  for (const words of ['在的', '加我微信吧', '您说', '加QQ群领券']) await agent.say(words);
  await expect(composer).toHaveValue('');
  await page.context().setOffline(false);

  await visitor.shows(['在吗', '在的', '您说']);
  await expect(composer).toHaveValue('加我微信吧');
  await expect(page.getByTestId('guard')).toHaveAttribute('data-severity', 'block');
  // The second one waits in its place until somebody wants to change it.
  const failed = page.locator('[data-testid="message"][data-state="failed"]');
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText('这句话不能发');
  await failed.getByTestId('mend').click();
  await expect(composer).toHaveValue('加我微信吧\n加QQ群领券');
  await expect(failed).toHaveCount(0);
});
