import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { lineOf } from '../src/features/access/audit';
import { characters, missingOf } from '../src/features/access/link';
import {
  capacityOf,
  changeOf,
  faultsOf,
  formOf,
  inviteOf,
  linesOf,
  isMeant,
  rolesFor,
  type Person,
} from '../src/features/access/people';
import { useSession } from '../src/features/access/session';
import { accessEn } from '../src/text/access.en';
import { accessZh } from '../src/text/access.zh-CN';

// Requests need a page's address here; the client takes the class when it is loaded.
vi.hoisted(() => {
  const Original = globalThis.Request;
  globalThis.Request = class extends Original {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(typeof input === 'string' ? new URL(input, 'http://desk.test') : input, init);
    }
  };
});

const person = (of: Partial<Person> = {}): Person => ({
  person: 'p1',
  name: '小满',
  login: 'xm',
  role: 'agent',
  line: '售前',
  capacity: 6,
  active: true,
  state: 'online',
  load: 0,
  accounts: [],
  shops: ['main'],
  seats: [],
  totp: false,
  ...of,
});

describe('the form of a link', () => {
  const form = { login: '', name: '', password: '' };
  it('asks nothing for signing in', () => expect(missingOf('signin', form)).toEqual({}));
  it('asks an owner for everything, an invited one for name and password', () => {
    expect(Object.keys(missingOf('owner', form))).toEqual(['login', 'name', 'password']);
    expect(Object.keys(missingOf('invite', { ...form, name: ' ' }))).toEqual(['name', 'password']);
    expect(missingOf('invite', { ...form, name: '小满', password: '十个字的密码就够了吧' })).toEqual({});
  });
  it('counts characters, not their halves', () => {
    expect(characters('🌲🌲🌲🌲🌲')).toBe(5);
    expect(missingOf('invite', { login: '', name: 'x', password: '🌲🌲🌲🌲🌲' }).password).toBe('short');
  });
});

describe('changing a person', () => {
  it('sends only what differs, and null for what was cleared', () => {
    const of = person();
    expect(changeOf(formOf(of), of)).toEqual({});
    expect(changeOf({ ...formOf(of), capacity: '', line: ' ' }, of)).toEqual({ capacity: null, line: null });
    expect(changeOf({ ...formOf(of), name: ' 立夏 ', role: 'supervisor', capacity: '8' }, of)).toEqual({
      name: '立夏',
      role: 'supervisor',
      capacity: 8,
    });
  });
  it.each([
    ['', null],
    [' 6 ', 6],
    ['0', undefined],
    ['-1', undefined],
    ['2.5', undefined],
    ['many', undefined],
  ])('reads a capacity of %j as %s', (text, value) => expect(capacityOf(text)).toBe(value));
  it('names every fault', () => {
    expect(faultsOf({ name: ' ', login: '', role: 'agent', line: '', capacity: 'x', grade: '' }, true)).toEqual({
      name: true,
      login: true,
      capacity: true,
    });
    expect(faultsOf({ name: 'a', login: '', role: 'agent', line: '', capacity: '', grade: '' }, false)).toEqual({});
  });
  it('leaves out of an invitation what was not filled in', () => {
    expect(inviteOf({ name: ' 白露 ', login: ' bl ', role: 'agent', line: '', capacity: '', grade: '' })).toEqual({
      name: '白露',
      login: 'bl',
      role: 'agent',
    });
  });
  it('lets supervisors make agents only', () => {
    expect(rolesFor({ manageOwners: false })).toEqual(['agent']);
    expect(rolesFor({ manageOwners: true })).toEqual(['agent', 'supervisor', 'owner']);
  });
  it('suggests each line once', () => {
    expect(linesOf([person(), person({ line: null }), person({ line: '售后' }), person()])).toEqual(
      ['售前', '售后'].sort(),
    );
  });
});

describe('the audit trail in words', () => {
  const names = new Map([['p1', '小满']]);
  const line = (act: string, subject: string, detail = ''): Parameters<typeof lineOf>[0] => ({
    id: '1',
    at: '',
    act,
    subject,
    detail,
    person_name: null,
  });
  it('names people and says what changed', () => {
    expect(lineOf(line('person.change', 'p1', '小 满 agent active=false'), names, accessEn)).toMatchObject({
      subject: '小满',
      isRaw: false,
      detail: '小 满 · Agent · deactivated',
    });
    expect(lineOf(line('person.invite', 'p1', '小满'), names, accessZh).detail).toBe('');
  });
  it('says of a transfer whose buyer went from whom to whom', () => {
    const detail = JSON.stringify({ from: 'p1', to: 'p2', note: '请跟进' });
    const two = new Map([...names, ['p2', '小丽']]);
    expect(
      lineOf({ ...line('conversation.transfer', 't1', detail), subject_name: '山有扶苏' }, two, accessZh),
    ).toMatchObject({
      act: '转接',
      subject: '山有扶苏',
      isRaw: false,
      thread: 't1',
      detail: '从小满 · 给小丽 · 请跟进',
    });
    expect(lineOf(line('conversation.transfer', 't1', '{"line":"售后"}'), two, accessZh).detail).toBe('给售后这条线');
    expect(lineOf(line('conversation.transfer', 't1', '{"queue":true}'), two, accessZh).detail).toBe('交还排队');
    expect(lineOf(line('conversation.take', 't1', '{"from":"p2","to":"p1"}'), two, accessEn).detail).toBe(
      'from 小丽 · to 小满',
    );
  });
  it('names a deactivation, what an invitation gives and what a change changes', () => {
    expect(lineOf(line('person.deactivate', 'p1'), names, accessZh)).toMatchObject({
      act: '停用同事',
      subject: '小满',
      detail: '',
    });
    const given = '{"name":[null,"小满"],"role":[null,"agent"],"line":[null,"售后"]}';
    expect(lineOf(line('person.invite', 'p1', given), names, accessZh).detail).toBe('角色 客服 · 业务线 售后');
    const other = '{"role":["agent","supervisor"],"line":["售后",null]}';
    expect(lineOf(line('person.change', 'p1', other), names, accessEn).detail).toBe(
      'Role Agent → Supervisor · Line 售后 → none',
    );
  });
  it('has no raw word of the machine', () => {
    expect(lineOf(line('conversation.reopen', 't1', 'close'), names, accessZh).detail).toBe('结束');
    expect(lineOf({ ...line('order.reveal', 'o', '1001 phone'), subject_name: '1001' }, names, accessZh)).toMatchObject(
      {
        subject: '1001',
        detail: '电话',
      },
    );
  });
  it('says what the house counted, and what left it as a file', () => {
    const said = (act: string, detail: string) => [
      lineOf(line(act, 'x', detail), names, accessZh).detail,
      lineOf(line(act, 'x', detail), names, accessEn).detail,
    ];
    expect(said('import.orders', 'taobao: 12 read, 1 created, 11 unchanged')).toEqual([
      'taobao · 读了12行 · 新增1 · 不变11',
      'taobao · 12 read · 1 new · 11 as before',
    ]);
    expect(said('worklog.export', '{"rows":1,"form":"xlsx","of":"2026-11-01 – 2026-11-22 流苏"}')).toEqual([
      '1行 · XLSX · 2026-11-01 – 2026-11-22 流苏',
      '1 row · XLSX · 2026-11-01 – 2026-11-22 流苏',
    ]);
    expect(said('call.export', '3 calls')).toEqual(['3通电话', '3 calls']);
    expect(said('guard.overruled', 'message 7: R-SPEECH-08')).toEqual([
      '第7条消息 · R-SPEECH-08',
      'message 7 · R-SPEECH-08',
    ]);
    expect(said('retention.files', '4 before 2026-05-22T00:00:00Z')[0]).toBe('4条，2026-05-22以前的');
    expect(said('shop.change', 'hours, welcome')[0]).toBe('营业时间 · 欢迎语');
    expect(said('policy.withdraw', '01990000-0000-7000-8000-000000000001')).toEqual(['', '']);
  });
  it("says the fields of a detail by their names, and leaves somebody's own words as they are", () => {
    const said = (act: string, detail: object | string) =>
      lineOf(line(act, 'x', typeof detail === 'string' ? detail : JSON.stringify(detail)), names, accessZh).detail;
    const given = { order: '8800', total_fen: 35_800, off_fen: 250, form: 'price', authority: 'own', reason: '老客' };
    expect(said('bargain.concede', given)).toBe(
      '订单 8800 · 原价 ¥358 · 让出 ¥2.5 · 怎么让 改价 · 谁做主 自己做主 · 理由 老客',
    );
    const goals = { scope: 'every', goals: [{ figure: 'service_num', person: 'p1', value: 60 }] };
    expect(said('goal.set', goals)).toBe('哪天 每天 · 接待 60（小满）');
    expect(said('abuse.mark', { sort: 'malicious', seq: 3, state: 'open' })).toContain('哪一种 恶意行为');
    expect(said('abuse.lift', '3 calls')).toBe('3 calls');
  });
  it('opens conversations', () =>
    expect(lineOf(line('conversation.transfer', 't1', '请跟进'), names, accessZh).thread).toBe('t1'));
  it('leaves nothing out that it does not know', () => {
    expect(lineOf(line('shop.moon', 'x', 'y'), names, accessZh)).toEqual({
      act: 'shop.moon',
      subject: 'x',
      isRaw: true,
      thread: null,
      detail: 'y',
    });
  });
});

describe('the session', () => {
  const me = {
    person: 'p1',
    name: '小满',
    rights: ['receive'],
    state: 'online',
    now: new Date(Date.now() + 60_000).toISOString(),
  };
  const answer = (status: number, body: unknown): Response =>
    new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json' },
    });
  const fetch = vi.fn<(request: Request) => Promise<Response>>();
  beforeEach(() => {
    setActivePinia(createPinia());
    fetch.mockReset();
    vi.stubGlobal('fetch', (request: Request) => fetch(request));
    return () => vi.unstubAllGlobals();
  });

  it('is asked once and kept, with the clock of the server', async () => {
    fetch.mockResolvedValue(answer(200, me));
    const session = useSession();
    expect((await session.load())?.name).toBe('小满');
    await session.load();
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(session.now().getTime() - Date.now()).toBeGreaterThan(50_000);
    expect([session.may('receive'), session.may('see_figures')]).toEqual([true, false]);
  });
  it('is nobody after 401, and a refusal when the house does not answer', async () => {
    const session = useSession();
    fetch.mockResolvedValueOnce(answer(401, { code: 'unauthenticated', status: 401, detail: '' }));
    expect(await session.load()).toBeNull();
    fetch.mockRejectedValueOnce(new TypeError('no network'));
    await expect(session.load()).rejects.toMatchObject({ code: 'offline' });
  });
  it('says why signing in failed', async () => {
    fetch.mockResolvedValue(answer(429, { code: 'too_many', status: 429, detail: 'wait' }));
    await expect(useSession().signIn('a', 'b')).rejects.toMatchObject({ code: 'too_many', status: 429 });
  });
  it('ends also when the house has forgotten it already', async () => {
    fetch.mockResolvedValueOnce(answer(200, me));
    const session = useSession();
    await session.load();
    fetch.mockResolvedValueOnce(answer(401, { code: 'unauthenticated', status: 401, detail: '' }));
    await session.signOut();
    expect(session.me).toBeNull();
  });
});

describe('the people page', () => {
  it('finds somebody by name, login, line or account', () => {
    const one = person({ accounts: [{ account: 'a1', shop: 'main', channel: 'taobao', name: '店铺:小满' }] });
    for (const typed of ['', '小', 'XM', '售前', '店铺:']) expect(isMeant(one, typed)).toBe(true);
    expect(isMeant(one, '白露')).toBe(false);
  });
  it('gives and takes a grade', () => {
    const of = person({ grade: 'junior' });
    expect(changeOf({ ...formOf(of), grade: 'middle' }, of)).toEqual({ grade: 'middle' });
    expect(changeOf({ ...formOf(of), grade: '' }, of)).toEqual({ grade: null });
    expect(changeOf(formOf(of), of)).toEqual({});
  });
});

describe('the audit trail', () => {
  it('has a sentence for every act that the house writes', () => {
    const root = join(import.meta.dirname, '../../../../crates/app/src');
    const acts = new Set<string>();
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.rs')) continue;
      const source = readFileSync(join(root, file), 'utf8');
      for (const [, act] of source.matchAll(
        /"((?:access|person|account|conversation|buyer|shop|policy|goods|order|import|presence|retention|abuse|bargain|call|duty|goal|guard|incident|metric|notice|phrase|worklog)\.[a-z_]+)"/g,
      ))
        acts.add(act!);
    }
    expect(acts.size).toBeGreaterThan(10);
    const missing = (table: Record<string, string>) => [...acts].filter((act) => !(act in table)).sort();
    expect(missing(accessZh.audit.acts)).toEqual([]);
    expect(missing(accessEn.audit.acts)).toEqual([]);
  });
});
