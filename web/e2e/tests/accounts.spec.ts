import { PASSWORD } from '../support/staff';
import { expect, test } from '../support/fixtures';

test("the owner's first link makes the account, an invited agent sets a password and signs in again with it", async ({
  house,
  window,
}) => {
  const owner = await (await window()).newPage();
  await owner.goto(`${house.url}/in#${house.ownerToken}`);
  await owner.getByLabel('登录名', { exact: true }).fill('boss');
  await owner.getByLabel('称呼', { exact: true }).fill('店主');
  await owner.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await owner.getByTestId('link-confirm').click();
  await expect(owner).toHaveURL(/\/desk/);
  expect(owner.url(), 'the token does not stay in the address').not.toContain(house.ownerToken);

  await owner.goto(`${house.url}/people`);
  await owner.getByTestId('invite').click();
  await owner.getByTestId('invite-name').fill('小禾');
  await owner.getByTestId('invite-login').fill('xiaohe');
  await owner.getByTestId('invite-submit').click();
  const link = (await owner.getByTestId('invite-link').innerText()).trim();
  expect(link).toMatch(/\/in#\S{20,}$/);
  await expect(owner.getByTestId('people-row').filter({ hasText: '小禾' })).toBeVisible();

  const agent = await (await window()).newPage();
  await agent.goto(link);
  await expect(agent.getByText('小禾').first()).toBeVisible();
  await agent.getByLabel('密码', { exact: true }).fill('short');
  await agent.getByTestId('link-confirm').click();
  await expect(agent.getByText('至少要10个字')).toBeVisible();
  await agent.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await agent.getByTestId('link-confirm').click();
  await expect(agent).toHaveURL(/\/desk/);
  await expect(agent.getByTestId('state-button')).toBeVisible();

  const other = await (await window()).newPage();
  await other.goto(link);
  await expect(other.getByText('用过了')).toBeVisible();
  await other.goto(house.url);
  await other.getByLabel('登录名', { exact: true }).fill('xiaohe');
  await other.getByLabel('密码', { exact: true }).fill(`${PASSWORD}!`);
  await other.getByTestId('signin-submit').click();
  await expect(other.getByText('登录名或密码不对')).toBeVisible();
  await other.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await other.getByTestId('signin-submit').click();
  await expect(other).toHaveURL(/\/desk/);
});

test('signing out ends the session here and leaves nothing open', async ({ owner, desk, house }) => {
  const agent = await owner.hire('小禾', 'xiaohe');
  const here = await desk(agent);
  // What the desk asks as it opens would be refused if the session ended before the answers came.
  await here.page.waitForLoadState('networkidle');
  await here.page.getByTestId('me').click();
  await here.page.getByText('退出登录').click();
  await expect(here.page.getByLabel('登录名', { exact: true })).toBeVisible();
  await here.page.goto(`${house.url}/report`);
  await expect(here.page.getByLabel('登录名', { exact: true })).toBeVisible();
  const answer = await here.page.request.get(`${house.url}/api/v1/access/me`);
  expect(answer.status()).toBe(401);
});

test('what a role may not do is not offered, and is refused by the server', async ({ owner, desk, house }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const supervisor = await desk(await owner.hire('周主管', 'zhou', 'supervisor'));
  await expect(agent.page.locator('nav a[href="/people"]')).toHaveCount(0);
  await agent.page.goto(`${house.url}/people`);
  await expect(agent.page.getByTestId('people-row')).toHaveCount(0);
  await expect(agent.page.getByText('由主管和店主')).toBeVisible();
  const answer = await agent.page.request.get(`${house.url}/api/v1/access/people`);
  expect(answer.status()).toBe(403);

  await supervisor.page.locator('nav a[href="/people"]').click();
  await expect(supervisor.page.getByTestId('people-row')).toHaveCount(3);
});
