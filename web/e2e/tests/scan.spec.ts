import { findings, fits } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('a phone that is signed in lets a computer in by the number that stands there; another number keeps it out', async ({
  owner,
  desk,
  house,
  browser,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const context = await browser.newContext({ locale: 'zh-CN' });
  const computer = await context.newPage();
  await computer.goto(`${house.url}/`);
  await computer.getByTestId('signin-scan').click();
  const address = async (): Promise<string> =>
    (await computer.getByTestId('scan-picture').getAttribute('data-url')) ?? '';
  await expect(computer.getByTestId('scan-number')).toHaveText(/^[1-9]\d$/);
  expect(await findings(computer)).toEqual([]);
  await fits(computer);

  // Another number: nobody is in, and the code is spent.
  const phone = agent.page;
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(await address());
  const right = (await computer.getByTestId('scan-number').textContent()) ?? '';
  const wrong = phone.locator('.number').filter({ hasNotText: right }).first();
  await expect(wrong).toBeVisible();
  expect(await findings(phone)).toEqual([]);
  await fits(phone);
  await wrong.click();
  await expect(phone.getByTestId('scan-end')).toHaveAttribute('data-end', 'wrong');
  await expect(computer.getByTestId('scan-over')).toBeVisible();

  await computer.getByRole('button', { name: '换一个码' }).click();
  await expect(computer.getByTestId('scan-number')).toBeVisible();
  await phone.goto(await address());
  await expect.poll(() => new URL(phone.url()).hash).toBe('');
  await phone.getByTestId(`scan-${(await computer.getByTestId('scan-number').textContent()) ?? ''}`).click();
  await expect(phone.getByTestId('scan-end')).toHaveAttribute('data-end', 'in');
  await expect(computer).toHaveURL(/\/desk/);
  await context.close();
});
