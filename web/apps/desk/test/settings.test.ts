// @vitest-environment node
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { embedOf, sampleOf } from '../src/features/shop/embed';
import {
  dayOf,
  faultOfDay,
  firstOpening,
  infoOf,
  monthOf,
  nextSpan,
  plusDays,
  spanOf,
  timeOf,
} from '../src/features/shop/hours';
import {
  changedOf,
  faultsOf,
  filled,
  isOrigin,
  placeOf,
  rebased,
  variablesIn,
  whiteOn,
  type Draft,
} from '../src/features/shop/shop';
import * as policy from '../src/features/policy/policy';
import { sectionsFor } from '../src/features/settings';
import { policyEn } from '../src/text/policy.en';
import { policyZh } from '../src/text/policy.zh-CN';

const draft = (change: (d: Draft) => void = () => undefined): Draft => {
  const d: Draft = {
    name: '檐雨家居',
    zone: 'Asia/Shanghai',
    settings: {
      sites: [],
      welcome: '',
      offline: '',
      closed: '',
      greeting: '',
      color: null,
      side: 'right',
      dark: 'auto',
      lang: null,
      lines: {},
      hours: null,
      questions: [],
      offers: {},
    },
  };
  change(d);
  return d;
};
const VARIABLES = ['店铺', 'shop'];

describe('times as people write them', () => {
  it.each([
    ['9', '09:00'],
    ['9:5', '09:05'],
    ['0930', '09:30'],
    ['９', null],
    ['18：30', '18:30'],
    ['24:00', '24:00'],
    ['24:01', null],
    ['9:60', null],
    ['', null],
  ])('%s is %s', (text, time) => expect(timeOf(text)).toBe(time));

  it('takes a span that runs over midnight and refuses one without length', () => {
    expect(spanOf('20:00-02:00')).toEqual(['20:00', '02:00']);
    expect(spanOf('09:00-09:00')).toBeNull();
    expect(spanOf('9-18')).toBeNull();
  });

  it.each([
    [['09:00-12:00', '12:00-18:00'], null],
    [['13:00-18:00', '09:00-12:00', '22:00-02:00'], null],
    [['09:00-12:00', '11:00-18:00'], 'overlap'],
    [['20:00-02:00', '23:00-24:00'], 'overlap'],
    [Array.from({ length: 7 }, (_, i) => `0${i}:00-0${i}:30`), 'tooMany'],
  ])('%j is %s', (list, fault) => expect(faultOfDay(list)).toBe(fault));

  it('offers the stretch after the last one', () => {
    expect(nextSpan([])).toBe('09:00-18:00');
    expect(nextSpan(['09:00-12:00'])).toBe('13:00-17:00');
    expect(nextSpan(['09:00-12:00', '13:00-21:30'])).toBe('22:30-24:00');
  });
});

describe('the year', () => {
  it('begins weeks on Monday and has every day once', () => {
    const weeks = monthOf(2026, 2);
    expect(weeks.every((w) => w.length === 7)).toBe(true);
    const days = weeks.flat().filter((d) => d !== null);
    expect([days.length, days[0], days.at(-1)]).toEqual([28, '2026-02-01', '2026-02-28']);
    expect(weeks[0]!.indexOf('2026-02-01')).toBe(6);
    expect(dayOf('2026-02-01')).toBe('sun');
    expect(plusDays('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('takes the shop before the calendar before the week, as the server does', () => {
    const opening = { ...firstOpening(), calendar: 'china' as const, holiday: ['10:00-12:00'] };
    opening.week.fri = ['08:00-20:00'];
    const calendar = new Map([
      ['2026-10-01', { date: '2026-10-01', holiday: true, name: '国庆节', name_en: 'National Day' }],
      ['2026-10-10', { date: '2026-10-10', holiday: false, name: '', name_en: '' }],
    ]);
    const info = (date: string) => infoOf(opening, date, calendar, false);
    expect(info('2026-10-01')).toMatchObject({
      by: 'calendar',
      kind: 'holiday',
      name: '国庆节',
      hours: ['10:00-12:00'],
    });
    expect(info('2026-10-10')).toMatchObject({ by: 'calendar', kind: 'workday', hours: ['09:00-18:00'] });
    expect(info('2026-10-09')).toMatchObject({ by: 'week', special: false, hours: ['08:00-20:00'] });
    opening.days['2026-10-01'] = { kind: 'like', day: 'fri', name: '大促' };
    expect(info('2026-10-01')).toMatchObject({ by: 'shop', kind: 'like', hours: ['08:00-20:00'] });
    opening.days['2026-10-09'] = { kind: 'own', hours: [], name: '' };
    expect(info('2026-10-09')).toMatchObject({ by: 'shop', hours: [] });
    opening.calendar = 'none' as never;
    delete opening.days['2026-10-01'];
    expect(info('2026-10-01')).toMatchObject({ by: 'week' });
  });
});

describe('a draft of a shop', () => {
  it('names what differs, whatever the order of keys', () => {
    const base = draft((d) => (d.settings.lines = { web: 'a', jd: 'b' }));
    expect(
      changedOf(
        base,
        draft((d) => (d.settings.lines = { jd: 'b', web: 'a' })),
      ),
    ).toEqual([]);
    expect(
      changedOf(
        base,
        draft((d) => (d.name = 'x')),
      ),
    ).toEqual(['name', 'lines']);
  });

  it('keeps what was changed here upon what somebody else saved', () => {
    const base = draft();
    const mine = draft((d) => (d.settings.welcome = '您好'));
    const theirs = draft((d) => {
      d.settings.welcome = '他们的';
      d.settings.color = '#2f6b4f';
    });
    const merged = rebased(base, mine, theirs);
    expect([merged.settings.welcome, merged.settings.color]).toEqual(['您好', '#2f6b4f']);
  });

  it('names faults with their place', () => {
    const faults = faultsOf(
      draft((d) => {
        d.name = ' ';
        d.settings.sites = ['https://a.example', 'a.example/x', ''];
        d.settings.color = 'green';
        d.settings.welcome = '{谁}';
        d.settings.closed = '{店铺}{shop}';
        d.settings.questions = [{ text: '' }, { text: '几天', answer: '{x}' }];
        d.settings.offers = { paid: ['好'.repeat(501)] };
        d.settings.hours = { ...firstOpening(), holiday: ['9-10'] };
        d.settings.hours.week.tue = ['09:00-12:00', '10:00-11:00'];
        d.settings.hours.days = { '2026-10-01': { kind: 'own', hours: ['09:00-09:00'] } };
      }),
      VARIABLES,
    );
    expect(faults).toEqual({
      name: 'missing',
      'sites[1]': 'origin',
      color: 'color',
      welcome: 'variable',
      'questions[0].text': 'missing',
      'questions[1].answer': 'variable',
      'offers.paid[0]': 'tooLong',
      'hours.holiday': 'time',
      'hours.week.tue': 'overlap',
      'hours.days.2026-10-01': 'time',
    });
    expect(faultsOf(draft(), VARIABLES)).toEqual({});
  });

  it('fills what is known and leaves the rest between its braces', () => {
    expect(filled('{店铺}，订单{订单号}', { 店铺: '檐雨' })).toBe('檐雨，订单{订单号}');
    expect(variablesIn('{a} { {b}')).toEqual(['a', 'b']);
  });

  it.each([
    ['https://shop.example.com', true],
    ['http://127.0.0.1:8080/', true],
    ['https://*.example.com', true],
    ['shop.example.com', false],
    ['https://a..b', false],
    ['https://a.b/path', false],
    ['https://a.b; script-src *', false],
  ])('%s is a site: %s', (site, fits) => expect(isOrigin(site)).toBe(fits));

  it('measures white words on a colour', () => {
    expect(whiteOn('#000000')).toBeCloseTo(21);
    expect(whiteOn('#1d6a54')!).toBeGreaterThan(4.5);
    expect(whiteOn('#ffee00')!).toBeLessThan(4.5);
    expect(whiteOn('red')).toBeNull();
  });

  it('reads the place of a refusal', () => {
    expect(placeOf('questions[2].text: write the question')).toBe('questions[2].text');
    expect(placeOf('something else')).toBe('');
  });
});

describe('what is copied onto the shop’s site', () => {
  it('is the line that the loader looks for', () => {
    expect(embedOf('https://kf.example', 'main')).toBe(
      '<script src="https://kf.example/widget.js" data-shop="main" async></script>',
    );
    expect(embedOf('https://kf.example', 'main', true)).toContain('data-buyer-token="TOKEN"');
  });

  it('signs a token that verifies, in Node as it is written there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yingke-sample-'));
    const file = join(folder, 'token.mjs');
    writeFileSync(file, sampleOf('node', 'main'));
    process.env.YINGKE_KEY = 'ab'.repeat(32);
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      buyerToken: (buyer: { id: number; name: string }) => string;
    };
    const [head, body, sign] = module.buyerToken({ id: 7, name: '山里有雾' }).split('.');
    const mac = createHmac('sha256', Buffer.from('ab'.repeat(32), 'hex')).update(`${head}.${body}`);
    expect(mac.digest('base64url')).toBe(sign);
    const claims = JSON.parse(Buffer.from(body!, 'base64url').toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ shop: 'main', buyer: '7', name: '山里有雾' });
    expect(claims.exp as number).toBeLessThanOrEqual(Date.now() / 1000 + 600);
  });
});

describe('the policy as it is changed', () => {
  const keys: policy.Key[] = [
    { key: 'clock.slow_secs', rules: 'R-RESP-03', about: '', value: 120 },
    { key: 'clock.ring_secs', rules: 'R-RESP-02', about: '', value: [10, 30, 100, 120] },
    { key: 'clock.auto_prefix', rules: 'R-RESP', about: '', value: [] },
    { key: 'metric.day_split', rules: 'R-RESP', about: '', value: '00:00' },
  ];

  it('goes through boxes and back unchanged', () => {
    const changes = { 'clock.slow_secs': 90, 'clock.auto_prefix': ['[自动]', '【机器】'] };
    expect(policy.changesOf(keys, policy.boxesOf(keys, changes))).toEqual(changes);
    expect(policy.changesOf(keys, policy.boxesOf(keys, {}))).toEqual({});
  });

  it('names boxes that hold no value', () => {
    const boxes = { ...policy.boxesOf(keys, {}), 'clock.slow_secs': 'two', 'clock.ring_secs': '10，x' };
    expect(policy.faultsOf(keys, boxes)).toEqual(['clock.slow_secs', 'clock.ring_secs']);
    expect(policy.valueOf('10，30、 60 180', [1])).toEqual([10, 30, 60, 180]);
  });

  it('knows what holds on a day and what differs', () => {
    const version = (effective: string, standing: policy.Version['standing'], changes = {}): policy.Version => ({
      effective,
      standing,
      changes,
      note: '',
    });
    const versions = [
      version('2000-01-01', 'current'),
      version('2026-10-05', 'withdrawn', { 'clock.slow_secs': 1 }),
      version('2026-10-08', 'future', { 'clock.slow_secs': 90 }),
    ];
    expect(policy.inForce(versions, '2026-10-07')?.effective).toBe('2000-01-01');
    expect(policy.inForce(versions, '2026-10-08')?.effective).toBe('2026-10-08');
    expect(policy.differing(keys, {}, { 'clock.slow_secs': 90, 'metric.day_split': '00:00' })).toEqual([
      'clock.slow_secs',
    ]);
  });

  it('says lengths in whole units only', () => {
    expect([120, 7200, 86_400, 90, 45].map(policy.lengthOf)).toEqual([[2, 'm'], [2, 'h'], [1, 'd'], null, null]);
  });

  it('compares what always matters and whatever differs', () => {
    const row = (before: object, after: object) => ({ agent: 'a', before: before as never, after: after as never });
    const same = row({ slow_answer_num: 1, max_wait: 5 }, { slow_answer_num: 1, max_wait: 5 });
    const other = row({ max_wait: 5 }, { max_wait: 6 });
    expect(policy.columnsOf({ from: '', to: '', all: same, agents: [same] })).toEqual([
      'slow_answer_num',
      'three_minute_rate',
    ]);
    expect(policy.columnsOf({ from: '', to: '', all: same, agents: [other] })).toContain('max_wait');
  });

  it('has words for every key of the built-in policy, and for no other', () => {
    const file = readFileSync(join(import.meta.dirname, '../../../../policy/default.toml'), 'utf8');
    const names: string[] = [];
    let section = '';
    for (const line of file.split('\n')) {
      const table = /^\[([\w.]+)\]$/.exec(line.trim());
      const key = /^([a-z0-9_]+)\s*=/.exec(line);
      if (table) section = table[1]!;
      else if (key && section) names.push(`${section}.${key[1]!}`);
    }
    expect(Object.keys(policyZh.keys).sort()).toEqual([...names].sort());
    expect(Object.keys(policyEn.keys).sort()).toEqual([...names].sort());
  });
});

describe('the list of settings', () => {
  const names = (rights: readonly string[]): string[] => sectionsFor((r) => rights.includes(r)).map((s) => s.name);
  it('shows what the role may open', () => {
    expect(names([])).toEqual([]);
    expect(names(['manage_texts', 'see_figures'])).toEqual([
      'shop',
      'channels',
      'lines',
      'hours',
      'texts',
      'words',
      'policy',
    ]);
    expect(names(['see_figures'])).toEqual(['policy']);
  });
});
