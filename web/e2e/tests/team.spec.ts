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
