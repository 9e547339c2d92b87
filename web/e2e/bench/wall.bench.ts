/**
 * How quick the supervisor's wall is to look at: a hundred agents with eight conversations each, all of them alive. The house's answers
 * are real; people, conversations and news of them are put into the socket on its way. Figures are printed; what the house promises is held.
 */
import { FRAME_MS, say, watch } from '../support/frames';
import { expect, test } from '../support/fixtures';

const AGENTS = 100;
const EACH = 8;
const ALL = AGENTS * EACH;
/** News a second: each conversation says something every eight seconds. */
const NEWS = 100;

test(`${AGENTS} agents and ${ALL} conversations, ${NEWS} news a second`, async ({ owner, window, house }) => {
  const boss = await owner.hire('周主管', 'zhou', 'supervisor');
  const context = await window();
  await context.addCookies([
    { name: 'yk_session', value: boss.session, url: house.url, httpOnly: true, sameSite: 'Lax' },
  ]);
  const page = await context.newPage();
  const agent = (i: number): string => `0190b000-0000-7000-8000-${String(i).padStart(12, '0')}`;
  const ago = (secs: number): string => new Date(Date.now() - secs * 1_000).toISOString();
  const person = (i: number): object => ({
    person: agent(i),
    name: `客服${i}`,
    state: 'online',
    load: EACH,
    capacity: 10,
    role: 'agent',
    line: ['售前', '售中', '售后', '救评'][i % 4],
    shops: ['main'],
  });
  let rev = 1;
  const row = (i: number, waits: number | null): object => ({
    thread: `0190a000-0000-7000-8000-${String(i).padStart(12, '0')}`,
    shop: 'main',
    channel: 'web',
    buyer: `b${i}`,
    buyer_name: `山里有雾${i}`,
    returning: i % 2 === 0,
    last_text: ['好的，那会不会起球掉色呀', '定金付了，尾款是几号付', '链接再发我一下，我直接拍'][i % 3],
    last_kind: 'text',
    last_from: 'buyer',
    unread: 0,
    stage: 'dialogue',
    tags: [],
    left: false,
    marked_unread: false,
    mentioned: false,
    priority: null,
    live: {
      rev: ++rev,
      state: 'held',
      holder: agent(i % AGENTS),
      holder_name: `客服${i % AGENTS}`,
      owed_since: waits === null ? null : ago(waits),
      owed_seq: waits === null ? null : 3,
      last_seq: 3,
      last_at: ago(0),
    },
  });
  /** Three of five wait, a few of them for too long. */
  const begins = (i: number): object => row(i, i % 5 < 3 ? (i * 7) % 140 : null);
  let news = (): void => undefined;
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(String(message)) as { t: string; rows?: object[] };
      if (frame.t === 'rows') {
        frame.rows = Array.from({ length: ALL }, (_, i) => begins(i));
        for (let i = 0; i < AGENTS; i++) socket.send(JSON.stringify({ t: 'presence', person: person(i) }));
      }
      socket.send(JSON.stringify(frame));
    });
    let n = 0;
    // A buyer asks, an agent answers: one becomes the other, and the ring with it.
    news = () => {
      n += 1;
      const i = (n * 37) % ALL;
      socket.send(JSON.stringify({ t: 'row', row: row(i, n % 2 ? 0 : null) }));
    };
  });
  await page.goto(`${house.url}/wall`);
  await expect(page.getByTestId('wall-agent')).toHaveCount(AGENTS);
  await expect(page.getByTestId('wall-ring')).toHaveCount(ALL);
  await page.waitForTimeout(2_000);

  const still = await watch(page, 8);
  say('wall at rest, frames', still.gaps);
  say('wall at rest, work of a frame', still.work);
  const timer = setInterval(() => news(), 1_000 / NEWS);
  const busy = await watch(page, 12);
  clearInterval(timer);
  say(`wall with ${NEWS} news a second, frames`, busy.gaps);
  say(`wall with ${NEWS} news a second, work of a frame`, busy.work);
  expect(busy.work.p95).toBeLessThan(FRAME_MS);
  expect(busy.gaps.p95).toBeLessThan(FRAME_MS * 1.2);
});
