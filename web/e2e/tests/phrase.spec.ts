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
