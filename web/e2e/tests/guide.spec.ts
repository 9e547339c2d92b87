import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/fixtures';
import { GUIDE, addresses, links, pages } from '../support/guide';

/** Bytes that all pictures of the guide may have together. */
const PICTURES_MAX = 1_500_000;

test('the guide names no picture and no page that is not there, and leaves no picture unnamed', async () => {
  const named = new Set<string>();
  for (const [page, text] of await pages()) {
    for (const link of links(text).filter((l) => !/^https?:/.test(l))) {
      const file = join(GUIDE, link.split('#')[0] ?? '');
      expect((await stat(file).catch(() => null))?.isFile(), `${page} leads to ${link}`).toBe(true);
      if (link.startsWith('pictures/')) named.add(link.slice('pictures/'.length));
    }
  }
  const kept = await readdir(join(GUIDE, 'pictures'));
  expect(kept.sort()).toEqual([...named].sort());
  const sizes = await Promise.all(kept.map(async (name) => (await stat(join(GUIDE, 'pictures', name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(PICTURES_MAX);
});

test('every address that the guide names is a page of the house', async ({ house, owner, desk }) => {
  const named = [...(await pages()).values()].flatMap(addresses);
  const all = [...new Set(named)];
  expect(all.length).toBeGreaterThan(6);
  const { page } = await desk(owner, { state: 'as it is' });
  for (const address of all) {
    await page.goto(house.url + address);
    await expect(page.getByTestId('state-button')).toBeVisible();
    await expect(page.getByText('没有这个页面'), address).toHaveCount(0);
    expect(new URL(page.url()).pathname).toBe(address);
  }
});

test('the table of keys says what the desk itself says', async ({ owner, desk }) => {
  const { page } = await desk(owner, { state: 'as it is' });
  await page.locator('body').press('?');
  const sheet = await page.getByRole('dialog').last().innerText();
  const text = (await pages()).get('客服.md') ?? '';
  const rows = [...text.slice(text.indexOf('## 按键')).matchAll(/^\|[^|]*\|([^|]*)\|/gm)].slice(2);
  const keys = rows.flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((m) => m[1] ?? ''));
  expect(keys.length).toBeGreaterThan(30);
  const pressed = sheet.replaceAll(/\s+/g, '');
  for (const key of keys) expect(pressed, key).toContain(key.replaceAll('+', ''));
});
