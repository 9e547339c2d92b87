// The chat in a real browser against the stand-in server: composing, cut lines, reloads, pictures, focus, sizes.
//   npm run build && npm run check [-- part of a name]
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { mock } from '../mock/server.mjs';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--no-first-run',
  ],
});
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const until = async (what, test, ms = 8000) => {
  const end = Date.now() + ms;
  for (;;) {
    const value = await test();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await wait(40);
  }
};
const cases = [];
const check = (name, run, options = {}) => cases.push({ name, run, options });

/** Texts of the buyer as the server has them. */
const stored = (m) =>
  m
    .only()
    .entries.filter((e) => e.from === 'buyer' && e.kind === 'text')
    .map((e) => e.text);
/** Texts of the buyer as the page shows them. */
const shown = (chat) => chat.locator('[data-testid="widget-message"][data-from="buyer"] .b').allTextContents();
const same = async (m, chat, want) => {
  await until('stored', () => JSON.stringify(stored(m)) === JSON.stringify(want)).catch(() =>
    assert.deepEqual(stored(m), want),
  );
  await until('shown', async () => JSON.stringify(await shown(chat)) === JSON.stringify(want)).catch(async () =>
    assert.deepEqual(await shown(chat), want),
  );
  await until('delivered', async () => (await chat.locator('[data-state="sending"]').count()) === 0);
};

check(
  'text goes out with Enter, Shift+Enter breaks the line, the bubble turns from sending to delivered',
  async ({ m, chat, page }) => {
    await chat.getByTestId('widget-input').click();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await same(m, chat, ['one\ntwo']);
    await chat.getByText('已送达').waitFor();
    m.read();
    await chat.getByText('已读').waitFor();
    assert.equal(await chat.getByTestId('widget-input').inputValue(), '');
  },
);

check('Enter while an input method composes never sends', async ({ m, chat, page, frame }) => {
  const box = chat.getByTestId('widget-input');
  await box.click();
  const cdp = await page.context().newCDPSession(page);
  // Pinyin on its way, then the Enter that takes it as it stands: keydown with keyCode 229, as a real input method sends it.
  await cdp.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
  assert.equal(await box.inputValue(), 'ni hao');
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  // A method that lets the real Enter through while it still composes.
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 13,
  });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  await wait(200);
  assert.deepEqual(
    m.log.filter(([t]) => t === 'send'),
    [],
  );
  await cdp.send('Input.insertText', { text: '你好' });
  await wait(50);
  assert.equal((await box.inputValue()).includes('你好'), true);
  // Safari's order: compositionend first, then the keydown with 229; and one that only says isComposing.
  await frame.evaluate(() => {
    const el = document.querySelector('textarea');
    el.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }));
    el.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }),
    );
  });
  await wait(200);
  assert.deepEqual(
    m.log.filter(([t]) => t === 'send'),
    [],
  );
  await box.fill('你好');
  await page.keyboard.press('Enter');
  await same(m, chat, ['你好']);
});

for (const step of ['cut-before', 'cut-after']) {
  check(
    `line ${step === 'cut-before' ? 'cut before' : 'cut after'} the server stored it: nothing lost, nothing doubled`,
    async ({ m, chat, page }) => {
      const box = chat.getByTestId('widget-input');
      await box.click();
      await page.keyboard.type('first');
      await page.keyboard.press('Enter');
      await same(m, chat, ['first']);
      m.next = step;
      for (const words of ['second', 'third', 'fourth']) {
        await page.keyboard.type(words);
        await page.keyboard.press('Enter');
      }
      await same(m, chat, ['first', 'second', 'third', 'fourth']);
    },
  );

  check(`${step}, server away, reload: nothing lost, nothing doubled`, async ({ m, chat, page }) => {
    const box = chat.getByTestId('widget-input');
    await box.click();
    m.next = step;
    await page.keyboard.type('before the reload');
    await page.keyboard.press('Enter');
    await until('cut', () => m.sockets.size === 0);
    m.down = true;
    await page.keyboard.type('while away');
    await page.keyboard.press('Enter');
    await page.keyboard.type('half a sen');
    await chat.getByTestId('widget-offline').waitFor();
    assert.match(await chat.getByTestId('widget-offline').textContent(), /网络断了\d+秒/);
    m.down = false;
    await page.reload();
    await same(m, chat, ['before the reload', 'while away']);
    assert.equal(await box.inputValue(), 'half a sen');
    await page.reload();
    await same(m, chat, ['before the reload', 'while away']);
  });
}

check('lines cut at random for a while: every word once, in order', async ({ m, chat, page }) => {
  const want = [];
  await chat.getByTestId('widget-input').click();
  for (let i = 0; i < 30; i++) {
    want.push(`m${i}`);
    if (i % 7 === 3) m.next = i % 2 ? 'cut-before' : 'cut-after';
    if (i % 11 === 5) m.cut();
    if (i === 15) await page.reload();
    if (i === 15) await chat.getByTestId('widget-input').click();
    await page.keyboard.type(`m${i}`);
    await page.keyboard.press('Enter');
  }
  await same(m, chat, want);
});

check('what the shop said while the line was cut comes in, and the page says how much', async ({ m, chat }) => {
  m.shop('one');
  await chat.getByText('one', { exact: true }).waitFor();
  m.down = true;
  m.cut();
  m.shop('two');
  m.shop('three');
  await chat.getByTestId('widget-offline').waitFor();
  m.down = false;
  await chat.getByText('现在就连').click();
  await chat.getByText('已连上，补收了2条').first().waitFor();
  await chat.getByText('three', { exact: true }).waitFor();
});

check('a lost last entry is noticed by the ping', async ({ m, chat }) => {
  const g = m.only();
  g.entries.push({
    thread: g.thread,
    seq: g.entries.length + 1,
    conversation: 'c1',
    at: new Date().toISOString(),
    kind: 'text',
    from: 'agent',
    name: 'A',
    text: 'never pushed',
  });
  m.ping();
  await chat.getByText('never pushed').waitFor();
});

check('pictures: chosen, shown with progress, failed upload sent again, order kept', async ({ m, chat, page }) => {
  const bytes = await page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 90 } });
  const png = { name: 'a.png', mimeType: 'image/png', buffer: bytes };
  m.slowUploads = 400;
  m.failUploads = 1;
  await chat.getByTestId('widget-file').setInputFiles(png);
  await chat.locator('.shot .part').waitFor();
  await chat.getByText('没发出去', { exact: false }).waitFor();
  await chat.getByText('重发').click();
  await chat.getByTestId('widget-input').fill('after the picture');
  await page.keyboard.press('Enter');
  await same(m, chat, ['after the picture']);
  const kinds = m.only().entries.map((e) => e.kind);
  assert.deepEqual(kinds, ['image', 'text']);
  await chat
    .getByTestId('widget-file')
    .setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') });
  await chat.getByText('这不是图片', { exact: false }).waitFor();
  assert.equal(await chat.getByText('重发').count(), 0);
  await chat.getByText('不发了').click();
  assert.equal(await chat.locator('[data-state="failed"]').count(), 0);
});

check('a picture that a reload interrupts is sent after it', async ({ m, chat, page }) => {
  const bytes = await page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 60 } });
  await chat.getByTestId('widget-input').click();
  await until('sender', () => m.paths.some((p) => p.includes('/attach-')));
  m.down = true;
  m.cut();
  await chat.getByTestId('widget-file').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: bytes });
  await chat.locator('.shot').waitFor();
  await wait(300);
  m.down = false;
  await page.reload();
  await until('image', () => m.only().entries.some((e) => e.kind === 'image'));
  await wait(300);
  assert.equal(m.only().entries.length, 1);
  assert.equal(await chat.locator('.shot').count(), 1);
});

check('a picture chosen when not even its sender could be fetched goes out later', async ({ m, chat, page }) => {
  const bytes = await page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 60 } });
  m.down = true;
  m.cut();
  await chat.getByTestId('widget-file').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: bytes });
  await chat.getByText('网络好了再点一次', { exact: false }).waitFor();
  m.down = false;
  await until('image', () => m.only().entries.some((e) => e.kind === 'image'), 30_000);
  assert.equal(m.only().entries.length, 1);
});

check('pictures: pasted and dropped; pasted words win over their picture', async ({ m, frame }) => {
  const give = (type, text) =>
    frame.evaluate(
      async ([type, text]) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
        const blob = await new Promise((done) => canvas.toBlob(done));
        const data = new DataTransfer();
        data.items.add(new File([blob], 'x.png', { type: 'image/png' }));
        if (text) data.setData('text/plain', text);
        const target = document.querySelector('textarea');
        target.dispatchEvent(
          type === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
        );
      },
      [type, text],
    );
  await give('paste', 'cells of a table');
  await wait(200);
  assert.equal(m.only().entries.length, 0);
  await give('paste', '');
  await give('drop', '');
  await until('two pictures', () => m.only().entries.filter((e) => e.kind === 'image').length === 2);
});

check('place in the queue, typing, nobody there', async ({ m, chat }) => {
  m.queue(3);
  await chat.getByTestId('widget-queue').getByText('前面还有2位').waitFor();
  m.queue(1);
  await chat.getByTestId('widget-queue').getByText('下一位就是您').waitFor();
  m.queue(0, '阿禾');
  await chat.getByTestId('widget-queue').waitFor({ state: 'hidden' });
  await chat.getByRole('heading', { name: '阿禾' }).waitFor();
  m.typing(true);
  await chat.getByTestId('widget-typing').waitFor();
  m.typing(false);
  await chat.getByTestId('widget-typing').waitFor({ state: 'hidden' });
  m.queue(0, null, false);
  await chat.getByTestId('widget-queue').getByText('明早9点', { exact: false }).waitFor();
  assert.equal(await chat.getByTestId('widget-input').getAttribute('placeholder'), '留个言，有人上班就先回您');
  await chat.getByTestId('widget-input').fill('in the night');
  await chat.getByTestId('widget-send').click();
  await chat.getByTestId('widget-queue').getByText('留言收到了', { exact: false }).waitFor();
});

check('typing is told to the shop and ends', async ({ m, chat, page }) => {
  await chat.getByTestId('widget-input').click();
  await page.keyboard.type('abc');
  const typing = () => m.log.filter(([t]) => t === 'typing').map(([, f]) => f.on);
  await until('on', () => typing().length === 1);
  await page.keyboard.press('Enter');
  await until('off', () => JSON.stringify(typing()) === '[true,false]');
});

check(
  'looking back loads older messages and keeps the place',
  async ({ m, chat, page, frame }) => {
    const g = m.only();
    for (let i = 1; i <= 130; i++) {
      g.entries.push({
        thread: g.thread,
        seq: i,
        conversation: 'c1',
        at: new Date(Date.now() - (200 - i) * 600e3).toISOString(),
        kind: 'text',
        from: i % 3 ? 'agent' : 'buyer',
        name: 'A',
        text: `old ${i}`,
      });
    }
    await page.reload();
    await chat.getByText('old 130', { exact: true }).waitFor();
    assert.equal(await chat.getByText('old 90', { exact: true }).count(), 0);
    for (let round = 0; round < 6; round++) {
      const [first, top] = await frame().evaluate(() => {
        const say = document.querySelector('.say');
        say.scrollTop = 10;
        const el = [...document.querySelectorAll('.msg')].find((e) => e.getBoundingClientRect().top > 80);
        return [el.textContent, el.getBoundingClientRect().top];
      });
      await wait(400);
      const now = await frame().evaluate(
        (words) =>
          [...document.querySelectorAll('.msg')].find((e) => e.textContent === words).getBoundingClientRect().top,
        first,
      );
      assert.ok(Math.abs(now - top) < 3, `moved from ${top} to ${now}`);
    }
    await chat.getByText('old 1', { exact: true }).waitFor();
    const order = await chat.locator('.msg .b').allTextContents();
    assert.deepEqual(
      order.slice(-130),
      g.entries.map((e) => e.text),
    );
    m.shop('down here');
    await chat.getByText('1条新消息').click();
    await until('at the end', () =>
      frame().evaluate(() => {
        const s = document.querySelector('.say');
        return s.scrollHeight - s.scrollTop - s.clientHeight < 5;
      }),
    );
  },
  { lateFrame: true },
);

check(
  'closed: badge and title count, opening reads; focus goes in and comes back, Esc closes',
  async ({ m, chat, page }) => {
    await chat.getByTestId('widget-input').fill('draft');
    await page.keyboard.press('Escape');
    await page.getByTestId('bubble').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.dataset.testid), 'bubble');
    m.shop('are you there');
    m.shop('hello');
    await until('title', async () => (await page.title()).startsWith('(2) '));
    assert.match(await page.getByTestId('bubble').getAttribute('aria-label'), /2条新消息/);
    assert.equal(m.only().buyerRead, 0);
    await page.keyboard.press('Enter');
    await until('read', () => m.only().buyerRead === 2);
    await until('title', async () => !(await page.title()).startsWith('('));
    await until('focus', () => chat.getByTestId('widget-input').evaluate((el) => document.activeElement === el));
    assert.equal(await chat.getByTestId('widget-input').inputValue(), 'draft');
    await page.reload();
    await chat.getByText('are you there').waitFor();
  },
);

check('a shop that does not exist says so', async ({ m, page }) => {
  await page.goto(`${new URL(page.url()).origin}/widget?shop=nowhere`);
  await page.getByText('data-shop', { exact: false }).first().waitFor();
  assert.equal(m.log.filter(([t]) => t === 'resume').length, 1);
});

check(
  'the page asks with the secret it keeps, a known buyer with the token, signing out makes a new guest',
  async ({ m, page, chat }) => {
    const hellos = () =>
      m.log
        .filter(([t]) => t === 'hello' && m.log)
        .map(([, f]) => f)
        .filter((f) => f.shop);
    const secret = [...m.guests.keys()][0];
    await page.reload();
    await until('second hello', () => hellos().length === 2);
    assert.equal(hellos()[1].token, secret);
    await chat.getByTestId('widget-input').fill('mine alone');
    await page.evaluate(() => window.yingke('identify', 'signed.by.shop'));
    await until('known', () => hellos().length === 3);
    assert.deepEqual(hellos()[2], { shop: 'main', token: secret, known: 'signed.by.shop' });
    await page.evaluate(() => window.yingke('identify', null));
    await until('signed out', () => hellos().length === 4);
    assert.deepEqual(hellos()[3], { shop: 'main', token: 'signed-out' });
    assert.equal(await chat.getByTestId('widget-input').inputValue(), '');
    assert.equal(m.guests.size, 2);
  },
);

check('messages from a stranger are not heard', async ({ page, chat, m }) => {
  const inside = page.frames().find((f) => f.url().includes('/widget?'));
  await page.evaluate(() => {
    const inner = document.body.lastElementChild.shadowRoot.querySelector('iframe').contentWindow;
    window.postMessage({ yk: 'unread', n: 99 }, '*');
    for (const [origin, source] of [
      ['https://evil.example', inner],
      [location.origin, window],
    ]) {
      window.dispatchEvent(new MessageEvent('message', { data: { yk: 'close' }, origin, source }));
    }
  });
  await inside.evaluate(() => {
    for (const [origin, source] of [
      ['https://evil.example', window.parent],
      [location.origin, window],
    ]) {
      window.dispatchEvent(new MessageEvent('message', { data: { yk: 'draft', text: 'planted' }, origin, source }));
    }
  });
  await wait(200);
  assert.equal((await page.title()).startsWith('(99)'), false);
  assert.ok(await chat.getByTestId('widget-input').isVisible());
  assert.equal(await chat.getByTestId('widget-input').inputValue(), '');
  assert.ok(m);
});

check('380 by 640 in the corner; full screen and fingers on a phone', async ({ page, chat }) => {
  const frame = page.locator('iframe');
  const box = await frame.boundingBox();
  assert.deepEqual([box.width, box.height, 1280 - box.x - box.width, 800 - box.y - box.height], [380, 640, 24, 24]);
  await page.setViewportSize({ width: 390, height: 844 });
  await until(
    'full',
    async () => JSON.stringify(await frame.boundingBox()) === JSON.stringify({ x: 0, y: 0, width: 390, height: 844 }),
  );
  await until('mode', () => chat.locator('html[data-full]').count());
  for (const id of ['widget-input', 'widget-send', 'widget-picture', 'widget-tools', 'widget-more']) {
    const b = await chat.getByTestId(id).boundingBox();
    assert.ok(b.height >= 44 && b.width >= 44, `${id} ${b.width}x${b.height}`);
  }
  assert.equal(await chat.getByTestId('widget-input').evaluate((el) => getComputedStyle(el).fontSize), '16px');
});

check('English from data-lang, a colour that white can be read on', async ({ page, m }) => {
  await page.route('**/shop', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      body: (await answer.text()).replace('data-shop="main"', 'data-shop="main" data-lang="en" data-color="#7a1f4b"'),
    });
  });
  await page.reload();
  const chat = page.frameLocator('iframe');
  await chat.getByRole('button', { name: 'Send', exact: true }).waitFor();
  assert.equal(await chat.locator('header').evaluate((el) => getComputedStyle(el).backgroundColor), 'rgb(122, 31, 75)');
  assert.equal(await chat.locator('html').getAttribute('lang'), 'en');
  assert.ok(m);
});

const QUESTIONS = [
  { text: '什么时候发货', answer: '效果图确认后4天印好发出' },
  { text: '怎么量尺寸', answer: null },
];

check(
  'quick questions: a press asks, a set answer comes at once',
  async ({ m, chat }) => {
    await chat.getByRole('button', { name: '什么时候发货' }).click();
    await same(m, chat, ['什么时候发货']);
    await chat.getByText('效果图确认后4天印好发出').waitFor();
    await chat.getByRole('button', { name: '怎么量尺寸' }).click();
    await same(m, chat, ['什么时候发货', '怎么量尺寸']);
  },
  { mock: { questions: QUESTIONS } },
);

check('emoticons go into the box where the cursor stands, arrow keys walk, Esc closes', async ({ m, chat, page }) => {
  const box = chat.getByTestId('widget-input');
  await box.fill('好的');
  await chat.getByTestId('widget-emoticons').click();
  const panel = chat.getByTestId('widget-panel');
  await panel.locator('.face').first().waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const second = await panel.locator('.face').nth(1).textContent();
  assert.equal(await box.inputValue(), `好的${second}`);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });
  await page.keyboard.press('Enter');
  await same(m, chat, [`好的${second}`]);
});

check('files: chosen, sent, shown with name and size as a download', async ({ m, chat, page }) => {
  await chat.getByTestId('widget-tools').click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    chat.getByText('文件', { exact: true }).click(),
  ]);
  await chooser.setFiles({ name: '户型图.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(123_456, 37) });
  const link = chat.locator('a.file');
  await link.waitFor();
  assert.match(await link.textContent(), /户型图\.pdf\s*123 KB/);
  assert.equal(await link.getAttribute('download'), '户型图.pdf');
  assert.deepEqual(
    m.only().entries.map((e) => e.kind),
    ['file'],
  );
});

check('hold to talk: recorded, sent with its length, played; moved away it is not sent', async ({ m, chat, page }) => {
  const hold = async (ms, away) => {
    await chat.getByTestId('widget-tools').click();
    await chat.getByText('语音', { exact: true }).click();
    const bar = chat.getByTestId('widget-hold');
    const b = await bar.boundingBox();
    await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2);
    await page.mouse.down();
    await chat.getByText('松手就发', { exact: false }).first().waitFor();
    await wait(ms);
    if (away) await page.mouse.move(b.x + b.width / 2, b.y - 120, { steps: 4 });
    await page.mouse.up();
  };
  await hold(2200, false);
  const clip = chat.locator('.voice');
  await clip.waitFor();
  await until('stored', () => m.only().entries.length === 1);
  const [entry] = m.only().entries;
  assert.equal(entry.kind, 'voice');
  assert.ok(entry.voice.secs >= 2 && entry.voice.secs <= 3, `${entry.voice.secs} s`);
  await until('playable', () => clip.isEnabled());
  await clip.click();
  await chat.locator('.voice.on').waitFor();
  await chat.locator('.voice:not(.on)').waitFor();
  await hold(1200, true);
  await wait(300);
  assert.equal(m.only().entries.length, 1);
});

check('the product of the page: offered, sent as a card, not offered again', async ({ m, chat, page }) => {
  await page.evaluate(() =>
    window.yingke('product', { code: 'YS-01', title: '竹影 定制壁画', price: '1,397.76', picture: '/mural.png' }),
  );
  const strip = chat.getByTestId('widget-product');
  await strip.getByText('¥1,397.76').waitFor();
  await strip.getByText('发送商品').click();
  await until('stored', () => m.only().entries.length === 1);
  const [, sent] = m.log.filter(([t]) => t === 'send').at(-1);
  assert.equal(sent.kind, 'card');
  assert.equal(sent.card.page.price_fen, 139776);
  assert.equal(sent.card.page.product, 'YS-01');
  assert.match(sent.card.page.picture, /^http:\/\/127\.0\.0\.1:\d+\/mural\.png$/);
  await chat.locator('.msg .card').getByText('竹影 定制壁画').waitFor();
  await strip.waitFor({ state: 'hidden' });
  await page.evaluate(() =>
    window.yingke('product', { title: '满月 纸灯', price: 186, picture: 'javascript:alert(1)' }),
  );
  await strip.getByText('¥186.00').waitFor();
  assert.equal(await strip.locator('img').count(), 0);
  await strip.getByLabel('不用').click();
  await strip.waitFor({ state: 'hidden' });
});

check('the shop hears which page it is, without the query that may name people', async ({ m, page }) => {
  const pages = () => m.log.filter(([t]) => t === 'page').map(([, f]) => f);
  await until('first', () => pages().length === 1);
  assert.match(pages()[0].address, /\/shop$/);
  await page.evaluate(() => {
    history.pushState({}, '', '/shop/p1?phone=13812345678&id=7#token=abc');
    document.title = '满月 纸灯';
    window.yingke('product', { code: 'YS-02' });
  });
  await until('second', () => pages().length === 2, 9000);
  assert.deepEqual(
    { ...pages()[1], address: new URL(pages()[1].address).href.replace(/^.*?\d\//, '/') },
    {
      t: 'page',
      title: '满月 纸灯',
      address: '/shop/p1',
      product: 'YS-02',
    },
  );
});

check(
  'what the shop sends: card with a link, file, clip, quote; a recall takes all of it back',
  async ({ m, chat }) => {
    m.shop('', {
      kind: 'card',
      card: {
        card: 'product',
        product: 'p',
        code: 'A',
        title: '雾山 窗帘',
        price_fen: 35800,
        list_fen: 40000,
        picture: null,
        address: 'https://shop.example/p/1',
        stock: 3,
      },
    });
    m.shop('', {
      kind: 'card',
      card: {
        card: 'order',
        order: 'o',
        number: '3391 0188',
        platform: 'taobao',
        state: 'shipped',
        state_text: '已发货',
        amount_fen: 9900,
        quantity: 2,
        title: '四件套',
        picture: null,
        created_at: new Date().toISOString(),
      },
    });
    m.shop('', {
      kind: 'file',
      file: { file: 'f', url: '/files/f', name: '说明.docx', bytes: 2_500_000, mime: 'x/y' },
    });
    m.shop('够的，两幅就行', { quote: { seq: 1, from: 'buyer', kind: 'text', text: '两幅够吗' } });
    const see = chat.getByRole('link', { name: '看看' });
    await see.waitFor();
    assert.equal(await see.getAttribute('href'), 'https://shop.example/p/1');
    assert.match(await see.getAttribute('rel'), /noopener/);
    await chat.getByText('¥358.00').waitFor();
    await chat.getByText('已发货').waitFor();
    await chat.getByText('2.5 MB').waitFor();
    await chat.locator('.quote').getByText('您：两幅够吗').waitFor();
    m.event({ kind: 'recall', refers: 3 });
    await chat.getByText('这条消息撤回了').waitFor();
    assert.equal(await chat.locator('a.file').count(), 0);
  },
);

check(
  'asked at the end: five marks and words; put off and taken up from the line; changed',
  async ({ m, chat, page }) => {
    m.event({ kind: 'close' });
    m.ask();
    const form = chat.getByTestId('widget-rate');
    await form.waitFor();
    await form.getByText('先不评').click();
    await form.waitFor({ state: 'detached' });
    await page.reload();
    const line = chat.getByText('评价这次接待');
    await line.waitFor();
    assert.equal(await form.count(), 0);
    await line.click();
    await form.getByLabel('满意', { exact: true }).check();
    await form.getByRole('textbox').fill('讲得清楚');
    await form.getByText('提交').click();
    await chat.getByText('您评了4分，谢谢').waitFor();
    assert.deepEqual(m.only().entries.at(-1).rating, { score: 4, words: '讲得清楚' });
    await chat.getByText('改一改').click();
    m.down = true;
    m.cut();
    await form.getByLabel('很满意').check();
    await form.getByText('提交').click();
    await wait(600);
    m.down = false;
    await page.reload();
    await chat.getByText('您评了5分，谢谢').waitFor();
    m.event({ kind: 'open' });
    await chat.getByText('改一改').waitFor({ state: 'detached' });
  },
);

check(
  'how long it takes, and when the shop opens again',
  async ({ m, chat }) => {
    m.queue(3, null, true, 65);
    await chat.getByTestId('widget-queue').getByText('前面还有2位，约1分钟').waitFor();
    m.queue(0, null, false);
    await until(
      'hint',
      async () => (await chat.getByTestId('widget-input').getAttribute('placeholder')) === '留个言，明早9点上班先回您',
    );
  },
  { mock: { hours: { open: false, next_open_at: '2026-11-23T01:00:00Z', text: '明早9点上班' } } },
);

check(
  'sockets that a proxy swallows: the page says so, keeps what is written and sends it later',
  async ({ m, chat, page }) => {
    m.noSockets = true;
    m.cut();
    await chat.getByTestId('widget-input').fill('behind a wall');
    await page.keyboard.press('Enter');
    await chat.getByText('挡住了聊天的通道', { exact: false }).first().waitFor({ timeout: 15_000 });
    m.noSockets = false;
    await chat.getByText('现在就连').click();
    await same(m, chat, ['behind a wall']);
  },
);

check('a token that is over: the page is asked for a fresh one, and the name is shown', async ({ m, chat, page }) => {
  m.badToken = 'old';
  await page.evaluate(() => {
    let n = 0;
    window.yingke('identify', () => Promise.resolve(n++ ? 'fresh' : 'old'));
  });
  await until('asked again', () => m.log.some(([t, f]) => t === 'hello' && f.known === 'fresh'));
  await chat.getByText('安娜，您好').waitFor();
});

check('on a phone "back" closes the chat and stays on the page', async ({ page, chat }) => {
  await page.keyboard.press('Escape');
  await page.getByTestId('bubble').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByTestId('bubble').click();
  await until('full', () => chat.locator('html[data-full]').count());
  const before = page.url();
  await page.goBack();
  await page.getByTestId('bubble').waitFor();
  assert.equal(page.url(), before);
  await page.getByTestId('bubble').click();
  await chat.getByLabel('返回').click();
  await page.getByTestId('bubble').waitFor();
  await until('history', () => page.evaluate(() => !history.state?.yk));
});

check(
  'menu: sound and language; dark and the left corner as the shop says',
  async ({ chat, page }) => {
    await chat.getByTestId('widget-more').click();
    const sound = chat.getByRole('menuitemcheckbox');
    assert.equal(await sound.getAttribute('aria-checked'), 'false');
    await sound.click();
    await chat.getByTestId('widget-more').click();
    assert.equal(await sound.getAttribute('aria-checked'), 'true');
    await chat.getByText('English（英文）').click();
    await chat.getByRole('button', { name: 'Send', exact: true }).waitFor();
    assert.equal(await chat.locator('html').getAttribute('data-dark'), '');
    const box = await page.locator('iframe').boundingBox();
    assert.equal(box.x, 24);
  },
  { mock: { dark: 'dark', side: 'left' } },
);

check('a picture large: double press and wheel enlarge it, moving it, Esc closes', async ({ m, chat, page, frame }) => {
  const bytes = await page.screenshot();
  const image = m.addFile(bytes, 1280, 800);
  m.shop('', { kind: 'image', image });
  await chat.getByLabel('看大图').click();
  const img = chat.locator('.viewer img');
  await img.waitFor();
  await img.dblclick();
  await chat.locator('.viewer.near').waitFor();
  const scale = () =>
    frame.evaluate(() => new DOMMatrix(getComputedStyle(document.querySelector('.viewer img')).transform).a);
  assert.ok(Math.abs((await scale()) - 2.5) < 0.01, `${await scale()}`);
  await page.mouse.wheel(0, -300);
  await until('larger', async () => (await scale()) > 3);
  await page.keyboard.press('Escape');
  await chat.locator('.viewer').waitFor({ state: 'detached' });
});

let bad = 0;
for (const { name, run, options } of cases) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  const m = mock(options.mock);
  const port = await m.listen();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
  const page = await context.newPage();
  const broken = [];
  page.on('pageerror', (e) => broken.push(`page error: ${e.message}`));
  page.on('console', (l) => /Content Security|Refused/.test(l.text()) && broken.push(l.text()));
  try {
    await page.goto(`http://127.0.0.1:${port}/shop`);
    await page.getByTestId('bubble').click();
    const chat = page.frameLocator('iframe');
    await until('connected', () => m.log.some(([t]) => t === 'resume'));
    await chat.getByTestId('widget-input').waitFor();
    const frame = () => page.frames().find((f) => f.url().includes('/widget?'));
    await run({ m, page, chat, frame: options.lateFrame ? frame : frame() });
    assert.deepEqual(broken, []);
    console.log(`ok    ${name}`);
  } catch (e) {
    bad++;
    console.log(`FAIL  ${name}\n      ${String(e.message).split('\n').slice(0, 30).join('\n      ')}`);
  }
  await context.close();
  m.close();
}
await browser.close();
console.log(bad ? `${bad} failed` : 'all good');
process.exit(bad ? 1 : 0);
