import { picture } from '../support/png';
import { expect, test } from '../support/fixtures';

test('a buyer asks from a phone, the ring fills, an agent answers, both see what the other saw', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('窗帘可以定做吗');
  await visitor.shows(['窗帘可以定做吗'], 'buyer');

  await expect(agent.rows).toHaveCount(1);
  const ring = agent.rows.getByTestId('ring');
  await expect(ring).toHaveAttribute('data-stage', 'calm');
  await expect(agent.rows).toContainText('窗帘可以定做吗');
  // The first threshold of the policy is ten seconds of the real clock.
  await expect(ring).toHaveAttribute('data-stage', 'warm', { timeout: 30_000 });

  await agent.pick();
  await agent.shows(['窗帘可以定做吗']);
  await expect(visitor.chat.getByText('已读')).toBeVisible();

  await agent.composer.click();
  await agent.composer.pressSequentially('可以');
  await expect(visitor.typing).toBeVisible();
  await agent.composer.pressSequentially('，您量一下宽和高');
  await agent.composer.press('Enter');
  await visitor.shows(['可以，您量一下宽和高'], 'shop');
  await expect(visitor.typing).toBeHidden();
  await expect(agent.rows.getByTestId('ring')).toHaveAttribute('data-stage', 'none');
  await expect(agent.messages.last()).toContainText('已读');

  await visitor.input.click();
  await visitor.input.pressSequentially('宽');
  await expect(agent.typing).toContainText('正在输入');
  await visitor.input.pressSequentially('3米');
  await visitor.input.press('Enter');
  await agent.shows(['窗帘可以定做吗', '可以，您量一下宽和高', '宽3米']);
  await expect(agent.typing).toHaveText('');
});

test('pictures both ways, and a viewer for each', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.chat.getByTestId('widget-file').setInputFiles(picture('window.png'));
  await expect(visitor.messages.locator('img')).toHaveCount(1);
  await visitor.settled();

  await agent.pick();
  const theirs = agent.messages.locator('img');
  await expect(theirs).toHaveCount(1);
  await expect.poll(() => theirs.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(320);
  await theirs.click();
  await expect(agent.page.getByRole('dialog', { name: '看图' }).locator('img')).toBeVisible();
  await agent.page.keyboard.press('Escape');
  await expect(agent.page.getByRole('dialog', { name: '看图' })).toBeHidden();

  await agent.pictureFile.setInputFiles(picture('sample.png', [40, 90, 200], 200, 300));
  await agent.page.getByTestId('send').click();
  const ours = visitor.chat.locator('[data-testid="widget-message"][data-from="shop"] img');
  await expect(ours).toHaveCount(1);
  await expect.poll(() => ours.evaluate((img: HTMLImageElement) => img.naturalHeight)).toBe(300);
  await ours.click();
  await expect(visitor.chat.locator('dialog.viewer img')).toBeVisible();
  await visitor.chat.locator('dialog.viewer button').click();
  await expect(visitor.chat.locator('dialog.viewer')).toHaveCount(0);
});

test('nobody is there: the message is left, the buyer stands in the queue, who comes online finds it', async ({
  owner,
  desk,
  buyer,
}) => {
  const visitor = await buyer();
  await expect(visitor.input).toHaveAttribute('placeholder', /留个言/);
  await visitor.say('明天能发货吗');
  await expect(visitor.queue).toContainText('留言收到了');

  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  await expect(agent.rows).toHaveCount(1);
  await agent.pick();
  await agent.shows(['明天能发货吗']);
  await agent.say('能，下午发');
  await visitor.shows(['能，下午发'], 'shop');
  await expect(visitor.queue).toBeHidden();
});

test('a full agent leaves buyers in the queue, oldest first; a closed conversation makes room', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe', 'agent', 1));
  const first = await buyer();
  await first.say('第一位');
  await expect(agent.row('第一位')).toBeVisible();
  const second = await buyer();
  await second.say('第二位');
  await expect(second.queue).toContainText('下一位就是您');
  const third = await buyer();
  await third.say('第三位');
  await expect(third.queue).toContainText('前面还有1位');

  await agent.pick('第一位');
  await agent.say('您好');
  await first.shows(['您好'], 'shop');
  await agent.page.getByTestId('close').click();
  await expect(second.queue).toBeHidden();
  await expect(third.queue).toContainText('下一位就是您');
  await expect(agent.row('第二位')).toBeVisible();
});

test('a word taken back is taken back for both; a thanks that needs no answer waits for nobody', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('多少钱');
  await agent.pick();
  await agent.say('一百八');
  await visitor.shows(['多少钱', '一百八']);
  await agent.messages.last().hover();
  await agent.messages.last().getByTestId('recall').click();
  await visitor.shows(['多少钱', '这条消息撤回了']);
  await expect(agent.page.locator('[data-kind="recall"]')).toHaveText(/撤回了一条消息/);
  await agent.say('一百六十八');
  await visitor.shows(['多少钱', '这条消息撤回了', '一百六十八']);

  await visitor.say('谢谢');
  await expect(agent.page.getByTestId('wait-pill')).toBeVisible();
  await agent.page.getByTestId('waive').click();
  await expect(agent.page.getByTestId('wait-pill')).toBeHidden();
  await expect(agent.rows.getByTestId('ring')).toHaveAttribute('data-stage', 'none');
  await visitor.shows(['多少钱', '这条消息撤回了', '一百六十八', '谢谢']);
});
