import { findings } from '../support/eye';
import { expect, test } from '../support/fixtures';

test('a conversation goes to a colleague with a note that the buyer never sees', async ({ owner, desk, buyer }) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('要开发票');
  await he.pick();
  await he.say('我请同事来');
  const mei = await desk(await owner.hire('小梅', 'xiaomei'));
  await expect(mei.rows).toHaveCount(0);

  await he.page.getByTestId('transfer').click();
  await he.page.getByTestId('transfer-to').filter({ hasText: '小梅' }).click();
  await he.page.getByLabel('留言', { exact: true }).fill('要专票，抬头还没给');
  await he.page.getByTestId('transfer-go').click();

  await expect(mei.rows).toHaveCount(1);
  await expect(he.rows).toHaveCount(0);
  await mei.pick();
  await expect(mei.page.getByText('要专票，抬头还没给')).toBeVisible();
  await mei.say('我来给您开');
  await visitor.shows(['要开发票', '我请同事来', '我来给您开']);
  expect(await visitor.chat.locator('body').innerText()).not.toContain('抬头还没给');
  await visitor.page.reload();
  await visitor.shows(['要开发票', '我请同事来', '我来给您开']);
  expect(await visitor.chat.locator('body').innerText()).not.toContain('抬头还没给');
});

test('two tabs of one agent show one desk: said in one, seen in the other, stored once', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await owner.hire('小禾', 'xiaohe');
  const left = await desk(he);
  const right = await desk(he, { state: 'as it is', context: left.page.context() });
  const visitor = await buyer();
  await visitor.say('有人吗');
  await left.pick();
  await right.pick();
  await left.say('左边说的');
  await right.shows(['有人吗', '左边说的']);
  await right.say('右边说的');
  await left.shows(['有人吗', '左边说的', '右边说的']);
  await visitor.shows(['有人吗', '左边说的', '右边说的']);
  expect((await owner.stored(await left.thread())).map((e) => e.text)).toEqual(['有人吗', '左边说的', '右边说的']);
  await left.page.getByTestId('close').click();
  await expect(right.rows).toHaveCount(0);
});

test('a supervisor takes a buyer out of the queue and a conversation from an agent; what each had written stays with them', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe', 'agent', 1));
  const first = await buyer();
  await first.say('第一位');
  await he.pick('第一位');
  const second = await buyer();
  await second.say('第二位');
  await expect(second.queue).toBeVisible();

  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.row('第二位').click();
  await zhou.page.getByTestId('take').click();
  // Who was off duty is suspended now, else the house would give the buyer back.
  await expect(zhou.stateButton).toContainText('挂起');
  await zhou.say('我来接您');
  await second.shows(['第二位', '我来接您']);
  await expect(second.queue).toBeHidden();

  await he.composer.pressSequentially('写到一半');
  await zhou.tab('全部');
  await zhou.row('第一位').click();
  await zhou.page.getByTestId('take').click();
  // Somebody else's buyer is not taken by one slip of the hand.
  await zhou.page.getByTestId('take-over').click();
  await zhou.say('换我来');
  await first.shows(['第一位', '换我来']);
  await expect(he.composer).toBeHidden();
  await expect(he.page.getByTestId('talk')).toContainText('周主管');
});

test('who loses a buyer to a colleague is told until it is seen, and keeps what was begun (R-DESK-13)', async ({
  owner,
  desk,
  buyer,
}) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  const visitor = await buyer();
  await visitor.say('被套能机洗吗');
  await he.pick('被套能机洗吗');
  await he.composer.fill('可以机洗，水温');
  // Whoever leads sees what was said last with anybody, also while the wait goes on.
  await visitor.say('水温多少');
  await zhou.tab('全部');
  await expect(zhou.row('水温多少')).toBeVisible();

  await zhou.row('水温多少').click();
  await zhou.page.getByTestId('take').click();
  await zhou.page.getByTestId('take-over').click();
  await expect(zhou.composer).toBeVisible();
  const lost = he.page.getByTestId('lost');
  await expect(lost).toContainText('周主管');
  await expect(he.page.getByTestId('begun')).toContainText('可以机洗，水温');
  expect(await findings(he.page)).toEqual([]);
  if (process.env.SHOTS) await he.page.screenshot({ path: `${process.env.SHOTS}/lost.png` });
  await he.page.getByTestId('lost-seen').click();
  await expect(lost).toHaveCount(0);
  await he.page.getByTestId('begun-drop').click();
  await expect(he.page.getByTestId('begun')).toHaveCount(0);

  // An act of one's own is no news.
  await expect(zhou.page.getByTestId('lost')).toHaveCount(0);
});
