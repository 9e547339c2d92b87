/** The reception desk as an agent sees it. The one place that knows how its parts are found. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { House } from './house';
import type { Staff } from './staff';

type State = 'online' | 'suspended' | 'away' | 'offline';
const STATES: Record<State, string> = { online: '在线', suspended: '挂起', away: '离开', offline: '离线' };
type Tab = '等待' | '我的' | '全部' | '已结束';

export class Desk {
  readonly rows: Locator;
  readonly composer: Locator;
  readonly messages: Locator;
  readonly stateButton: Locator;
  readonly offline: Locator;
  readonly typing: Locator;

  constructor(
    readonly page: Page,
    private readonly house: House,
    readonly staff: Staff,
  ) {
    this.rows = page.getByTestId('list-row');
    this.composer = page.getByTestId('composer');
    this.messages = page.getByTestId('message');
    this.stateButton = page.getByTestId('state-button');
    this.offline = page.getByTestId('net-line');
    this.typing = page.getByTestId('typing');
  }

  async open(path = '/desk'): Promise<void> {
    await this.page.goto(this.house.url + path);
    await expect(this.stateButton).toBeVisible();
  }

  async setState(state: State): Promise<void> {
    await this.stateButton.click();
    await this.page.getByTestId(`state-${state}`).click();
    await expect(this.stateButton).toContainText(STATES[state]);
  }

  async tab(tab: Tab): Promise<void> {
    await this.page.getByRole('tab', { name: new RegExp(`^\\s*${tab}`) }).click();
  }

  /** The row whose name or last words are these. */
  row(words: string): Locator {
    return this.rows.filter({ hasText: words });
  }

  /** Opens the conversation of that row; of the only one without words. */
  async pick(words = ''): Promise<void> {
    await (words ? this.row(words) : this.rows).click();
    await expect(this.composer).toBeVisible();
  }

  /** Writes and sends with Enter. */
  async say(words: string): Promise<void> {
    await this.composer.click();
    await this.composer.pressSequentially(words);
    await this.composer.press('Enter');
  }

  /** Words of the messages that are in sight, top to bottom. */
  async words(from?: 'buyer' | 'agent'): Promise<string[]> {
    return this.page.locator(`[data-testid="message"]${from ? `[data-from="${from}"]` : ''} .bb`).allInnerTexts();
  }

  /** Waits until exactly these words stand there, in this order. */
  async shows(words: string[], from?: 'buyer' | 'agent'): Promise<void> {
    await expect.poll(() => this.words(from), { timeout: 30_000 }).toEqual(words);
  }

  /** Waits until nothing is on its way any more. */
  async settled(): Promise<void> {
    await expect(
      this.page.locator('[data-testid="message"][data-state="waiting"], [data-testid="message"][data-state="sent"]'),
    ).toHaveCount(0, { timeout: 30_000 });
  }

  /** The thread of the conversation that is open. */
  async thread(): Promise<string> {
    await expect(this.page).toHaveURL(/thread=/);
    return new URL(this.page.url()).searchParams.get('thread') ?? '';
  }

  /** The file chooser's box of the composer. */
  get pictureFile(): Locator {
    return this.page.getByTestId('picture-file');
  }
}
