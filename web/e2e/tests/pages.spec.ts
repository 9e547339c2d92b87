import type { Page } from '@playwright/test';
import { MORNING, chatFile } from '../support/chats';
import { findings, fits } from '../support/eye';
import { picture } from '../support/png';
import { SIZES, expect, test } from '../support/fixtures';

for (const theme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`every page, ${theme}, ${size}: drawn, fitting, readable, nothing on the console`, async ({
      house,
      owner,
      desk,
      buyer,
      window,
    }) => {
      const shot = (name: string) => `shots/${name}-${theme}-${viewport.width}.png`;
      const look = async (page: Page, name: string): Promise<string[]> => {
        await page.screenshot({ path: shot(name) });
        await fits(page);
        return (await findings(page)).map((f) => `${name}: ${f}`);
      };
      const found: string[] = [];
      const phone = size === 'phone';
      const context = await window({ viewport, colorScheme: theme });
      await house.run('import', 'chats', await chatFile(house, '2026-10-03', MORNING));

      const out = await context.newPage();
      await out.goto(house.url);
      await expect(out.getByLabel('登录名', { exact: true })).toBeVisible();
      found.push(...(await look(out, 'sign-in')));
      const { link } = await owner.post<{ link: string }>('access/people', {
        name: '阿青',
        login: 'qing',
        role: 'agent',
      });
      await out.goto(link);
      await expect(out.getByTestId('link-confirm')).toBeVisible();
      found.push(...(await look(out, 'link')));
      await out.close();

      const zhou = await owner.hire('周主管', 'zhou', 'supervisor');
      const agent = await desk(zhou, { context });
      found.push(...(await look(agent.page, 'desk-empty')));
      const visitor = await buyer({
        viewport,
        colorScheme: theme,
        ...(phone ? {} : { isMobile: false, hasTouch: false }),
      });
      found.push(...(await look(visitor.page, 'shop')));
      await visitor.say('你好，客厅的窗帘想换，宽3米，高2.4米');
      await visitor.chat.getByTestId('widget-file').setInputFiles(picture('window.png'));
      await visitor.settled();
      await expect(agent.rows).toHaveCount(1);
      found.push(...(await look(agent.page, 'desk-list')));
      await agent.pick();
      await agent.say('您好，这个尺寸可以做。');
      await visitor.shows(['你好，客厅的窗帘想换，宽3米，高2.4米', '您好，这个尺寸可以做。']);
      await expect
        .poll(() => agent.messages.locator('img').evaluate((i: HTMLImageElement) => i.naturalWidth))
        .toBe(320);
      found.push(...(await look(agent.page, 'desk')));
      found.push(...(await look(visitor.page, 'widget')));
      const frame = visitor.page.frames().find((f) => f.url().includes('/widget?'));
      if (!frame) throw new Error('the chat has no frame');
      found.push(...(await findings(frame)).map((f) => `chat: ${f}`));

      await agent.page.goto(`${house.url}/report?from=2026-10-03&to=2026-10-03&by=agent`);
      const figure = agent.page.getByTestId('figure-slow_answer_num').first();
      await expect(figure).toBeVisible();
      found.push(...(await look(agent.page, 'report')));
      await figure.click();
      await expect(agent.page.getByTestId('turn-row')).toHaveCount(1);
      found.push(...(await look(agent.page, 'report-turns')));

      await agent.page.goto(`${house.url}/people`);
      await expect(agent.page.getByTestId('people-row')).toHaveCount(3);
      found.push(...(await look(agent.page, 'people')));
      expect(found.join('\n\n')).toBe('');
    });
  }
}
