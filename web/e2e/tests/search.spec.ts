import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { compose } from '../support/ime';
import type { House } from '../support/house';
import { SIZES, expect, test } from '../support/fixtures';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Talks of two buyers, long enough that the first words are not on the screen. */
async function history(house: House): Promise<void> {
  const line = (buyer: string, minute: number, from: string, text: string): string =>
    JSON.stringify({
      channel: 'taobao',
      conversation: `c-${buyer}`,
      buyer,
      agent: '店铺:小美',
      at: `2026-10-03T${String(9 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00+08:00`,
      from,
      text,
    });
  const lines = [
    line('一颗桃子', 0, 'buyer', '这款缂丝挂毯还有货吗'),
    line('一颗桃子', 1, 'agent', '挂毯有货的，今天能发'),
  ];
  for (let i = 2; i < 120; i++)
    lines.push(line('一颗桃子', i, i % 2 ? 'agent' : 'buyer', i % 10 ? `第${i}句，说说尺寸` : `第${i}句，问问安装`));
  lines.push(line('山里有雾', 30, 'buyer', '订单382100617229471836还没有发货'));
  const file = join(house.data, 'talks.jsonl');
  await writeFile(file, lines.join('\n'));
  await house.run('import', 'chats', file);
}

class Palette {
  readonly all: Locator;
  readonly box: Locator;
  readonly lines: Locator;
  constructor(readonly page: Page) {
    this.all = page.getByTestId('palette');
    this.box = page.getByTestId('palette-box');
    this.lines = page.getByTestId('palette-line');
  }
  get chosen(): Locator {
    return this.all.locator('[aria-selected="true"]');
  }
  async open(): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await expect(this.box).toBeFocused();
  }
}

test('Ctrl-K finds messages, buyers and commands, and Enter goes there', async ({ house, owner, desk }) => {
  await history(house);
  const { page } = await desk(owner, { state: 'as it is' });
  const palette = new Palette(page);
  await palette.open();
  // Nothing typed yet: what can be done.
  await expect(palette.lines.first()).toBeVisible();
  await expect(palette.all.getByRole('group', { name: '命令' })).toBeVisible();

  // A message far up in a long talk: it is opened, and marked.
  await expect(async () => {
    await palette.box.fill('缂丝');
    await expect(palette.all.getByRole('option', { name: /还有货吗/ })).toBeVisible({ timeout: 1_000 });
    // The index follows within a second; until then the same words are asked again.
  }).toPass({ timeout: 20_000 });
  await expect(palette.all.locator('mark')).toHaveText(['缂丝']);
  await palette.box.press('Enter');
  await expect(palette.all).toBeHidden();
  await expect(page).toHaveURL(/thread=.+&seq=\d+/);
  await expect(page.getByText('这款缂丝挂毯还有货吗').first()).toBeInViewport();

  // A buyer by a part of the name; what was looked for is offered again.
  await palette.open();
  await expect(palette.all.getByRole('option', { name: '缂丝' })).toBeVisible();
  await palette.box.fill('有雾');
  await expect(palette.chosen).toContainText('山里有雾');
  await palette.box.press('Enter');
  await expect(
    page
      .getByRole('heading', { name: /山里有雾/ })
      .or(page.getByText('山里有雾'))
      .first(),
  ).toBeVisible();
  await expect(page.getByText('382100617229471836').first()).toBeVisible();

  // The end of an order number; Tab goes from group to group, and round.
  await palette.open();
  await palette.box.fill('471836');
  await expect(palette.chosen).toContainText('还没有发货');

  // Commands by initials, by words; Escape closes and gives the focus back.
  await palette.box.fill('qbaj');
  await expect(palette.chosen).toContainText('全部按键');
  await palette.box.fill('全部');
  await expect(palette.lines.filter({ hasText: '全部按键' })).toBeVisible();
  await palette.box.press('Escape');
  await expect(palette.all).toBeHidden();

  // Words that nobody said, one character, an input method at work.
  await palette.open();
  await palette.box.fill('望远镜');
  await expect(page.getByTestId('palette-none')).toContainText('望远镜');
  await palette.box.fill('货');
  await expect(palette.all).toContainText('再写一个字');
  await palette.box.fill('');
  await compose(page, 'anzhuang', '安装');
  await expect(palette.box).toHaveValue('安装');
  await expect(palette.lines.filter({ hasText: '问问安装' })).toHaveCount(5);
  await expect(palette.all).toBeVisible();
  // More of one kind.
  await palette.lines.filter({ hasText: '只看消息' }).click();
  await expect(palette.lines.filter({ hasText: '问问安装' })).toHaveCount(11);
  await palette.box.press('Escape');
  await expect(palette.all).toBeVisible();
  await palette.box.press('Control+k');
  await expect(palette.all).toBeHidden();
});

test('the palette opens and answers at once', async ({ house, owner, desk }) => {
  await history(house);
  const { page } = await desk(owner, { state: 'as it is' });
  const palette = new Palette(page);
  await palette.open();
  await palette.box.press('Escape');
  // From the key to the box that has the focus, in the page's own time; the middle of five.
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    times.push(
      await page.evaluate(async () => {
        const begun = performance.now();
        dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }));
        while (document.activeElement?.getAttribute('data-testid') !== 'palette-box')
          await new Promise((next) => setTimeout(next, 0));
        return performance.now() - begun;
      }),
    );
    await palette.box.press('Escape');
  }
  times.sort((a, b) => a - b);
  expect(times[2], `${times.map((t) => t.toFixed(1)).join(', ')} ms`).toBeLessThan(50);
});

test('Ctrl-F walks the hits of one conversation', async ({ house, owner, desk }) => {
  await history(house);
  const { page } = await desk(owner, { state: 'as it is' });
  await page.getByRole('tab', { name: /^\s*全部/ }).click();
  await page.getByTestId('list-row').filter({ hasText: '一颗桃子' }).click();
  await expect(page.getByTestId('stream')).toBeVisible();
  await page.keyboard.press('Control+f');
  const box = page.getByTestId('thread-search-box');
  const count = page.getByTestId('thread-search-count');
  await expect(box).toBeFocused();
  await box.fill('安装');
  await expect(count).toHaveText('1 / 11');
  await expect(page.getByText('第110句，问问安装')).toBeInViewport();
  await box.press('Enter');
  await expect(count).toHaveText('2 / 11');
  await expect(page.getByText('第100句，问问安装')).toBeInViewport();
  await box.press('Shift+Enter');
  await box.press('Shift+Enter');
  await expect(count).toHaveText('11 / 11');
  await expect(page.getByText('第10句，问问安装')).toBeInViewport();
  await box.fill('缂丝');
  await expect(count).toHaveText('1 / 1');
  await expect(page.getByText('这款缂丝挂毯还有货吗').first()).toBeInViewport();
  await box.fill('望远镜');
  await expect(count).toHaveText('没有');
  await box.press('Escape');
  await expect(box).toBeHidden();
});

test('a house that is gone is said in its place, and asked again', async ({ house, owner, desk, expectLoss }) => {
  expectLoss();
  const { page } = await desk(owner, { state: 'as it is' });
  const palette = new Palette(page);
  await palette.open();
  await house.kill();
  await palette.box.fill('窗帘');
  const failed = page.getByTestId('palette-failed');
  await expect(failed).toBeVisible();
  await house.restart();
  await failed.getByRole('button').click();
  await expect(page.getByTestId('palette-none')).toBeVisible();
});

for (const theme of ['light', 'dark'] as const)
  for (const [size, viewport] of Object.entries(SIZES))
    test(`the palette, ${theme}, ${size}: fitting and readable`, async ({ house, owner, desk, window }) => {
      await history(house);
      const { page } = await desk(owner, {
        state: 'as it is',
        context: await window({ viewport, colorScheme: theme }),
      });
      const palette = new Palette(page);
      await palette.open();
      await expect(async () => {
        await palette.box.fill('');
        await palette.box.fill('挂毯');
        await expect(palette.lines.filter({ hasText: '有货的' })).toBeVisible({ timeout: 1_000 });
      }).toPass({ timeout: 20_000 });
      await page.screenshot({ path: `shots/search-${theme}-${viewport.width}.png` });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over).toBeLessThanOrEqual(0);
      const { readFile } = await import('node:fs/promises');
      await page.evaluate(await readFile(axe, 'utf8'));
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(root: string, options: object): Promise<{ violations: { id: string; impact: string }[] }> };
        };
        return (await axe.run('[data-testid="palette"]', {})).violations
          .filter((v) => v.impact === 'serious' || v.impact === 'critical')
          .map((v) => v.id);
      });
      expect(found).toEqual([]);
    });
