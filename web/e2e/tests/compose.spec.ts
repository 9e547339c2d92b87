import { compose } from '../support/ime';
import { expect, test } from '../support/fixtures';

test('Enter that takes words from an input method sends nothing; the next Enter sends once', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer({ viewport: { width: 1280, height: 800 }, isMobile: false, hasTouch: false });

  await visitor.input.click();
  await compose(visitor.page, 'nihao', '你好');
  await expect(visitor.input).toHaveValue('你好');
  expect(await visitor.words('buyer')).toEqual([]);
  await visitor.input.press('Enter');
  await visitor.shows(['你好'], 'buyer');
  await visitor.settled();

  await agent.pick();
  const thread = await agent.thread();
  await agent.composer.click();
  await compose(agent.page, 'zaide', '在的');
  await expect(agent.composer).toHaveValue('在的');
  expect(await agent.words()).toEqual(['你好']);
  await agent.composer.press('Enter');
  await agent.settled();
  await visitor.shows(['在的'], 'shop');
  expect((await owner.stored(thread)).map((e) => e.text)).toEqual(['你好', '在的']);
});
