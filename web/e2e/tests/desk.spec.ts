/** What an agent lives in all day: notes, quotes, files, voice, drafts, undo, the list by keyboard, a shift handed on. */
import type { Page } from '@playwright/test';
import { SIZES, expect, test } from '../support/fixtures';
import { compose } from '../support/ime';
import { picture } from '../support/png';

/** A microphone that hums, for a browser that has none. */
async function hum(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const media = {
      getUserMedia: () => {
        const audio = new AudioContext();
        const tone = audio.createOscillator();
        const out = audio.createMediaStreamDestination();
        tone.connect(out);
        tone.start();
        return Promise.resolve(out.stream);
      },
    };
    Object.defineProperty(navigator, 'mediaDevices', { value: media, configurable: true });
  });
}

test('a private note names a colleague, who is told and led there; the buyer never sees it', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('这款窗帘多少钱');
  await expect(agent.rows).toHaveCount(1);
  const other = await desk(await owner.hire('谷雨', 'guyu'));
  await agent.pick();
  await agent.page.keyboard.press('Alt+n');
  await expect(agent.page.getByTestId('note-mode')).toBeVisible();
  await agent.composer.pressSequentially('她还在看遮光款，@谷');
  await expect(agent.page.getByTestId('mention-list').getByRole('option')).toHaveText(/谷雨/);
  // Enter takes the name; the next one sends the note.
  await agent.composer.press('Enter');
  await expect(agent.composer).toHaveValue('她还在看遮光款，@谷雨 ');
  await agent.composer.pressSequentially('帮我看一下库存');
  await agent.composer.press('Enter');
  const note = agent.page.getByTestId('note');
  await expect(note).toContainText('帮我看一下库存');
  await expect(note).toContainText('仅内部可见');
  await expect(agent.page.getByTestId('note-mode')).toBeHidden();
  // A note is no answer: the buyer still waits.
  await expect(agent.page.getByTestId('wait-pill')).toBeVisible();

  const bell = other.page.getByTestId('mentions');
  await expect(bell).toHaveAccessibleName(/1条没看/);
  await bell.click();
  await other.page.getByTestId('mention').click();
  await expect(other.page.getByTestId('note')).toContainText('她还在看遮光款');
  await expect(bell).toHaveAccessibleName('提到您的便签');
  // Two look at one conversation: each sees the other.
  await expect(agent.page.getByTestId('looking')).toContainText('谷雨也在看');

  await agent.say('一幅三百五十八');
  await visitor.shows(['这款窗帘多少钱', '一幅三百五十八']);
});

test('a draft keeps its words, its quote and its files over a reload', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('有没有实拍图');
  await agent.pick();
  await agent.pictureFile.setInputFiles(picture('real.png', [40, 90, 200], 200, 300));
  await agent.page
    .getByTestId('any-file')
    .setInputFiles({ name: '安装说明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 a few words') });
  await agent.composer.pressSequentially('有的，');
  await agent.composer.press('Alt+q');
  await expect(agent.page.getByTestId('quote-strip')).toContainText('有没有实拍图');
  const tray = agent.page.getByTestId('tray').locator('li');
  await expect(tray).toHaveCount(2);
  await agent.page.waitForTimeout(300);

  await agent.page.reload();
  await expect(agent.composer).toHaveValue('有的，');
  await expect(tray).toHaveCount(2);
  await expect(tray.nth(1)).toContainText('安装说明.pdf');
  await expect(agent.page.getByTestId('quote-strip')).toContainText('有没有实拍图');
  await agent.composer.click();
  await agent.composer.press('End');
  await agent.composer.pressSequentially('您看');
  await agent.composer.press('Enter');
  await agent.settled();
  await expect(agent.messages).toHaveCount(4);
  await expect(agent.messages.nth(2).getByTestId('file')).toHaveAttribute('download', '安装说明.pdf');
  await expect(agent.messages.last().getByTestId('quoted')).toContainText('有没有实拍图');
  await expect(agent.page.getByTestId('quote-strip')).toBeHidden();
  // Sent is sent: nothing of it comes back.
  await agent.page.reload();
  await expect(agent.composer).toHaveValue('');
  await expect(tray).toHaveCount(0);
  // A press on what is quoted leads to it.
  await agent.messages.last().getByTestId('quoted').click();
  await expect(agent.messages.first()).toHaveClass(/marked/);
});

test('a voice clip is recorded, heard before it is sent, and arrives', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  await hum(agent.page);
  await agent.page.reload();
  const visitor = await buyer();
  await visitor.say('可以语音说一下吗');
  await agent.pick();
  await agent.page.getByTestId('record').click();
  await expect(agent.page.getByTestId('recorder')).toContainText('0:0');
  await agent.page.keyboard.press('Escape');
  await expect(agent.page.getByTestId('recorder')).toBeHidden();
  await agent.page.getByTestId('record').click();
  await expect(agent.page.getByTestId('recorder')).toContainText('0:02');
  await agent.page.getByTestId('record-stop').click();
  await expect(agent.page.getByTestId('tray').getByTestId('voice')).toHaveAccessibleName(/语音 0:0/);
  await agent.page.getByTestId('send').click();
  await agent.settled();
  const clip = agent.messages.last().getByTestId('voice');
  await expect(clip).toHaveAccessibleName(/播放 语音 0:0/);
  await clip.click();
  await expect(clip).toHaveAccessibleName(/暂停/);
});

test('closed by mistake, and not needing an answer by mistake: both are taken back', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('明天能到吗');
  await agent.pick();
  await agent.page.keyboard.press('Alt+w');
  await expect(agent.page.getByTestId('wait-pill')).toBeHidden();
  await agent.page.getByTestId('toast-act').click();
  await expect(agent.page.getByTestId('wait-pill')).toBeVisible();

  await agent.say('能到');
  await agent.settled();
  await agent.page.keyboard.press('F4');
  await expect(agent.rows).toHaveCount(0);
  await agent.page.getByTestId('toast-act').filter({ hasText: '撤销' }).last().click();
  await expect(agent.page.getByTestId('talk')).toHaveAttribute('data-state', 'held');
  await agent.say('还有别的要看吗');
  await visitor.shows(['能到', '还有别的要看吗'], 'shop');
});

test('the list by keyboard: filter, walk, open, put back as unread', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  for (const words of ['第一位买家', '第二位买家', '另一件事']) {
    const visitor = await buyer();
    await visitor.say(words);
    await expect(agent.row(words)).toBeVisible();
  }
  const { page } = agent;
  await page.keyboard.press('f');
  // Words come from an input method, too; its Enter opens nothing.
  await compose(page, 'maijia', '买家');
  await expect(agent.rows).toHaveCount(2);
  await expect(page).not.toHaveURL(/thread=/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await agent.shows(['第二位买家']);
  await page.keyboard.press('Escape');
  await expect(agent.composer).not.toBeFocused();
  await page.getByTestId('filter').click();
  await expect(agent.rows).toHaveCount(3);

  await page.keyboard.press('u');
  await expect(page).not.toHaveURL(/thread=/);
  await expect(agent.row('第二位买家').getByRole('img', { name: '标为未读' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(agent.composer).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByTestId('key-sheet')).toContainText('引用买家最后一句');
});

test('asked for patience: the answer stays due in a group of its own', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('能不能便宜点');
  await agent.pick();
  await agent.page.keyboard.press('Alt+h');
  await agent.settled();
  await expect(agent.page.getByTestId('list')).toContainText('说过稍等，还欠一答');
  await expect(agent.rows).toContainText('欠一答');
  await agent.say('最多便宜二十');
  await expect(agent.rows).not.toContainText('欠一答');
  await expect(agent.page.getByTestId('list')).toContainText('已回答');
});

test('a supervisor takes over only when asked twice, and the line says who took it', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('我要找主管');
  await expect(agent.rows).toHaveCount(1);
  const boss = await desk(await owner.hire('青岚', 'qinglan', 'supervisor'));
  await boss.row('我要找主管').click();
  await boss.page.keyboard.press('Alt+r');
  await expect(boss.page.getByRole('alertdialog')).toContainText('小禾正在接待');
  await boss.page.keyboard.press('Escape');
  await expect(boss.page.getByRole('alertdialog')).toBeHidden();
  await boss.page.getByTestId('take').click();
  await boss.page.getByTestId('take-over').click();
  await expect(boss.composer).toBeVisible();
  await expect(boss.page.getByTestId('event').last()).toContainText('青岚从小禾手上接了过来');
});

test('a shift is handed on: who is open goes back with the note, the next shift confirms it', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('尺寸发您了');
  await expect(agent.rows).toHaveCount(1);
  await agent.stateButton.click();
  await agent.page.getByTestId('state-shift').click();
  await agent.page.getByTestId('hand-over-note').fill('尺寸等工厂回话，说好六点前告诉她');
  await agent.page.getByTestId('hand-over-go').click();
  await expect(agent.stateButton).toContainText('离线');

  const next = await desk(await owner.hire('谷雨', 'guyu'));
  const notes = next.page.getByTestId('hand-over-notes');
  await expect(notes).toContainText('说好六点前告诉她');
  await expect(notes).toContainText('小禾');
  await next.page.getByTestId('hand-over-seen').click();
  await expect(notes).toBeHidden();
  await next.page.reload();
  await expect(next.rows).toHaveCount(1);
  await expect(notes).toBeHidden();
});

test('stage by hand, what fits it by a key', async ({ owner, desk, buyer }) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const visitor = await buyer();
  await visitor.say('在吗');
  await agent.pick();
  const offer = agent.page.getByTestId('offer').first();
  await expect(offer).toBeVisible();
  const words = (await offer.locator('.lit').innerText()).trim();
  expect(words).toContain('小禾');
  await agent.page.keyboard.press('Alt+1');
  await visitor.shows([words], 'shop');

  await agent.page.getByTestId('stage').click();
  await agent.page.getByTestId('stage-logistics').click();
  await expect(agent.page.getByTestId('stage')).toHaveAttribute('data-stage', 'logistics');
  await visitor.say('便宜点吧');
  // Set by hand holds, whatever is said.
  await agent.shows(['在吗', words, '便宜点吧']);
  await expect(agent.page.getByTestId('stage')).toHaveAttribute('data-stage', 'logistics');
});

test('on a phone one pane at a time; handing on fits the screen', async ({ owner, desk, buyer, window }) => {
  const visitor = await buyer();
  const agent = await desk(await owner.hire('小禾', 'xiaohe'), {
    context: await window({ viewport: SIZES.phone, hasTouch: true, isMobile: true }),
  });
  await visitor.say('在的吗');
  await agent.pick();
  await expect(agent.page.getByTestId('list')).toBeHidden();
  await agent.page.getByTestId('more').click();
  await agent.page.getByTestId('more-transfer').click();
  const go = agent.page.getByTestId('transfer-go');
  await expect(go).toBeInViewport({ ratio: 1 });
  await agent.page.keyboard.press('Escape');
  await agent.page.getByTestId('back').click();
  await expect(agent.page.getByTestId('list')).toBeVisible();
  const wide = await agent.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wide).toBe(false);
});

test('a note that was left waits to be asked for; a draft shows in its row; ending with something undone is asked once', async ({
  owner,
  desk,
  buyer,
}) => {
  const agent = await desk(await owner.hire('小禾', 'xiaohe'));
  const page = agent.page;
  const first = await buyer();
  await first.say('第一位来问');
  await expect(agent.row('第一位来问')).toBeVisible();
  const second = await buyer();
  await second.say('第二位来问');
  await expect(agent.row('第二位来问')).toBeVisible();

  await agent.tab('我的');
  await agent.pick('第一位来问');
  await page.keyboard.press('Alt+n');
  await expect(page.getByTestId('note-mode')).toBeVisible();
  await agent.composer.pressSequentially('问过仓库');
  await agent.pick('第二位来问');
  await expect(agent.row('第一位来问').getByTestId('row-draft')).toHaveText('便签草稿');

  // Back there: what is typed is for the buyer.
  await agent.pick('第一位来问');
  await expect(page.getByTestId('note-left')).toContainText('问过仓库');
  await expect(page.getByTestId('note-mode')).toBeHidden();
  await agent.say('我去问问');
  await first.shows(['我去问问'], 'shop');
  await page.getByTestId('note-left').getByRole('button').click();
  await expect(agent.composer).toHaveValue('问过仓库');
  await expect(page.getByTestId('note-mode')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('note-mode')).toBeHidden();

  await agent.pick('第二位来问');
  await agent.composer.pressSequentially('写到一半');
  await agent.pick('我去问问');
  await expect(agent.row('第二位来问').getByTestId('row-draft')).toHaveText('草稿');
  await agent.pick('第二位来问');
  const ask = page.getByTestId('close-ask');
  await page.keyboard.press('F4');
  await expect(ask).toContainText('还在等您答复');
  await expect(page.getByTestId('close-not')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(ask).toBeHidden();
  await expect(agent.composer).toHaveValue('写到一半');
  await page.keyboard.press('F4');
  await expect(ask).toBeVisible();
  await page.keyboard.press('F4');
  await expect(agent.row('第二位来问')).toHaveCount(0);

  // The log's panel is low: what saves it is in sight all the same, with its key.
  await agent.pick('我去问问');
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.keyboard.press('Alt+i');
  await expect(page.getByTestId('worklog-problem')).toBeFocused();
  const save = page.getByTestId('worklog-save');
  await expect(save).toBeInViewport({ ratio: 1 });
  await expect(save).toContainText('Ctrl+Enter');
});
