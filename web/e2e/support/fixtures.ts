/** What every test starts from: a house of its own, its owner, browser windows that report what went wrong in them. */
import { test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { Desk } from './desk';
import { House } from './house';
import { Site, type SiteOptions } from './site';
import { Staff } from './staff';
import { Widget } from './widget';
import { Wire } from './wire';

/** Sizes that the pages are built for. */
export const SIZES = {
  wide: { width: 1440, height: 900 },
  small: { width: 1280, height: 720 },
  phone: { width: 390, height: 844 },
} as const;

export interface World {
  house: House;
  owner: Staff;
  /** A window of its own (cookies, storage) of some size. */
  window(options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>;
  /** The desk of somebody, signed in and online unless told otherwise. */
  desk(staff: Staff, options?: { state?: 'online' | 'as it is'; context?: BrowserContext }): Promise<Desk>;
  /** A buyer with a phone-sized window at the house's page of the shop, or at a site of its own, the chat opened. */
  buyer(options?: Parameters<Browser['newContext']>[0], site?: Site): Promise<Widget>;
  /** A site of the shop's own, in its list of sites. */
  site(options?: SiteOptions): Promise<Site>;
  /** The server goes away in this test: what browsers say about that is no finding. */
  expectLoss(): void;
}

/** What the fixtures share among themselves. */
interface Inside {
  complaints: string[];
  losses: { expected: boolean };
  wires: () => Promise<Wire>;
}

/** Words of Chromium about a server or a network that is gone. */
const LOSS = /net::ERR_|WebSocket connection to|Failed to load resource: the server responded with a status of 50[23]/;

/** Words of Chromium about an answer that refuses. */
const ANSWER = /^Failed to load resource: the server responded with a status of 4\d\d /;

export const test = base.extend<World & Inside>({
  losses: async ({}, use) => use({ expected: false }),
  complaints: async ({ losses }, use) => {
    const complaints: string[] = [];
    await use(complaints);
    const findings = complaints.filter((words) => !(losses.expected && LOSS.test(words)));
    if (findings.length) throw new Error(`pages complained:\n${findings.join('\n')}`);
  },
  expectLoss: async ({ losses }, use) => use(() => void (losses.expected = true)),
  house: async ({}, use, info) => {
    const house = await House.start();
    await use(house);
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: house.log });
    await house.discard();
  },
  owner: async ({ house }, use) => use(await Staff.owner(house)),
  wires: async ({ house }, use) => {
    const wires: Wire[] = [];
    await use(async () => {
      const wire = await Wire.to(house.url);
      wires.push(wire);
      return wire;
    });
    for (const wire of wires) wire.close();
  },
  // Closed before the wires and the house are: a page must not see them go.
  window: async ({ browser, complaints, wires: _wires }, use) => {
    const all: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ viewport: SIZES.wide, ...options });
      context.on('page', (page) => listen(page, complaints));
      all.push(context);
      return context;
    });
    for (const context of all) await context.close();
  },
  desk: async ({ house, window }, use) => {
    await use(async (staff, { state = 'online', context } = {}) => {
      const own = context ?? (await window());
      await own.addCookies([
        { name: 'yk_session', value: staff.session, url: house.url, httpOnly: true, sameSite: 'Lax' },
      ]);
      const desk = new Desk(await own.newPage(), house, staff);
      await desk.open();
      if (state === 'online') await desk.setState('online');
      return desk;
    });
  },
  buyer: async ({ wires, window }, use) => {
    await use(async (options = {}, site) => {
      const context = await window({ viewport: SIZES.phone, hasTouch: true, isMobile: true, ...options });
      const wire = await wires();
      const widget = new Widget(await context.newPage(), wire);
      if (site) site.house = wire.url;
      await widget.open(site && `${site.origin}/cup`);
      return widget;
    });
  },
  site: async ({ owner }, use) => {
    const sites: Site[] = [];
    await use(async (options) => {
      const site = await Site.open(options);
      sites.push(site);
      await owner.dress({ sites: sites.flatMap((one) => [one.origin, one.near]) });
      return site;
    });
    for (const site of sites) await site.close();
  },
});

/** Errors on the console, errors of scripts, and everything that a content policy stopped. */
function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (line) => {
    // How a page learns that it has no session, or that a link or password is not good: an answer, not a fault.
    if (ANSWER.test(line.text()) && /\/api\/v1\/(access|shop|policy)\//.test(line.location().url)) return;
    if (line.type() === 'error' || /Content Security Policy|Refused to/.test(line.text())) {
      complaints.push(`${page.url()}: ${line.text()} (${line.location().url})`);
    }
    if (line.type() === 'warning' && line.text().startsWith('[Vue')) complaints.push(`${page.url()}: ${line.text()}`);
  });
}

export { expect } from '@playwright/test';
