import { Buffer } from 'node:buffer';
import { expect, test } from '../support/fixtures';
import { findings, fits } from '../support/eye';
import { png } from '../support/png';
import type { Staff } from '../support/staff';

interface Phrase {
  phrase: string;
  used: number;
}

/** A phrase of a set; the shop's stock is there already. */
const make = (staff: Staff, set: 'team' | 'own', of: object): Promise<Phrase> =>
  staff.post<Phrase>('phrase/phrases', { set, ...of });

/** Uploads a picture as somebody and gives the file. */
async function picture(staff: Staff, url: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(png(64, 48, [30, 110, 80]))], { type: 'image/png' }), 'size.png');
  const answer = await fetch(`${url}/api/v1/conversation/files?kind=image`, {
    method: 'POST',
    body: form,
    headers: { cookie: `yk_session=${staff.session}` },
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { file: string }).file;
}

test('R-PHRASE-01, 07: three keys answer by code; pinyin, an input method, pictures, holes, sets and the second question', async ({
  house,
  owner,
  desk,
  buyer,
}) => {
  const staff = await owner.hire('小禾', 'xiaohe');
  const sent = await make(owner, 'team', { code: 'q1', text: '测试一，随时可以拍', level: 3 });
  await make(owner, 'team', { code: 'zzpic', text: '测试尺码表在图里', pictures: [await picture(owner, house.url)] });
  await make(owner, 'team', { code: 'zzhole', text: '您的单号{订单号}已经寄出', level: 1 });
  await make(owner, 'team', { code: 'zzname', text: '{客服}为您服务到底', level: 2, follow: '您看还有疑问吗' });
  await make(staff, 'own', { code: 'zzown', text: '这是我自己写的橙汁' });
  const visitor = await buyer();
  await visitor.say('你好');
  const agent = await desk(staff);
  await agent.pick();
  const palette = agent.page.getByTestId('phrase-palette');
  const line = palette.getByTestId('phrase-line');

  // A slash, a letter, a digit of the code, Enter: it is out.
  await agent.composer.click();
  await agent.page.keyboard.press('/');
  await expect(line.first()).toBeVisible();
  await agent.page.keyboard.type('q1');
  await expect(line.first()).toContainText('测试一');
  expect(await findings(agent.page)).toEqual([]);
  await fits(agent.page);
  await agent.page.keyboard.press('Enter');
  await visitor.shows(['测试一，随时可以拍'], 'shop');
  await expect(agent.composer).toHaveValue('');
  const thread = await agent.thread();
  const uses = async (): Promise<number> => {
    const all = await owner.get<{ phrases: Phrase[] }>('phrase/phrases');
    return all.phrases.find((p) => p.phrase === sent.phrase)?.used ?? -1;
  };
  await expect.poll(uses).toBe(1);

  // Initials and whole pinyin find by the words; Esc leaves the draft as it was.
  await agent.page.keyboard.type('/cscm');
  await expect(line.first()).toContainText('测试尺码表');
  await agent.page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(agent.composer).toHaveValue('/cscm');
  await agent.composer.fill('');
  await agent.page.keyboard.type('/ceshichima');
  await expect(line.first()).toContainText('测试尺码表');

  // Words, then the picture, by one key.
  await agent.page.keyboard.press('Enter');
  await expect(agent.page.locator('[data-testid="message"][data-from="agent"] img')).toHaveCount(1);
  await agent.settled();
  expect((await owner.stored(thread)).slice(-2).map((e) => e.kind)).toEqual(['text', 'image']);

  // While an input method composes, its Enter is its own; the list follows what it shows.
  const cdp = await agent.page.context().newCDPSession(agent.page);
  await agent.page.keyboard.type('/');
  await cdp.send('Input.imeSetComposition', { text: "ce'shi", selectionStart: 6, selectionEnd: 6 });
  await expect(line.first()).toContainText('测试');
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  await cdp.send('Input.insertText', { text: '测试尺码' });
  await agent.page.waitForTimeout(150);
  await expect(agent.composer).toHaveValue('/测试尺码');
  await expect(line).toHaveCount(1);
  expect((await owner.stored(thread)).filter((e) => e.from !== 'buyer')).toHaveLength(3);
  // Into the draft with Tab, its picture beside it.
  await agent.page.keyboard.press('Tab');
  await expect(agent.composer).toHaveValue('测试尺码表在图里');
  await expect(agent.page.getByTestId('tray').locator('img')).toHaveCount(1);
  await agent.page.getByTestId('tray').getByRole('button').click();
  await agent.composer.fill('');

  // What is not known stays a hole, selected; it is not sent.
  await agent.page.keyboard.type('/zzhole');
  await agent.page.keyboard.press('Enter');
  await expect(agent.composer).toHaveValue('您的单号{订单号}已经寄出');
  expect(await agent.page.evaluate(() => getSelection()?.toString())).toBe('{订单号}');
  await agent.page.keyboard.type('1024');
  await expect(agent.composer).toHaveValue('您的单号1024已经寄出');
  await agent.composer.fill('');

  // The own set never mixes with the team's; one key turns to it.
  await agent.page.keyboard.type('/zzown');
  await expect(palette.getByTestId('phrase-none')).toContainText('个人里有1条');
  await agent.page.keyboard.press('Control+/');
  await expect(line).toHaveCount(1);
  await expect(line).toContainText('橙汁');
  await agent.page.keyboard.press('Control+/');
  await agent.composer.fill('');

  // Just typing gives a quiet line; Enter sends what was typed, Tab takes the phrase.
  await agent.page.keyboard.type('zzname');
  const hints = agent.page.getByTestId('phrase-hints');
  await expect(hints).toContainText('为您服务到底');
  await agent.page.keyboard.press('Tab');
  await expect(agent.composer).toHaveValue('小禾为您服务到底');
  await agent.page.keyboard.press('Enter');
  await agent.settled();
  expect((await owner.stored(thread)).at(-1)?.text).toBe('小禾为您服务到底');

  // The second question waits for the buyer's next words.
  const follow = agent.page.getByTestId('phrase-follow');
  await expect(follow).toHaveCount(0);
  await visitor.say('好的我看看');
  await expect(follow).toContainText('您看还有疑问吗');
  await agent.page.keyboard.press('Alt+f');
  await expect(follow).toHaveCount(0);
  await expect.poll(async () => (await owner.stored(thread)).at(-1)?.text).toBe('您看还有疑问吗');

  // R-PHRASE-05: a phrase that somebody makes now is found here without loading anything anew.
  await agent.page.keyboard.type('/zznew');
  await expect(palette.getByTestId('phrase-none')).toBeVisible();
  await make(owner, 'team', { code: 'zznew', text: '刚写的也找得到' });
  await expect(line).toContainText('刚写的');
});

test('R-PHRASE-02, 03: the page of phrases writes, orders, takes out and back, and says what a table would change', async ({
  owner,
  desk,
}) => {
  const boss = await desk(owner, { state: 'as it is' });
  const { page } = boss;
  await page.getByRole('link', { name: '话术' }).click();
  await expect(page.getByTestId('phrase-row').first()).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await fits(page);

  // A new one of one's own; a code that is taken is said while it is typed.
  await page.getByTestId('phrase-set-own').click();
  await page.getByTestId('phrase-new').click();
  const panel = page.getByTestId('phrase-panel');
  await panel.getByLabel('编码').fill('wy1');
  await panel.getByLabel('分组').fill('售后/退换');
  await panel.getByLabel('内容', { exact: true }).fill('{买家}您好，七天内可以退');
  await expect(panel).toContainText('小林您好，七天内可以退');
  await panel.getByTestId('phrase-picture').setInputFiles({
    name: 'a.png',
    mimeType: 'image/png',
    buffer: png(40, 30, [30, 110, 80]),
  });
  await expect(panel.locator('img')).toHaveCount(1);
  expect(await findings(page)).toEqual([]);
  await panel.getByTestId('phrase-save').click();
  const row = page.getByTestId('phrase-row');
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('phrase-group')).toHaveText([/售后/, /退换/]);
  await page.getByTestId('phrase-new').click();
  await panel.getByLabel('编码').fill('WY1');
  await expect(panel.getByText('已经用了这个编码')).toBeVisible();
  await panel.getByLabel('编码').fill('wy2');
  await panel.getByLabel('内容', { exact: true }).fill('换货请拍一张照片');
  await panel.getByTestId('phrase-save').click();
  await expect(row).toHaveCount(2);

  // Alt with an arrow puts it before the other one.
  await row.nth(1).locator('.what').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(row.nth(0)).toContainText('换货');
  // By the mouse: dragged onto another, it takes its place, and back.
  await row.nth(1).locator('.what').dragTo(row.nth(0).locator('.what'));
  await expect(row.nth(0)).toContainText('七天内');
  await row.nth(1).locator('.what').dragTo(row.nth(0).locator('.what'));
  await expect(row.nth(0)).toContainText('换货');
  // Variables are read in the language of the page, however they were written.
  await expect(row.nth(1)).toContainText('{买家}');

  // Out, and found again.
  await row.nth(0).getByRole('checkbox').check();
  await page.getByTestId('phrase-remove').click();
  await expect(row).toHaveCount(1);
  await page.getByTestId('phrase-bin').click();
  const bin = page.getByTestId('phrase-bin-panel');
  await expect(bin).toContainText('换货');
  await bin.getByRole('button', { name: '找回' }).click();
  await expect(row).toHaveCount(2);

  // A table: what would change first, line by line what is refused, then in earnest.
  await page.getByTestId('phrase-import-open').click();
  const table = '分组,编码,标题,内容,等级\n售前,wy3,,从表里来的一条,1\n售前,wy 4,,编码里有空格,1\n';
  await page.getByTestId('phrase-file').setInputFiles({
    name: '话术.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`\ufeff${table}`),
  });
  const dry = page.getByTestId('phrase-dry');
  await expect(dry).toContainText('新增1');
  await expect(dry).toContainText('第3行');
  await expect(row).toHaveCount(2);
  await page.getByTestId('phrase-import-run').click();
  await expect(row).toHaveCount(3);
  await page.setViewportSize({ width: 390, height: 844 });
  await fits(page);
});

test('R-PHRASE-06: the side window finds and copies, asks for what is missing, and opens without a network', async ({
  house,
  owner,
  window,
  expectLoss,
}) => {
  expectLoss();
  const file = await picture(owner, house.url);
  await make(owner, 'team', { code: 'zzd1', text: '侧窗里的一条', pictures: [file] });
  await make(owner, 'team', { code: 'zzd2', text: '{买家}的快递是{快递}' });
  const context = await window({
    viewport: { width: 340, height: 720 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await context.addCookies([
    { name: 'yk_session', value: owner.session, url: house.url, httpOnly: true, sameSite: 'Lax' },
  ]);
  const page = await context.newPage();
  await page.goto(`${house.url}/dock`);
  const line = page.getByTestId('dock-line');
  await expect(line.first()).toBeVisible();
  await expect(page.getByTestId('dock-search')).toBeFocused();
  expect(await findings(page)).toEqual([]);
  await fits(page);

  const clip = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.type('zzd1');
  await expect(line).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect.poll(clip).toBe('侧窗里的一条');
  await expect(page.getByText('已复制：侧窗里的一条')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect
    .poll(() => page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => [...item.types])))
    .toEqual(['image/png']);

  await page.getByTestId('dock-search').fill('zzd2');
  await page.keyboard.press('Enter');
  await expect(page.locator('#dock-buyer')).toBeFocused();
  await page.keyboard.type('小林');
  await page.locator('#dock-courier').fill('顺丰');
  await page.keyboard.press('Enter');
  await expect.poll(clip).toBe('小林的快递是顺丰');

  // Without the house: the page and the last set are there.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const answer = await page.request.get(`${house.url}/dock.webmanifest`);
  expect(answer.headers()['content-type']).toContain('application/manifest+json');
  await page.reload();
  await expect(line.first()).toBeVisible();
  await house.kill();
  await page.reload();
  await expect(page.getByTestId('dock-offline')).toBeVisible();
  await page.getByTestId('dock-search').fill('zzd1');
  await page.keyboard.press('Enter');
  await expect.poll(clip).toBe('侧窗里的一条');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('图已复制')).toBeVisible();
});
