import { expect, test } from '../support/fixtures';

test('the server is killed: what both sides write meanwhile waits through a reload and arrives once, in order', async ({
  house,
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
  await agent.say('在的');
  await visitor.shows(['在吗', '在的']);
  const thread = await agent.thread();

  await house.kill();
  await expect(agent.offline).toContainText(/网络断了\d+秒/);
  await expect(visitor.offline).toContainText(/网络断了\d+秒/);
  for (const n of [1, 2, 3]) {
    await visitor.say(`买家${n}`);
    await agent.say(`客服${n}`);
  }
  await agent.shows(['在吗', '在的', '客服1', '客服2', '客服3']);
  await agent.composer.pressSequentially('没写完的话');
  await visitor.input.pressSequentially('也没写完');

  await house.restart();
  const buyers = ['买家1', '买家2', '买家3'];
  const agents = ['客服1', '客服2', '客服3'];
  await visitor.shows(['在吗', ...buyers], 'buyer');
  await visitor.shows(['在的', ...agents], 'shop');
  await agent.settled();
  await visitor.settled();
  await expect(agent.offline).toBeHidden();
  await expect(visitor.offline).toBeHidden();
  const stored = await owner.stored(thread);
  expect(stored.filter((e) => e.from === 'buyer').map((e) => e.text)).toEqual(['在吗', ...buyers]);
  expect(stored.filter((e) => e.from === 'agent').map((e) => e.text)).toEqual(['在的', ...agents]);
  // Both pages show the order that is stored.
  await agent.shows(stored.map((e) => e.text));
  await visitor.shows(stored.map((e) => e.text));
  await expect(agent.composer).toHaveValue('没写完的话');
  await expect(visitor.input).toHaveValue('也没写完');
});

test('killed, written, reloaded, back: the outboxes and the unsent words of both survive', async ({
  house,
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
  await agent.say('在的');
  await visitor.shows(['在吗', '在的']);
  const thread = await agent.thread();

  await house.kill();
  await expect(agent.offline).toBeVisible();
  await visitor.say('断网时买家说的');
  await agent.say('断网时客服说的');
  await agent.composer.pressSequentially('客服草稿');
  await visitor.input.pressSequentially('买家草稿');
  // Both pages are gone before the server is back: only what they kept on disk can arrive.
  const places = [agent.page.url(), visitor.page.url()];
  await Promise.all([agent.page.goto('about:blank'), visitor.page.goto('about:blank')]);
  await house.restart();
  expect((await owner.stored(thread)).map((e) => e.text)).toEqual(['在吗', '在的']);
  await Promise.all([agent.page.goto(places[0] ?? ''), visitor.page.goto(places[1] ?? '')]);

  await visitor.shows(['在吗', '断网时买家说的'], 'buyer');
  await visitor.shows(['在的', '断网时客服说的'], 'shop');
  await expect(visitor.input).toHaveValue('买家草稿');
  await expect(agent.composer).toHaveValue('客服草稿');
  await agent.settled();
  await visitor.settled();
  const stored = (await owner.stored(thread)).map((e) => e.text);
  expect([...stored].sort()).toEqual(['在吗', '在的', '断网时买家说的', '断网时客服说的'].sort());
  await agent.shows(stored);
  await visitor.shows(stored);
});

test("the buyer's network goes and comes back: what was said meanwhile is caught up, what was written goes out", async ({
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
  await agent.say('在的');
  await visitor.shows(['在吗', '在的']);

  await visitor.cut();
  await agent.say('第一句');
  await agent.say('第二句');
  await agent.settled();
  await expect(visitor.offline).toBeVisible();
  await visitor.say('我断网了');
  await visitor.mend();
  await visitor.shows(['在吗', '在的', '第一句', '第二句', '我断网了']);
  await agent.shows(['在吗', '在的', '第一句', '第二句', '我断网了']);
  await expect(visitor.offline).toBeHidden();
});
