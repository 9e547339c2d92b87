/** An input method as Chromium sees one. */
import type { Page } from '@playwright/test';

/** Types pinyin, takes it with Enter the two ways that input methods do, then lets the words in. The focused box must be ours. */
export async function compose(page: Page, pinyin: string, words: string): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  for (let n = 1; n <= pinyin.length; n++) {
    const text = pinyin.slice(0, n);
    await cdp.send('Input.imeSetComposition', { text, selectionStart: n, selectionEnd: n });
  }
  // As a method sends it that eats the key: 229.
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  // As a method sends it that lets the key through while it still composes.
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 13,
  });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  await cdp.send('Input.insertText', { text: words });
  await cdp.detach();
  // A hand needs longer to the next key than the echo of this one, which some browsers send after the words.
  await page.waitForTimeout(150);
}
