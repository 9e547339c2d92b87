import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { MORNING, chatFile } from '../support/chats';
import { SIZES, expect, test } from '../support/fixtures';
import type { Staff } from '../support/staff';

/** Opens a page of the settings in the window of somebody who is at the desk. */
async function settings(page: Page, name: string): Promise<void> {
  await page.goto(new URL(`/settings/${name}`, page.url()).href);
  await expect(page.getByTestId(`settings-${name}`)).toHaveAttribute('aria-current', 'page');
}
const save = async (page: Page): Promise<void> => {
  await page.getByTestId('shop-save').click();
  await expect(page.getByTestId('shop-saved')).toBeVisible();
};
const hello = (staff: Staff): Promise<{ hours: { open: boolean; text: string }; texts: { welcome: string } }> =>
  staff.post('widget/hello', { shop: 'main' });

test('opening hours are set by day, by holiday and for one day, and the buyer is told', async ({ owner, desk }) => {
  const { page } = await desk(owner, { state: 'as it is' });
  await page.getByRole('link', { name: '设置' }).click();
  await expect(page).toHaveURL(/\/settings\/shop/);
  await page.getByTestId('settings-hours').click();
  await page.getByTestId('hours-has').check();
  const monday = page.getByTestId('hours-mon');
  await monday.getByLabel('周一从几点').fill('9');
  await monday.getByLabel('周一到几点').fill('1200');
  await monday.getByLabel('周一到几点').blur();
  await expect(monday.getByLabel('周一到几点')).toHaveValue('12:00');
  await monday.getByRole('button', { name: '给周一加一段' }).click();
  await expect(monday.getByLabel('周一从几点').nth(1)).toHaveValue('13:00');

  // What overlaps is said where it stands, and nothing is saved.
  await monday.getByLabel('周一从几点').nth(1).fill('11:00');
  await page.getByTestId('shop-save').click();
  await expect(page.getByText('两段时间重叠了')).toBeVisible();
  await monday.getByLabel('周一从几点').nth(1).fill('13:00');
  await page.getByRole('button', { name: '照抄到每天' }).click();
  await page.getByTestId('hours-calendar').selectOption('china');

  // One day of its own, found and set by keyboard.
  const today = page.locator('button.cell.today');
  await today.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByTestId('day-own').check();
  const panel = page.getByTestId('day-panel');
  for (;;) {
    const drop = panel.getByRole('button', { name: /去掉/ });
    if ((await drop.count()) === 0) break;
    await drop.first().click();
  }
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await save(page);
  await expect(page.getByTestId('shop-saved')).toContainText('营业时间');
  await expect(page.getByTestId('hours-now')).toContainText('打烊');
  const told = await hello(owner);
  expect(told.hours.open).toBe(false);
  expect(told.hours.text).toContain('上班');

  // Back to the rule: the day is like its weekday again.
  await today.click();
  await page.getByTestId('day-rule').check();
  await save(page);
  await expect(page.getByText('点一天可以单独定')).toBeVisible();
});

test('texts, questions and sites are saved, a draft survives, and what a colleague saved meanwhile stays', async ({
  owner,
  desk,
  buyer,
}) => {
  const { page } = await desk(owner, { state: 'as it is' });
  await settings(page, 'texts');
  await page.getByTestId('text-welcome').fill('这里是');
  await page.getByRole('group', { name: '放进欢迎语的变量' }).getByRole('button', { name: '{店铺}' }).click();
  await expect(page.getByTestId('text-welcome')).toHaveValue('这里是{店铺}');
  await expect(page.getByText('会说这里是main')).toBeVisible();
  for (const [i, words] of ['几天发货', '能定做吗'].entries()) {
    await page.getByTestId('question-add').click();
    await page.getByTestId('question').nth(i).fill(words);
  }
  await page.getByTestId('answer').first().fill('当天');
  await page.getByTestId('question').nth(1).press('Alt+ArrowUp');
  await expect(page.getByTestId('question').first()).toHaveValue('能定做吗');

  // Meanwhile a colleague saves something else; a reload keeps what was written.
  const shop = await owner.get<{ version: string; settings: Record<string, unknown> }>('shop/shops/main');
  await owner.patch('shop/shops/main', { version: shop.version, settings: { ...shop.settings, color: '#2f6b4f' } });
  await page.getByTestId('shop-save').click();
  await expect(page.getByText('同事刚改了这家店')).toBeVisible();
  await expect(page.getByTestId('text-welcome')).toHaveValue('这里是{店铺}');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByTestId('text-welcome')).toHaveValue('这里是{店铺}');
  await expect(page.getByTestId('question').first()).toHaveValue('能定做吗');
  await save(page);

  await page.getByTestId('settings-channels').click();
  await expect(page.getByTestId('color')).toHaveValue('#2f6b4f');
  await page.getByTestId('site').fill('shop.example.com/x');
  await page.getByTestId('shop-save').click();
  await expect(page.getByText('后面不带路径')).toBeVisible();
  await page.getByTestId('site').fill('https://Shop.Example.com/');
  await page.getByTestId('color').fill('#ffee00');
  await expect(page.getByTestId('contrast')).toContainText('看不清');
  await page.getByTestId('color').fill('#8a2b2b');
  await expect(page.getByTestId('contrast')).toContainText('看得清');
  await save(page);
  await expect(page.getByTestId('site')).toHaveValue('https://shop.example.com');
  await expect(page.getByTestId('embed')).toContainText('data-shop="main"');

  const visitor = await buyer();
  await expect(visitor.chat.getByText('这里是main')).toBeVisible();
});

test('the key is shown on a press, changed with a question, and both are on the trail', async ({ owner, desk }) => {
  const { page } = await desk(owner, { state: 'as it is' });
  await settings(page, 'channels');
  await expect(page.getByTestId('key')).toBeHidden();
  await page.getByTestId('key-show').click();
  const before = await page.getByTestId('key').innerText();
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  await page.getByTestId('key-rotate').click();
  await page.getByTestId('key-rotate-go').click();
  await expect(page.getByTestId('key')).not.toHaveText(before);
  const { lines } = await owner.get<{ lines: { act: string }[] }>('access/audit');
  expect(lines.map((l) => l.act)).toEqual(expect.arrayContaining(['shop.key_shown', 'shop.key_rotated']));

  await page.getByTestId('settings-shop').click();
  await page.getByTestId('shop-new').click();
  await page.getByTestId('new-code').fill('East');
  await page.getByTestId('new-name').fill('东店');
  await page.getByTestId('new-go').click();
  await expect(page.getByText('代号只用小写字母')).toBeVisible();
  await page.getByTestId('new-code').fill('east');
  await page.getByTestId('new-go').click();
  await expect(page.getByTestId('shop-pick')).toHaveValue('east');
  await expect(page.getByTestId('shop-name')).toHaveValue('东店');
});

test('a policy is looked at, set from tomorrow, and withdrawn', async ({ house, owner, desk }) => {
  const now = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await house.run('import', 'chats', await chatFile(house, now, MORNING));
  const { page } = await desk(owner, { state: 'as it is' });
  await settings(page, 'policy');
  await expect(page.getByTestId('policy-version')).toHaveCount(1);
  const slow = page.getByTestId('key-clock.slow_secs');
  await slow.getByRole('textbox').fill('x');
  await expect(slow.getByText('这里要写一个数')).toBeVisible();
  await slow.getByRole('textbox').fill('5');
  await expect(slow).toContainText('原来2分钟');
  await page.getByTestId('policy-note').fill('大促前收紧');
  await page.getByTestId('policy-look').click();
  const preview = page.getByTestId('policy-preview');
  await expect(preview).toContainText('慢应答');
  await expect(preview.locator('b').first()).toBeVisible();

  // A draft survives a reload.
  await page.reload();
  await expect(slow.getByRole('textbox')).toHaveValue('5');
  await page.getByTestId('policy-adopt').click();
  await page.getByTestId('policy-adopt-go').click();
  await expect(page.getByTestId('policy-version')).toHaveCount(2);
  const row = page.getByTestId('policy-version').first();
  await expect(row).toContainText('还没开始');
  await expect(row).toContainText('大促前收紧');
  await row.getByTestId('policy-withdraw').click();
  await row.getByTestId('policy-withdraw-go').click();
  await expect(row).toContainText('撤回了');
});

test('a supervisor changes texts and looks at rules; an agent has no settings', async ({ owner, desk }) => {
  const zhou = await desk(await owner.hire('周主管', 'zhou', 'supervisor'), { state: 'as it is' });
  await settings(zhou.page, 'shop');
  await expect(zhou.page.getByTestId('shop-name')).toBeDisabled();
  await zhou.page.getByTestId('settings-channels').click();
  await expect(zhou.page.getByTestId('key-show')).toHaveCount(0);
  await zhou.page.getByTestId('settings-texts').click();
  await zhou.page.getByTestId('text-welcome').fill('您好');
  await save(zhou.page);
  await zhou.page.getByTestId('settings-policy').click();
  await expect(zhou.page.getByTestId('key-clock.slow_secs').getByRole('textbox')).toBeDisabled();
  const he = await desk(await owner.hire('小禾', 'xiaohe'), { state: 'as it is' });
  await expect(he.page.getByRole('link', { name: '设置' })).toHaveCount(0);
  await he.page.goto(new URL('/settings/hours', he.page.url()).href);
  await expect(he.page.getByText('这一页不归您管')).toBeVisible();
});

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`every page of the settings, ${theme}, ${size}: drawn, fitting, readable`, async ({ owner, desk, window }) => {
      const context = await window({ viewport, colorScheme: theme });
      const { page } = await desk(owner, { state: 'as it is', context });
      const week = ['09:00-12:00', '13:00-18:00'];
      const shop = await owner.get<{ version: string; settings: Record<string, unknown> }>('shop/shops/main');
      await owner.patch('shop/shops/main', {
        version: shop.version,
        name: '檐雨家居',
        settings: {
          ...shop.settings,
          welcome: '您好，这里是{店铺}。尺寸、工期、发货，想问什么直接写',
          questions: [{ text: '几天能发货', answer: '付款后当天发出' }, { text: '可以定做吗' }],
          sites: ['https://shop.example.com'],
          lines: { web: '售前' },
          hours: {
            week: { mon: week, tue: week, wed: week, thu: week, fri: ['09:00-12:00', '20:00-02:00'], sat: [], sun: [] },
            calendar: 'china',
            holiday: ['10:00-16:00'],
            days: {},
          },
        },
      });
      const { readFile } = await import('node:fs/promises');
      const found: string[] = [];
      for (const name of ['shop', 'channels', 'hours', 'texts', 'words', 'policy']) {
        await settings(page, name);
        await expect(name === 'words' ? page.getByTestId('words-empty') : page.locator('.sheet')).toBeVisible();
        if (name === 'hours') await page.locator('button.cell.today').click();
        await page.screenshot({ path: `shots/settings-${name}-${theme}-${viewport.width}.png` });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
        await page.evaluate(await readFile(axe, 'utf8'));
        const violations = (await page.evaluate(async () => {
          const { axe: run } = globalThis as unknown as {
            axe: { run(d: Document, o: object): Promise<{ violations: unknown }> };
          };
          return (await run.run(document, { rules: { 'label-content-name-mismatch': { enabled: false } } })).violations;
        })) as { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }[];
        found.push(
          ...violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .flatMap((v) => v.nodes.map((n) => `${name} ${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary ?? ''}`)),
        );
      }
      expect(found).toEqual([]);
    });
  }
}
