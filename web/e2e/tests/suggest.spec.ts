/** Answers to an open question: found by meaning, taken by one key, put into the draft by a press. */
import { expect, test } from '../support/fixtures';

test('an open question is answered by one key, and the answers follow the question', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('邮费谁出呀');
  await agent.pick();
  const { page } = agent;
  await expect(page.getByTestId('asked')).toContainText('邮费');
  const offers = page.getByTestId('offer');
  // Nobody has greeted yet: that comes first (R-DESK-07).
  await expect(offers.first()).toContainText('小禾');
  const greeting = (await offers.first().locator('.lit').innerText()).trim();
  await page.keyboard.press('Alt+1');
  await visitor.shows([greeting], 'shop');

  await visitor.say('那邮费到底谁出');
  await expect(page.getByTestId('asked')).toContainText('邮费');
  const best = offers.filter({ hasText: /运费|包邮/u }).first();
  await expect(best).toBeVisible();
  await expect(best.getByRole('img')).toHaveAttribute('aria-label', /简答|标准|优秀/u);
  // Where an answer has the buyer's words, or others for the same matter, they are marked.
  await expect(offers.locator('mark').first()).toHaveText(/运费|包邮/u);

  // A press puts it into the draft, nothing is sent; with words in the draft nothing is offered.
  const words = (await best.locator('.lit').innerText()).trim();
  await best.getByTestId('offer-put').click();
  await expect(page.getByTestId('composer')).toHaveValue(words);
  await expect(page.getByTestId('offers')).toBeHidden();
  await page.getByTestId('composer').fill('');
  await expect(page.getByTestId('offers')).toBeVisible();

  // The question changes, and so do the answers.
  await visitor.say('有运费险吗');
  await expect(page.getByTestId('asked')).toContainText('运费险');
});
