import { writeFile } from 'node:fs/promises';
import { picture } from '../support/png';
import { expect, test } from '../support/fixtures';

const CATALOGUE = '商品编号,标题,价格,库存\nKD-1,竹青 棉麻方枕,39.00,120\n';

/**
 * One buyer's way through a whole house: two agents, a supervisor and the buyer, each in a window of their own. What single acts do
 * is proven by the specs of talk, team and loss; here it is that they fit together.
 */
test('a buyer is answered, watched, handed on, cut off, taken over and asked at the end; the figures know it all', async ({
  house,
  owner,
  desk,
  buyer,
  expectLoss,
}) => {
  expectLoss();
  const table = `${house.data}/goods.csv`;
  await writeFile(table, CATALOGUE);
  await house.run('import', 'goods', table);

  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('方枕有货吗');

  // A picture, a card of the catalogue, and an answer that quotes the question.
  await he.pick('方枕有货吗');
  const thread = await he.thread();
  await he.pictureFile.setInputFiles(picture('cushion.png'));
  await he.page.getByTestId('send').click();
  await he.page.getByTestId('choose-product').click();
  await he.page.getByTestId('product-choice').filter({ hasText: '竹青 棉麻方枕' }).click();
  await he.messages.filter({ hasText: '方枕有货吗' }).hover();
  await he.messages.filter({ hasText: '方枕有货吗' }).getByTestId('quote').click();
  await he.say('有的，就是这款');
  await he.settled();
  await expect(visitor.messages.locator('img').first()).toBeVisible();
  await expect(visitor.chat.getByText('竹青 棉麻方枕')).toBeVisible();
  const answer = visitor.messages.filter({ hasText: '有的，就是这款' });
  await expect(answer).toContainText('方枕有货吗');

  // The supervisor looks on; the agent sees that, and the note that names the agent.
  const mei = await desk(await owner.hire('小梅', 'xiaomei'));
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.tab('全部');
  await zhou.row('方枕有货吗').or(zhou.row('有的，就是这款')).click();
  await expect(he.page.getByText('周主管也在看')).toBeVisible();
  await zhou.page.getByTestId('note-begin').click();
  await zhou.composer.pressSequentially('她上次退过一只 @小禾');
  await zhou.page.getByTestId('mention-list').getByText('小禾').click();
  await zhou.page.getByTestId('send').click();
  await expect(he.page.getByTestId('note')).toContainText('她上次退过一只');
  await expect(mei.page.getByTestId('note')).toHaveCount(0);

  // On to the colleague, with a word.
  await he.page.getByTestId('transfer').click();
  await he.page.getByTestId('transfer-to').filter({ hasText: '小梅' }).click();
  await he.page.getByLabel('留言', { exact: true }).fill('要两只，问颜色');
  await he.page.getByTestId('transfer-go').click();
  await expect(mei.rows).toHaveCount(1);
  await mei.pick();
  await expect(mei.page.getByText('要两只，问颜色')).toBeVisible();
  expect(await mei.thread()).toBe(thread);

  // The buyer's network goes; both write on; nothing is lost, nothing comes twice.
  await visitor.cut();
  await expect(visitor.offline).toBeVisible();
  await mei.say('您要什么颜色');
  await mei.settled();
  await visitor.say('竹青的两只');
  await visitor.mend();
  await visitor.settled();
  await expect(mei.messages.filter({ hasText: '竹青的两只' })).toHaveCount(1);
  await expect(visitor.messages.filter({ hasText: '您要什么颜色' })).toHaveCount(1);
  await expect(visitor.messages.filter({ hasText: '竹青的两只' })).toHaveCount(1);

  // The supervisor takes it over, after being asked, and ends it.
  await zhou.page.getByTestId('take').click();
  await zhou.page.getByTestId('take-over').click();
  await zhou.say('我来给您下单');
  await expect(visitor.messages.filter({ hasText: '我来给您下单' })).toHaveCount(1);
  await expect(mei.composer).toBeHidden();
  await zhou.page.getByTestId('close').click();

  // The buyer gives marks; everybody finds them.
  const form = visitor.chat.getByTestId('widget-rate');
  await form.locator('label').nth(3).click();
  await form.getByRole('button', { name: '提交' }).click();
  await expect(form).toBeHidden();
  await zhou.tab('已结束');
  await zhou.row('我来给您下单').click();
  await expect(zhou.page.getByText('买家给了4分')).toBeVisible();

  const words = (await owner.stored(thread)).map((e) => e.text).filter((text) => text);
  expect(words).toEqual(['方枕有货吗', '有的，就是这款', '您要什么颜色', '竹青的两只', '我来给您下单']);
  const seen = await visitor.chat.locator('body').innerText();
  expect(seen).not.toContain('退过一只');
  expect(seen).not.toContain('要两只，问颜色');

  // The figures: three people served one buyer, and one handed on.
  await zhou.page.goto(`${house.url}/report?by=agent`);
  const figure = (name: string, what: string) =>
    zhou.page.getByTestId('report-row').filter({ hasText: name }).getByTestId(`figure-${what}`);
  for (const name of ['小禾', '小梅', '周主管']) await expect(figure(name, 'service_num')).toHaveText('1');
  await zhou.page.getByTestId('report-set').getByText('全部数').click();
  await expect(figure('小禾', 'transfer_out_num')).toHaveText('1');
  await expect(figure('小梅', 'transfer_in_num')).toHaveText('1');
});
