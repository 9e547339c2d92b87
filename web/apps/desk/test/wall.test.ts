import { describe, expect, it } from 'vitest';
import type { LiveState, PresenceRow, Row } from '@yingke/api';
import {
  agents,
  hoursOf,
  lanes,
  linesOf,
  moment,
  needs,
  ofLine,
  ofShop,
  peopleOf,
  places,
  still,
  type Approval,
  type Figures,
} from '../src/features/wall/team';

const NOW = Date.parse('2026-10-21T03:36:00Z');
const FIGURES: Figures = { ring: [10, 30, 100, 120], slow: 120, tiers: [1_800, 7_200] };
const before = (secs: number): string => new Date(NOW - secs * 1_000).toISOString();

function row(thread: string, live: Partial<LiveState> = {}, more: Partial<Row> = {}): Row {
  return {
    thread,
    shop: 'main',
    channel: 'web',
    buyer: `b-${thread}`,
    buyer_name: thread,
    last_from: 'buyer',
    last_kind: 'text',
    last_text: '在吗',
    left: false,
    marked_unread: false,
    mentioned: false,
    returning: false,
    stage: 'asking',
    tags: [],
    unread: 0,
    live: { state: 'held', last_at: before(0), last_seq: 1, rev: 1, holder: 'mei', holder_name: '小美', ...live },
    ...more,
  } as Row;
}
function person(id: string, more: Partial<PresenceRow> = {}): PresenceRow {
  return { person: id, name: id, state: 'online', load: 0, capacity: 8, role: 'agent', ...more };
}
const approval = (id: string, secs: number): Approval =>
  ({ id, at: before(secs), person_name: '立夏', thread: 'x', asked_fen: 1, total_fen: 2, state: 'open' }) as Approval;

describe('the team', () => {
  const rows = [
    row('answered'),
    row('short', { owed_since: before(20) }),
    row('long', { owed_since: before(130) }),
    row('put off', { promised_since: before(60) }),
    row('queued', { state: 'queued', holder: null, holder_name: null, queued_since: before(40) }),
  ];
  it('has the longest wait first, then who was put off, then the answered', () => {
    const mei = agents([person('mei')], rows).get('mei')!;
    expect(mei.rows.map((r) => r.thread)).toEqual(['long', 'short', 'put off', 'answered']);
    expect(mei.since).toBe(before(130));
  });
  it('keeps the object of whom nothing happened to', () => {
    const people = [person('mei'), person('li')];
    const first = agents(people, rows);
    expect(agents(people, [...rows], first).get('mei')).toBe(first.get('mei'));
    const other = agents(people, [...rows.slice(1), row('answered', { rev: 2 })], first);
    expect(other.get('mei')).not.toBe(first.get('mei'));
    expect(other.get('li')).toBe(first.get('li'));
  });
  it('shows supervisors only while they serve, and whoever is off only while they hold somebody', () => {
    const people = [
      person('boss', { role: 'supervisor' }),
      person('mei', { state: 'offline' }),
      person('li', { state: 'offline' }),
    ];
    const team = agents(people, rows);
    expect([...team.keys()]).toEqual(['mei', 'li']);
    expect(lanes(team.values(), 120, NOW, [], 'zh-CN').flatMap((l) => l.agents.map((a) => a.person.person))).toEqual([
      'mei',
    ]);
  });
  it('is narrowed to a shop, without what is over', () => {
    const all = [row('a'), row('b', {}, { shop: 'two' }), row('c', { state: 'closed' })];
    expect(ofShop(all, 'two').map((r) => r.thread)).toEqual(['b']);
    expect(ofShop(all, null)).toHaveLength(2);
  });
});

describe('the lanes', () => {
  const people = [
    person('an', { line: '售前' }),
    person('bo', { line: '售前' }),
    person('cy', { line: '售后' }),
    person('dan', { line: null }),
  ];
  const team = agents(people, [row('x', { holder: 'bo', owed_since: before(121) })]);
  it('stand by name, those without a line last; who is over the limit comes first', () => {
    const shown = lanes(team.values(), 120, NOW, [], 'zh-CN');
    expect(shown.map((l) => l.line)).toEqual(['售后', '售前', null]);
    expect(shown[1]!.agents.map((a) => a.person.person)).toEqual(['bo', 'an']);
    expect(shown[1]!.buyers).toBe(1);
  });
  it('stay as they are under the pointer', () => {
    const shown = still(['cy', 'an', 'bo', 'dan'], team.values());
    expect(shown[1]!.agents.map((a) => a.person.person)).toEqual(['an', 'bo']);
  });
});

describe('the rings', () => {
  it('say the wait by stage and arc', () => {
    const shown = places(
      { rows: [row('a', { owed_since: before(48) }), row('b'), row('c', { promised_since: before(9) })] },
      FIGURES.ring,
      NOW,
    );
    expect(shown.map((p) => [p.stage, p.seconds, p.owed])).toEqual([
      ['late_', 48, false],
      ['none', null, false],
      ['warm', null, true],
    ]);
    expect(shown[0]!.dash).toBe('40.0 100');
  });
});

describe('what needs a supervisor (R-TEAM-01)', () => {
  const kinds = (list: ReturnType<typeof needs>): string[] => list.map((n) => n.key);
  it('comes by harm: nobody there, grave waits, long ones, requests, queues, empty desks, findings', () => {
    const rows = [
      row('fresh', { owed_since: before(50) }),
      row('slow', { owed_since: before(222) }),
      row('grave', { owed_since: before(1_900) }),
      row('queue', { state: 'queued', holder: null, queued_since: before(45) }),
      row('put off', { holder: 'li', promised_since: before(45) }),
    ];
    const team = agents([person('mei', { state: 'suspended' }), person('li', { state: 'away' })], rows);
    expect(kinds(needs(rows, team, [approval('1', 31)], 3, FIGURES, NOW))).toEqual([
      'nobody',
      'w grave',
      'w slow',
      'a 1',
      'q queue',
      'p li',
      'incidents',
    ]);
  });
  it('R-RESP-06: names who is asked whether they are still there, and only while they are asked', () => {
    const asked = { ...person('mei'), asked_at: before(40) };
    const list = needs([], agents([asked, person('lan')], []), [], 0, FIGURES, NOW);
    expect(list.map((a) => [a.key, 'seconds' in a && a.seconds])).toEqual([['s mei', 40]]);
    expect(needs([], agents([{ ...asked, state: 'away' }], []), [], 0, FIGURES, NOW)).toEqual([]);
  });
  it('shows the people of a shop, and those whose shops are not known', () => {
    const people = [{ ...person('mei'), shops: ['main'] }, { ...person('lan'), shops: ['side'] }, person('old')];
    expect(peopleOf(people, 'main').map((p) => p.person)).toEqual(['mei', 'old']);
    expect(peopleOf(people, null)).toHaveLength(3);
  });
  it('is empty on a calm day', () => {
    const rows = [row('a', { owed_since: before(20) }), row('b')];
    expect(needs(rows, agents([person('mei')], rows), [], 0, FIGURES, NOW)).toEqual([]);
  });
  it('R-DESK-16: names a list whose hour is over, after every buyer and before figures', () => {
    const late = [
      { shop: 'main', shop_name: '檐雨家居', list: 'opening', day: '2026-10-21', late: true, open: 7 },
    ] as never;
    const rows = [row('slow', { owed_since: before(222) })];
    const list = needs(rows, agents([person('mei')], rows), [], 2, FIGURES, NOW, { late });
    expect(kinds(list)).toEqual(['w slow', 'd main opening', 'incidents']);
  });
  it('names no more than thirty waits', () => {
    const rows = Array.from({ length: 80 }, (_, i) => row(`r${i}`, { owed_since: before(200 + i) }));
    const list = needs(rows, agents([person('mei')], rows), [], 0, FIGURES, NOW);
    expect(list).toHaveLength(30);
    expect(list[0]!.key).toBe('w r79');
  });
});

describe('the strip and the day', () => {
  it('counts who waits, who is there and for how many there is room', () => {
    const rows = [
      row('a', { owed_since: before(20) }),
      row('b'),
      row('c', { state: 'queued', holder: null, queued_since: before(90) }),
    ];
    const now = moment(rows, [person('mei'), person('li', { state: 'away' }), person('boss', { role: 'supervisor' })]);
    expect(now).toMatchObject({ waiting: 2, queued: 1, open: 2, capacity: 8, online: 1 });
    expect(now.longest?.thread).toBe('c');
  });
  it('goes from the first hour with anything to the present one', () => {
    const day = hoursOf(
      [
        { hour: 9, service_num: 4 },
        { hour: 11, service_num: 2 },
      ],
      [
        { hour: 9, agent: '小美', seller_msg_num: 5 },
        { hour: 9, agent: '小李', seller_msg_num: 0 },
        { hour: 9, agent: null, seller_msg_num: 3 },
      ],
      12,
    );
    expect(day.map((h) => [h.hour, h.buyers, h.staff])).toEqual([
      [9, 4, 1],
      [10, 0, 0],
      [11, 2, 0],
      [12, 0, 0],
    ]);
    expect(hoursOf([], [], 12)).toEqual([]);
  });
  it('goes on to the last hour in which somebody came a week ago', () => {
    const day = hoursOf([{ hour: 9, service_num: 4 }], [], 10, [
      { hour: 8, service_num: 1 },
      { hour: 12, service_num: 3 },
    ]);
    expect(day.map((h) => [h.hour, h.buyers, h.before])).toEqual([
      [8, 0, 1],
      [9, 4, 0],
      [10, 0, 0],
      [11, 0, 0],
      [12, 0, 3],
    ]);
  });
  it('is narrowed to a line of work, of which those of agents are named', () => {
    const people = [
      person('mei', { line: '售前' }),
      person('li', { line: '售后' }),
      person('boss', { role: 'supervisor', line: '主管' }),
      person('none'),
    ];
    expect(linesOf(people, ['售前', '售中', '售后'], 'zh-CN')).toEqual(['售前', '售后']);
    expect(linesOf(people, [], 'zh-CN')).toEqual(['售后', '售前']);
    expect(ofLine(people, '售前').map((p) => p.person)).toEqual(['mei']);
    expect(ofLine(people, null)).toHaveLength(4);
  });
});
it('a wall of 100 agents and 800 conversations is worked out within a frame', () => {
  const people = Array.from({ length: 100 }, (_, i) => person(`p${i}`, { line: `l${i % 4}` }));
  const rows = Array.from({ length: 800 }, (_, i) =>
    row(`r${i}`, { holder: `p${i % 100}`, ...(i % 3 === 0 && { owed_since: before(i) }) }),
  );
  let team = agents(people, rows);
  const begin = performance.now();
  for (let n = 0; n < 20; n += 1) {
    team = agents(people, rows, team);
    lanes(team.values(), 120, NOW, [], 'zh-CN');
    needs(rows, team, [], 0, FIGURES, NOW);
    for (const agent of team.values()) places(agent, FIGURES.ring, NOW);
  }
  // Generous for a machine that does other things besides: what must not happen is a square of the rows.
  expect((performance.now() - begin) / 20).toBeLessThan(50);
});
