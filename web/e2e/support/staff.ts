/** The shop's people over plain HTTP: what a test sets up, and what it checks behind the page's back. */
import type { House } from './house';

/** Nobody's password but of accounts in throw-away folders. */
export const PASSWORD = 'quiet rain on the eaves';

export interface Entry {
  seq: number;
  kind: string;
  from: string;
  text: string;
  client_id?: string;
  name?: string;
}

export interface Me {
  person: string;
  name: string;
  role: string;
}

/** A person with a session. */
export class Staff {
  #cookie = '';
  me: Me = { person: '', name: '', role: '' };

  private constructor(
    private readonly house: House,
    readonly login: string,
  ) {}

  /** Makes the owner's account by the first link. */
  static async owner(house: House): Promise<Staff> {
    const staff = new Staff(house, 'boss');
    staff.me = await staff.post<Me>('access/link', {
      token: house.ownerToken,
      login: 'boss',
      name: '店主',
      password: PASSWORD,
    });
    return staff;
  }

  /** Invites somebody and accepts the invitation in their name. */
  async hire(name: string, login: string, role: 'agent' | 'supervisor' = 'agent', capacity?: number): Promise<Staff> {
    const { link } = await this.post<{ link: string }>('access/people', { name, login, role, capacity });
    const staff = new Staff(this.house, login);
    staff.me = await staff.post<Me>('access/link', { token: link.split('#')[1], name, password: PASSWORD });
    return staff;
  }

  /** Changes settings of the shop. */
  async dress(settings: object): Promise<void> {
    const shop = await this.get<{ version: string; settings: object }>('shop/shops/main');
    await this.patch('shop/shops/main', { version: shop.version, settings: { ...shop.settings, ...settings } });
  }

  /** Changes policy, in force since yesterday. */
  async rules(changes: Record<string, unknown>): Promise<void> {
    const effective = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await this.post('policy/versions', { effective, changes, note: 'test' });
  }

  /** The session, to be put into a browser. */
  get session(): string {
    return this.#cookie.split('=')[1] ?? '';
  }

  /** All messages of a thread as they are stored, in order; events only when asked for. */
  async stored(thread: string, events = false): Promise<Entry[]> {
    const { entries } = await this.get<{ entries: Entry[] }>(
      `conversation/threads/${thread}/entries?after=0&limit=200`,
    );
    return entries.filter((e) => events || e.kind === 'text' || e.kind === 'image');
  }

  async get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  async post<T = unknown>(path: string, body?: object): Promise<T> {
    return this.#call<T>('POST', path, body);
  }

  async patch<T = unknown>(path: string, body: object): Promise<T> {
    return this.#call<T>('PATCH', path, body);
  }

  async put<T = unknown>(path: string, body?: object): Promise<T> {
    return this.#call<T>('PUT', path, body);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.house.url}/api/v1/${path}`, {
      method,
      headers: { cookie: this.#cookie, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const set = answer.headers.get('set-cookie')?.split(';')[0];
    if (set?.startsWith('yk_session=')) this.#cookie = set;
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
