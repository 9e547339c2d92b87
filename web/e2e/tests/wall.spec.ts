import { findings, fits } from '../support/eye';
import { expect, SIZES, test } from '../support/fixtures';

test('R-TEAM-01: a supervisor sees who waits, looks on, whispers and takes over', async ({ owner, desk, buyer }) => {
  const he = await desk(await owner.hire('小禾', 'xiaohe', 'agent', 3));
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await zhou.page.getByRole('link', { name: '看板' }).click();
  const agent = zhou.page.getByTestId('wall-agent').filter({ hasText: '小禾' });
  await expect(agent).toContainText('0 / 3');
  await expect(zhou.page.getByTestId('wall-calm')).toBeVisible();
  await expect(zhou.page.getByTestId('wall-waiting')).toContainText('0');

  const visitor = await buyer();
  await visitor.say('被套能机洗吗');
  const ring = agent.getByTestId('wall-ring');
  await expect(ring).toHaveCount(1);
  await expect(agent).toContainText('1 / 3');
  await expect(zhou.page.getByTestId('wall-waiting')).toContainText('1');
  // The ring grows by itself.
  await expect(ring).toHaveAttribute('data-stage', 'warm', { timeout: 20_000 });

  // F2 looks at who waits longest: the stream, live, with a violet word to who holds it.
  await zhou.page.keyboard.press('F2');
  const watch = zhou.page.getByTestId('wall-watch');
  await expect(watch).toContainText('小禾');
  await expect(watch.getByTestId('message')).toContainText('被套能机洗吗');
  expect(await findings(zhou.page)).toEqual([]);
  await zhou.page.keyboard.press('n');
  await zhou.page.keyboard.type('冷水轻柔可以');
  await zhou.page.keyboard.press('Enter');
  await expect(watch.getByTestId('note')).toContainText('冷水轻柔可以');
  await he.pick('被套能机洗吗');
  await expect(he.page.getByTestId('note')).toContainText('冷水轻柔可以');
  await expect(visitor.messages.filter({ hasText: '冷水轻柔' })).toHaveCount(0);
  await he.say('可以，冷水轻柔');
  await expect(watch.getByTestId('message').last()).toContainText('可以，冷水轻柔');
  await expect(ring).toHaveAttribute('data-stage', 'none');

  // An agent's row opens what the agent holds.
  await zhou.page.keyboard.press('Escape');
  await zhou.page.keyboard.press('Escape');
  await expect(watch).toHaveCount(0);
  await agent.getByRole('button', { name: '小禾的会话' }).first().click();
  await zhou.page.getByTestId('wall-one').click();
  await expect(watch).toBeVisible();
  // One key asks, as at the desk; again takes it over, and the desk opens at it.
  await zhou.page.keyboard.press('Alt+r');
  await expect(zhou.page.getByTestId('wall-ask')).toContainText('小禾正在接待，接过来？');
  await zhou.page.keyboard.press('Escape');
  await expect(zhou.page.getByTestId('wall-ask')).toBeHidden();
  await expect(watch).toBeVisible();
  await zhou.page.keyboard.press('Alt+r');
  await expect(zhou.page.getByTestId('wall-take-over')).toBeFocused();
  await zhou.page.keyboard.press('Alt+r');
  await expect(zhou.page).toHaveURL(/\/desk\?thread=/);
  await expect(zhou.composer).toBeVisible();
  await expect(zhou.page.getByTestId('event').last()).toContainText('从小禾手上接了过来');
});

test('an agent who is away with an answer due needs the supervisor, and so does a queue', async ({
  owner,
  desk,
  buyer,
}) => {
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  const visitor = await buyer();
  await visitor.say('有人吗');
  await zhou.page.getByRole('link', { name: '看板' }).click();
  const need = zhou.page.getByTestId('wall-need');
  await expect(need.filter({ hasText: '没有人在线' })).toHaveCount(1);
  await expect(zhou.page.getByTestId('wall-queue')).toBeVisible();
  // J points at the first, the arrows of the keyboard go on.
  await zhou.page.keyboard.press('j');
  await expect(need.first()).toHaveClass(/at/);
});

test('the wall is usable in the dark, in English, wide and narrow', async ({ house, owner, desk, buyer, window }) => {
  await desk(await owner.hire('小禾', 'xiaohe'));
  const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
  const visitor = await buyer();
  await visitor.say('在吗');
  for (const [size, colorScheme] of [
    [SIZES.small, 'dark'],
    [{ width: 1920, height: 1080 }, 'light'],
    [{ width: 760, height: 900 }, 'light'],
    [SIZES.phone, 'dark'],
  ] as const) {
    const context = await window({ viewport: size, colorScheme, locale: 'en-US' });
    const { page } = await desk(zhou, { state: 'as it is', context });
    await page.goto(`${house.url}/wall`);
    await expect(page.getByTestId('wall-agent')).toHaveCount(1);
    await fits(page);
    expect(await findings(page)).toEqual([]);
    await context.close();
  }
});

test('an agent has no wall', async ({ house, owner, desk }) => {
  const { page } = await desk(await owner.hire('小禾', 'xiaohe'));
  await expect(page.getByRole('link', { name: '看板' })).toHaveCount(0);
  await page.goto(`${house.url}/wall`);
  await expect(page.getByText('看板由主管和店主打开。')).toBeVisible();
});

test('R-TEAM-01: goals are set, split, and stand beside the figures', async ({ owner, desk, buyer }) => {
  // Turns of the night are judged, too: this runs at any hour.
  await owner.rules({ 'metric.three_minute.hours': '00:00-24:00' });
  const he = await desk(await owner.hire('小禾', 'xiaohe', 'agent', 3));
  await desk(await owner.hire('小李', 'xiaoli'), { state: 'as it is' });
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  const visitor = await buyer();
  await visitor.say('被套能机洗吗');
  await he.pick('被套能机洗吗');
  await he.say('可以，冷水轻柔');
  await he.settled();
  await zhou.page.getByRole('link', { name: '看板' }).click();
  await zhou.page.getByTestId('wall-goals').click();
  const panel = zhou.page.getByTestId('goal-panel');
  await panel.getByTestId('goal-three_minute_rate').fill('101');
  await panel.getByTestId('goal-save').click();
  await expect(panel.getByRole('alert')).toContainText('3分钟回复率');
  await panel.getByTestId('goal-three_minute_rate').fill('95');
  await panel.getByTestId('goal-service_num').fill('200');
  await panel.getByTestId('goal-service_num-小禾').fill('1');
  expect(await findings(zhou.page)).toEqual([]);
  await panel.getByTestId('goal-save').click();
  await expect(panel).toHaveCount(0);
  // The sheet of the day follows the messages, and the page asks for it twice a minute.
  const soon = { timeout: 45_000 };
  const strip = zhou.page.getByTestId('wall-strip');
  await expect(strip.locator('[data-figure="service_num"]')).toHaveAttribute('data-kept', 'false');
  await expect(strip.locator('[data-figure="three_minute_rate"]')).toHaveAttribute('data-kept', 'true', soon);
  const agent = zhou.page.getByTestId('wall-agent').filter({ hasText: '小禾' });
  await expect(agent.getByTestId('goal')).toHaveAttribute('data-kept', 'true', soon);
  expect(await findings(zhou.page)).toEqual([]);
  if (process.env.SHOTS) await zhou.page.screenshot({ path: `${process.env.SHOTS}/wall-goals.png` });

  // The agent sees the team and their own part.
  await he.page.reload();
  const line = he.page.getByTestId('goal-line');
  await expect(line).toContainText('目标200位');
  await expect(line.getByTestId('goal')).toHaveCount(3);
  expect(await findings(he.page)).toEqual([]);
  if (process.env.SHOTS) await he.page.screenshot({ path: `${process.env.SHOTS}/desk-goals.png` });
});
