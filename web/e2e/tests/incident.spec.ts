import type { Page } from '@playwright/test';
import { findings, fits } from '../support/eye';
import { expect, SIZES, test } from '../support/fixtures';
import type { Staff } from '../support/staff';

/** A house whose clock is quick: an answer is slow after four seconds, and the second one of a month costs. */
const quick = (owner: Staff): Promise<void> =>
  owner.rules({ 'clock.slow_secs': 4, 'clock.ring_secs': [1, 2, 3, 4], 'incident.slow_free': 1 });

const threadOf = (page: Page): string => new URL(page.url()).searchParams.get('thread') ?? '';

test('R-FINE-01: a slow answer is found, decided about by key, and disagreed with', async ({
  house,
  owner,
  desk,
  buyer,
}) => {
  await quick(owner);
  const he = await desk(await owner.hire('小禾', 'xiaohe'));
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.getByRole('link', { name: '失误' }).click();
  await expect(zhou.page.getByTestId('incident-empty')).toBeVisible();

  const visitor = await buyer();
  await visitor.say('有货吗');
  await he.pick('有货吗');
  await he.page.waitForTimeout(5_200);
  await he.say('有的，明天发');
  await he.settled();

  // Live: it stands there without a reload, with its facts one key away.
  const rows = zhou.page.getByTestId('incident-row');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('小禾');
  await expect(rows).toContainText('慢应答');
  await expect(zhou.page.getByTestId('incident-tab-proposed')).toContainText('1');
  await zhou.page.keyboard.press('j');
  await zhou.page.keyboard.press('Enter');
  const panel = zhou.page.getByTestId('incident-panel');
  await expect(panel).toContainText('有货吗');
  await expect(panel).toContainText('有的，明天发');
  await expect(panel.getByTitle('R-RESP-03')).toHaveText('慢应答');
  expect(await findings(zhou.page)).toEqual([]);
  await zhou.page.keyboard.press('c');
  await expect(zhou.page.getByTestId('incident-tab-confirmed')).toContainText('1');

  // The agent sees the badge, the own finding, and disagrees.
  await expect(he.page.getByTestId('slow-badge')).toHaveText('慢应答 1 / 1');
  await he.page.getByTestId('slow-badge').click();
  await he.page.getByTestId('incident-row').click();
  await he.page.getByTestId('incident-appeal').click();
  await he.page.getByTestId('incident-words').fill('买家在改地址，我在查');
  await he.page.getByTestId('incident-words').press('Enter');
  await expect(he.page.getByTestId('incident-row')).toContainText('申诉');
  await expect(zhou.page.getByTestId('incident-tab-appealed')).toContainText('1');

  // Decided again: waived, with a reason that the agent reads.
  await zhou.page.keyboard.press('Escape');
  await zhou.page.getByTestId('incident-tab-appealed').click();
  await expect(rows).toContainText('申诉');
  await zhou.page.keyboard.press('j');
  await zhou.page.keyboard.press('Space');
  await expect(zhou.page.getByTestId('incident-acts')).toContainText('选了1条');
  await zhou.page.keyboard.press('w');
  await zhou.page.getByTestId('incident-words').press('Enter');
  await expect(zhou.page.getByText('写一句为什么作废。')).toBeVisible();
  await zhou.page.getByTestId('incident-words').fill('确实在查单');
  await zhou.page.getByTestId('incident-words').press('Enter');
  await expect(zhou.page.getByTestId('incident-empty')).toBeVisible();
  await expect(he.page.getByTestId('incident-panel')).toContainText('确实在查单');

  // The door to the message.
  await he.page.getByTestId('incident-open').click();
  await expect(he.page).toHaveURL(/\/desk\?.*thread=.*seq=/);
  await expect(he.page.getByTestId('slow-badge')).toHaveCount(0);
  expect(house.url).toBeTruthy();
});

test('R-DESK-13: a buyer passed on without a word is found step by step, and what is handed up is on record', async ({
  owner,
  desk,
  buyer,
}) => {
  await owner.rules({ 'incident.pass_sort_secs': 0 });
  const he = await owner.hire('小禾', 'xiaohe');
  const hand = await desk(he);
  const visitor = await buyer();
  await visitor.say('我要退货');
  await hand.pick('我要退货');
  const mo = await owner.hire('小茉', 'xiaomo');
  const other = await desk(mo);
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  const boss = await desk(zhou);

  await he.post(`conversation/threads/${threadOf(hand.page)}/transfer`, { to: mo.me.person, note: '你来吧' });
  await boss.page.goto(new URL('/incident', boss.page.url()).href);
  const row = boss.page.getByTestId('incident-row');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('小禾');
  await expect(row).toContainText('推诿');
  await row.click();
  await expect(boss.page.getByTestId('incident-step')).toContainText('小禾转给小茉');
  await expect(boss.page.getByTestId('incident-step')).toContainText('你来吧');
  await expect(boss.page.getByTestId('incident-panel')).toContainText('我要退货');
  expect(await findings(boss.page)).toEqual([]);

  // The next one hands it up: it says so in the thread and stands in the list.
  await other.pick('我要退货');
  await mo.post(`conversation/threads/${threadOf(other.page)}/transfer`, { to: zhou.me.person, note: '要退一半' });
  await boss.page.getByTestId('incident-view-up').click();
  const up = boss.page.getByTestId('escalation-row');
  await expect(up).toHaveCount(1);
  await expect(up).toContainText('小茉');
  await expect(up).toContainText('要退一半');
  expect(await findings(boss.page)).toEqual([]);
  await fits(boss.page);
  await up.click();
  await expect(boss.page.getByText('小茉上交给周主管')).toBeVisible();
  await boss.page.goBack();
  await boss.page.getByTestId('incident-view-found').click();
  await expect(row).toHaveCount(1);
  await row.click();
  await boss.page.getByTestId('incident-step').first().click();
  await expect(boss.page).toHaveURL(/\/desk\?.*thread=.*seq=/);
});

test('the findings are usable in the dark, in English and on a phone', async ({ house, owner, desk, window }) => {
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  for (const [size, scheme] of [
    [SIZES.small, 'dark'],
    [SIZES.phone, 'light'],
  ] as const) {
    const context = await window({ viewport: size, colorScheme: scheme, locale: 'en-US' });
    const { page } = await desk(zhou, { state: 'as it is', context });
    await page.goto(`${house.url}/incident`);
    await expect(page.getByTestId('incident-empty')).toHaveText('Nothing is undecided.');
    await fits(page);
    expect(await findings(page)).toEqual([]);
  }
});
