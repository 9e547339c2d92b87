// A small stand-in for the server: one shop, one agent, threads in memory. For looking at the chat without the real thing and
// for check/run.mjs, which cuts its lines at bad moments. Not part of any build.
//   npm run build && npm run mock      then http://127.0.0.1:8091/shop
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

const dist = fileURLToPath(new URL('../../../dist/widget', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'";

/** @param {{port?: number, lang?: string, offline?: string}} options */
export function mock(options = {}) {
  const m = {
    /** secret → {thread, entries, buyerRead, shopRead} */
    guests: new Map(),
    files: new Map(),
    sockets: new Set(),
    log: [],
    /** 'cut-before' and 'cut-after' end the line at the next `send`, before or after it was stored. */
    next: null,
    refuse: null,
    failUploads: 0,
    slowUploads: 0,
    down: false,
    open: true,
    place: 0,
    agent: null,
    echo: false,
    orders: [],
    paths: [],
    noSockets: false,
  };
  const now = () => new Date().toISOString();
  const json = (res, status, body) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const problem = (code, status, detail) => ({ type: `urn:yingke:problem:${code}`, code, status, detail });
  const say = (ws, frame) => ws.readyState === 1 && ws.send(JSON.stringify(frame));
  const each = (guest, frame) => {
    for (const ws of m.sockets) if (ws.guest === guest) say(ws, frame);
  };
  const publish = (guest, part) => {
    const entry = {
      thread: guest.thread,
      seq: guest.entries.length + 1,
      conversation: 'c1',
      at: now(),
      text: '',
      ...part,
    };
    guest.entries.push(entry);
    each(guest, { t: 'entry', entry });
    return entry;
  };
  m.only = () => [...m.guests.values()].at(-1);
  m.shop = (text, part = {}) =>
    publish(m.only(), { kind: 'text', from: 'agent', name: m.agent ?? '阿禾', text, ...part });
  m.event = (part) => publish(m.only(), { from: 'system', ...part });
  m.typing = (on) =>
    each(m.only(), { t: 'typing', thread: m.only().thread, from: 'agent', name: m.agent ?? '阿禾', on });
  m.read = (seq = m.only().entries.length) => {
    m.only().shopRead = seq;
    each(m.only(), { t: 'read', thread: m.only().thread, by: 'shop', seq });
  };
  m.queue = (place, agent = null, open = true, wait_secs = null) => {
    Object.assign(m, { place, agent, open });
    for (const ws of m.sockets) say(ws, { t: 'queue', place, agent, open, wait_secs });
  };
  m.ask = (conversation = 'c1') => {
    m.only().ask = conversation;
    each(m.only(), { t: 'ask', conversation });
  };
  m.cut = () => m.sockets.forEach((ws) => ws.terminate());
  m.ping = () => {
    for (const ws of m.sockets)
      if (ws.guest) say(ws, { t: 'ping', now: now(), last: { [ws.guest.thread]: ws.guest.entries.length } });
  };
  m.addFile = (bytes, width, height, type = 'image/png', more = {}) => {
    const file = randomUUID();
    m.files.set(file, { bytes, type, width, height, ...more });
    return { file, url: `/files/${file}?sig=x`, width, height };
  };
  /** What a message of this kind shows of its upload. */
  m.payload = (kind, id) => {
    const f = m.files.get(id);
    const base = { file: id, url: `/files/${id}?sig=y` };
    if (kind === 'image') return { image: { ...base, width: f?.width, height: f?.height } };
    if (kind === 'voice') return { voice: { ...base, secs: f?.secs } };
    return { file: { ...base, name: f?.name, bytes: f?.bytes.length, mime: f?.type } };
  };

  const server = createServer(async (req, res) => {
    const url = new URL(req.url, 'http://x');
    const body = await new Promise((done) => {
      const parts = [];
      req.on('data', (p) => parts.push(p)).on('end', () => done(Buffer.concat(parts)));
    });
    if (m.down) return res.writeHead(502).end('proxy');
    const path = url.pathname;
    m.paths.push(path);
    if (path === '/api/v1/widget/hello') {
      const ask = JSON.parse(body);
      if (ask.shop !== 'main') return json(res, 404, problem('not_found', 404, 'there is no such shop'));
      m.log.push(['hello', ask]);
      if (ask.known && ask.known === m.badToken) return json(res, 401, problem('token_bad', 401, 'over'));
      const token = m.guests.has(ask.token) ? ask.token : randomUUID();
      if (!m.guests.has(token)) m.guests.set(token, { thread: randomUUID(), entries: [], buyerRead: 0, shopRead: 0 });
      return json(res, 200, {
        token,
        thread: m.guests.get(token).thread,
        name: ask.known ? '安娜' : '访客',
        known: !!ask.known,
        shop: { code: 'main', name: '檐雨家居' },
        texts: {
          welcome: '您好，这里是檐雨家居。尺寸、工期、发货，想问什么直接写',
          offline: options.offline ?? '现在没有人在。留个言，明早9点上班先回您',
          closed: options.closed ?? '',
        },
        theme: { color: options.color ?? null, side: options.side ?? 'right', dark: options.dark ?? 'auto' },
        hours: options.hours ?? { open: m.open, next_open_at: null, text: '' },
        questions: options.questions ?? [],
        open: m.open,
        queue: { place: m.place, agent: m.agent },
        lang: options.lang ?? 'zh-CN',
      });
    }
    const guest = m.guests.get(req.headers['x-yingke-guest']);
    if (path === '/api/v1/conversation/files') {
      if (!guest) return json(res, 401, problem('unauthenticated', 401, 'no guest'));
      if (m.slowUploads) await new Promise((done) => setTimeout(done, m.slowUploads));
      if (m.failUploads-- > 0) return json(res, 500, problem('internal', 500, 'disk'));
      const head = body.indexOf('\r\n\r\n') + 4;
      const bytes = body.subarray(head, body.lastIndexOf('\r\n--'));
      const name = /filename="([^"]*)"/.exec(body.toString('utf8', 0, head))?.[1] ?? '';
      const as = url.searchParams.get('kind');
      if (as === 'file' || as === 'voice') {
        const type = as === 'voice' ? 'audio/webm' : 'application/octet-stream';
        return json(res, 201, m.addFile(bytes, 0, 0, type, { name, secs: Number(url.searchParams.get('secs')) }));
      }
      if (bytes.readUInt32BE(0) !== 0x89504e47) return json(res, 400, problem('not_a_picture', 400, 'no picture'));
      return json(res, 201, m.addFile(bytes, bytes.readUInt32BE(16), bytes.readUInt32BE(20)));
    }
    if (path === '/api/v1/widget/orders') return json(res, 200, m.orders);
    if (path.startsWith('/files/')) {
      const f = m.files.get(path.slice(7));
      return f ? res.writeHead(200, { 'content-type': f.type }).end(f.bytes) : res.writeHead(404).end();
    }
    if (/^\/api\/v1\/conversation\/threads\/[^/]+\/entries$/.test(path)) {
      if (!guest) return json(res, 401, problem('unauthenticated', 401, 'no guest'));
      const before = Number(url.searchParams.get('before') ?? Infinity);
      const entries = guest.entries.filter((e) => e.seq < before).slice(-Number(url.searchParams.get('limit') ?? 50));
      return json(res, 200, {
        entries,
        last_seq: guest.entries.length,
        buyer_read: guest.buyerRead,
        shop_read: guest.shopRead,
      });
    }
    const file = normalize(join(dist, path === '/widget' ? 'index.html' : path === '/shop' ? 'shop.html' : path));
    if (!file.startsWith(dist) || !existsSync(file) || file === dist) return res.writeHead(404).end();
    res.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': path === '/shop' ? `${CSP}; frame-src 'self'` : CSP,
    });
    return res.end(readFileSync(file));
  });

  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    if (m.down || m.noSockets || !req.url.startsWith('/ws')) return socket.destroy();
    wss.handleUpgrade(req, socket, head, (ws) => {
      m.sockets.add(ws);
      ws.on('close', () => m.sockets.delete(ws));
      ws.on('message', (data) => {
        const f = JSON.parse(data);
        m.log.push([f.t, f]);
        if (f.t === 'hello' && !ws.guest) {
          ws.guest = m.guests.get(f.token);
          if (!ws.guest) return ws.close(4401);
          say(ws, { t: 'welcome', now: now(), connection: randomUUID(), thread: ws.guest.thread, version: '1' });
          return say(ws, { t: 'queue', place: m.place, agent: m.agent, open: m.open });
        }
        const g = ws.guest;
        if (!g) return;
        if (f.t === 'resume') {
          const from = f.after < 0 ? Math.max(0, g.entries.length + f.after) : f.after;
          const rest = g.entries.slice(from);
          const parts = rest.length > 25 ? [rest.slice(0, 25), rest.slice(25)] : [rest];
          let at = from;
          parts.forEach((entries, i) => {
            say(ws, {
              t: 'entries',
              thread: g.thread,
              from: at,
              entries,
              more: i < parts.length - 1,
              last_seq: g.entries.length,
              buyer_read: g.buyerRead,
              shop_read: g.shopRead,
              ask_rating: g.ask,
            });
            at += entries.length;
          });
        } else if (f.t === 'read') {
          g.buyerRead = Math.max(g.buyerRead, f.seq);
          each(g, { t: 'read', thread: g.thread, by: 'buyer', seq: f.seq });
        } else if (f.t === 'rate') {
          g.ask = null;
          publish(g, { kind: 'rating', from: 'buyer', rating: { score: f.score, words: f.text } });
        } else if (f.t === 'send') {
          const step = m.next;
          m.next = null;
          if (step === 'cut-before') return ws.terminate();
          if (m.refuse) {
            say(ws, { t: 'refused', client_id: f.client_id, problem: m.refuse });
            m.refuse = null;
            return;
          }
          const print = createHash('sha1')
            .update(`${f.kind}|${f.text}|${f.file ?? ''}|${JSON.stringify(f.card ?? null)}`)
            .digest('hex');
          let entry = g.entries.find((e) => e.client_id === f.client_id);
          if (entry && entry.print !== print) {
            return say(ws, {
              t: 'refused',
              client_id: f.client_id,
              problem: problem('client_id_reused', 409, 'other content'),
            });
          }
          if (!entry) {
            entry = {
              thread: g.thread,
              seq: g.entries.length + 1,
              conversation: 'c1',
              at: now(),
              kind: f.kind,
              from: 'buyer',
              name: '访客',
              text: f.text,
              ...(f.file && m.payload(f.kind, f.file)),
              ...(f.card?.page && {
                card: { card: 'product', code: f.card.page.product ?? '', stock: null, list_fen: null, ...f.card.page },
              }),
              ...(f.card?.order && { card: m.orders.find((o) => o.order === f.card.order) }),
              client_id: f.client_id,
              print,
            };
            g.entries.push(entry);
            if (step === 'cut-after') return ws.terminate();
            each(g, { t: 'entry', entry });
          }
          say(ws, { t: 'ack', client_id: f.client_id, thread: g.thread, seq: entry.seq, at: entry.at });
          const auto = options.questions?.find((q) => q.text === f.text)?.answer;
          if (auto) publish(g, { kind: 'text', from: 'auto', name: null, text: auto });
          if (m.echo) setTimeout(() => m.shop(`收到：${f.text}`), 600);
        }
      });
    });
  });
  m.listen = () =>
    new Promise((done) => server.listen(options.port ?? 0, '127.0.0.1', () => done(server.address().port)));
  m.close = () => {
    m.cut();
    server.closeAllConnections();
    server.close();
  };
  return m;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const m = mock({ port: 8091 });
  m.echo = true;
  m.agent = '阿禾';
  setInterval(m.ping, 15_000);
  console.log(`http://127.0.0.1:${await m.listen()}/shop`);
}
