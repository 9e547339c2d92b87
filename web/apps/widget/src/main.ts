// The chat page: knows the browser, keeps the parts together. What a frame means is in reducer.ts.
import { isOurs, type Down, type Up } from './bridge';
import { usable } from './colour';
import type { EntryPage, Hello, ServerFrame } from './frames';
import { blobs, Outbox } from './outbox';
import {
  apply,
  begin,
  drop,
  greeted,
  isMessage,
  lost,
  older,
  PAGE,
  put,
  sendable,
  unread,
  type Effect,
  type Pending,
  type State,
  type Step,
} from './reducer';
import { Line } from './socket';
import { Store } from './store';
import { textFor, type Text } from './text';
import { PICTURE_MAX, upload, UploadFailed } from './upload';
import { uuid7 } from './uuid';
import { Composer } from './view/composer';
import { composing, h } from './view/dom';
import { Header } from './view/header';
import { Notice, type Say } from './view/notice';
import { rows } from './view/rows';
import { Stream } from './view/stream';
import { showPicture } from './view/viewer';

/** Without a connection for this long, the page says so. */
const OFFLINE_MS = 2000;
/** How long "connected again" stays. */
const BACK_MS = 3000;
/** How long the loader may take to answer before the page goes on without it. */
const LOADER_MS = 500;

const query = new URLSearchParams(location.search);
const shop = query.get('shop') ?? 'main';
const host = query.get('host');
const framed = window.parent !== window && !!host?.startsWith('http');
const root = document.documentElement;
tint(usable(query.get('color')));

function tint(rrggbb: string | null): void {
  if (rrggbb) root.style.setProperty('--pine', `#${rrggbb}`);
}

const store = new Store(shop);
const outbox = new Outbox(store);
const pictures = blobs(shop);

let text: Text = textFor(query.get('lang') ?? store.get('lang'));
let state: State = begin(outbox.load());
let token = store.get('token');
let known: string | null = null;
let fresh = false;
let hello: Hello | null = null;
let open = !framed;
let full = !framed;
let version = '';
let outdated = false;
let barred: 'elsewhere' | 'noShop' | null = null;
let downSince = Date.now();
let lastBefore: number | null = null;
let back: { n: number; until: number } | null = null;

// ——— parts ———

const header = new Header(framed ? () => tell({ yk: 'close' }) : null);
const notice = new Notice(() => {
  barred = null;
  line.wake();
  draw();
});
const stream = new Stream(text, {
  resend,
  giveUp,
  view: (url) => showPicture(text, url),
  older: loadOlder,
  bottom: () => seen(),
});
const composer = new Composer({
  send: (words) => write({ client_id: uuid7(), kind: 'text', text: words, at: Date.now(), status: 'ready' }),
  pictures: (files) => void addPictures(files),
  draft: (words) => store.set('draft', words || null),
  typing: (on) => void line.say({ t: 'typing', on }),
});
const main = h('main', {}, header.el, notice.el, stream.el, composer.el);

const line = new Line({
  async ready(again) {
    if (!hello || again || known || fresh) await greet();
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return { url: `${scheme}://${location.host}/ws?shop=${encodeURIComponent(shop)}`, token: token ?? '' };
  },
  frame,
  down() {
    if (state.live) {
      downSince = Date.now();
      lastBefore = state.last;
    }
    back = null;
    state = lost(state);
    draw();
  },
});

// ——— the server ———

async function greet(): Promise<void> {
  // Signed out: a secret that nobody has weighs more than the cookie that the page cannot take away, and makes a new guest.
  const secret = fresh ? 'signed-out' : token;
  const body = { shop, ...(secret && { token: secret }), ...(known && { known }) };
  const answer = await fetch('/api/v1/widget/hello', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    // A known buyer's token is good for minutes and once; without it the buyer is still the guest of before.
    if (known && answer.status < 500) {
      known = null;
      return greet();
    }
    if (answer.status === 401 && token) {
      keepToken(null);
      return greet();
    }
    if (answer.status === 404 || answer.status === 403) {
      barred = 'noShop';
      line.halt();
    }
    throw new Error(`hello ${answer.status}`);
  }
  hello = (await answer.json()) as Hello;
  known = null;
  fresh = false;
  keepToken(hello.token);
  state = greeted(state, hello);
  document.title = title();
  const own = query.get('color') ? null : usable(hello.color);
  tint(own);
  if (own) tell({ yk: 'colour', rrggbb: own });
  if (!query.get('lang') && hello.lang) {
    store.set('lang', hello.lang);
    const words = textFor(hello.lang);
    if (words !== text) speak(words);
  }
  draw();
}

function keepToken(value: string | null): void {
  token = value;
  store.set('token', value);
}

function frame(f: ServerFrame): void {
  step(apply(state, f, Date.now()));
  if (f.t === 'entries' && !f.more && !state.resuming && lastBefore !== null) {
    const from = lastBefore;
    lastBefore = null;
    if (Date.now() - downSince > OFFLINE_MS) {
      const n = state.entries.filter((e) => e.seq > from && e.from !== 'buyer' && isMessage(e)).length;
      back = { n, until: Date.now() + BACK_MS };
      setTimeout(draw, BACK_MS + 20);
    }
  }
  if (f.t === 'typing') setTimeout(draw, 6100);
  if (f.t === 'welcome') void pump();
}

function step([next, effects]: Step): void {
  state = next;
  for (const e of effects) run(e);
  seen();
  draw();
}

function run(e: Effect): void {
  switch (e.do) {
    case 'say':
      line.say(e.frame);
      break;
    case 'flush':
      if (e.wait) setTimeout(flush, e.wait);
      else flush();
      break;
    case 'forget':
      outbox.forget(e.client_id);
      void pictures.del(e.client_id);
      break;
    case 'keep':
      outbox.keep(e.item);
      break;
    case 'problem':
      console.warn(`yingke: the server refused a frame: ${e.code}`);
      break;
    case 'bye':
      if (e.reason === 'signed_out') line.again();
      else if (e.reason === 'replaced') {
        barred = 'elsewhere';
        line.halt();
      }
      break;
    case 'version':
      outdated = version !== '' && version !== e.version;
      version ||= e.version;
      renew();
  }
}

/** Pages of another version than the server's are loaded again, but never before somebody's eyes. */
function renew(): void {
  if (outdated && (!open || document.hidden)) location.reload();
}

// ——— what the buyer says ———

function write(item: Pending): void {
  outbox.keep(item);
  state = put(state, item);
  if (barred === 'elsewhere') {
    barred = null;
    line.wake();
  }
  flush();
  tell({ yk: 'used' });
  draw();
}

function flush(): void {
  for (const p of sendable(state)) {
    const said = line.say({
      t: 'send',
      client_id: p.client_id,
      kind: p.kind,
      text: p.text,
      ...(p.file && { file: p.file }),
    });
    if (!said) break;
    state = put(state, { ...p, status: 'sent' });
  }
  draw();
}

async function addPictures(files: File[]): Promise<void> {
  for (const file of files) {
    const id = uuid7();
    const big = file.size > PICTURE_MAX;
    const item: Pending = { client_id: id, kind: 'image', text: '', at: Date.now(), status: big ? 'failed' : 'raw' };
    if (big) item.problem = 'too_large';
    write(await withLocal(item, file));
    if (!big) void pictures.put(id, file);
    else outbox.forget(id);
  }
  void pump();
}

async function withLocal(item: Pending, blob: Blob): Promise<Pending> {
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { ...item, local: { url, width: image.naturalWidth, height: image.naturalHeight } };
  } catch {
    return item; // no picture, or one that only the server can read: it decides
  }
}

let pumping = false;

/** Upload what is not uploaded, one picture after the other. */
async function pump(): Promise<void> {
  if (pumping) return;
  pumping = true;
  for (;;) {
    const item = state.pending.find((p) => p.status === 'raw');
    if (!item || !state.live || !token) break;
    const change = (part: Partial<Pending>): void => {
      const now = state.pending.find((p) => p.client_id === item.client_id);
      if (!now) return;
      const next = { ...now, ...part };
      state = put(state, next);
      if (part.status) outbox.keep(next);
      draw();
    };
    try {
      const blob = await pictures.get(item.client_id);
      if (!blob) throw new UploadFailed('gone');
      const done = await upload(blob, token, (progress) => change({ progress }));
      change({ file: done.file, status: 'ready' });
      flush();
    } catch (e) {
      const code = e instanceof UploadFailed ? e.code : 'network';
      // Cut off with the network: it goes on by itself. Refused: the buyer decides.
      if (code === 'network' && (!state.live || !navigator.onLine)) break;
      change({ status: 'failed', problem: code });
      flush();
    }
  }
  pumping = false;
}

function resend(id: string): void {
  const item = state.pending.find((p) => p.client_id === id);
  if (!item) return;
  const { problem, file, ...rest } = item;
  // Uploads that no message names are swept away after a while: it has to be uploaded again.
  const kept = problem === 'file_unknown' ? undefined : file;
  write({ ...rest, ...(kept && { file: kept }), status: item.kind === 'image' && !kept ? 'raw' : 'ready' });
  void pump();
}

function giveUp(id: string): void {
  outbox.forget(id);
  void pictures.del(id);
  state = drop(state, id);
  draw();
}

/** Pictures that a reload interrupted get their preview back. */
async function restore(): Promise<void> {
  for (const item of state.pending.filter((p) => p.kind === 'image')) {
    const blob = await pictures.get(item.client_id);
    const now = state.pending.find((p) => p.client_id === item.client_id);
    if (now && blob) state = put(state, await withLocal(now, blob));
  }
  draw();
}

async function loadOlder(): Promise<boolean> {
  if (!state.thread || state.base === null || !token) return true;
  try {
    const path = `/api/v1/conversation/threads/${encodeURIComponent(state.thread)}/entries`;
    const answer = await fetch(`${path}?before=${state.base + 1}&limit=${PAGE}`, {
      headers: { 'X-Yingke-Guest': token },
    });
    if (!answer.ok) return false;
    const { entries } = (await answer.json()) as EntryPage;
    const before = state.base;
    state = older(state, entries);
    draw(true);
    return (state.base ?? before) < before;
  } catch {
    return false;
  }
}

// ——— who sees what ———

/** Tell the server and the shop's page what the buyer has seen. */
function seen(): void {
  let n = unread(state);
  if (n && open && !document.hidden && stream.atEnd && line.say({ t: 'read', seq: state.last })) {
    state = { ...state, buyerRead: state.last };
    n = 0;
  }
  tell({ yk: 'unread', n });
  if (!framed) document.title = (n ? `(${n}) ` : '') + title();
}

const title = (): string => (hello ? `${text.title} · ${hello.shop.name}` : text.title);

let told = '';

function tell(message: Up): void {
  if (!framed || !host) return;
  const same = JSON.stringify(message);
  if (message.yk !== 'close' && same === told) return;
  told = same;
  window.parent.postMessage(message, host);
}

function heard(message: Down): void {
  switch (message.yk) {
    case 'view':
      open = message.open;
      full = message.full;
      root.toggleAttribute('data-full', full);
      if (open) {
        stream.toEnd();
        // The box would bring up a phone's keyboard before anything was read.
        if (message.focus && matchMedia('(pointer: fine)').matches) composer.input.focus();
        else if (message.focus) header.focus(full);
        line.wake();
      }
      renew();
      seen();
      draw();
      break;
    case 'identify':
      known = message.token;
      if (message.token === null) {
        // Signed out: the next person at this browser must find nothing of this one.
        for (const p of state.pending) giveUp(p.client_id);
        store.set('draft', null);
        composer.set('');
        keepToken(null);
        state = begin();
        fresh = true;
      }
      if (started) line.again();
      break;
    case 'draft':
      if (!composer.input.value) {
        composer.set(message.text);
        store.set('draft', message.text);
      }
  }
}

// ——— drawing ———

let scheduled = false;

/** Draw before the next frame; a hidden page draws when it is seen. `now`: at once, for whoever measures afterwards. */
function draw(now = false): void {
  if (now === true) paint();
  else if (!scheduled) {
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      paint();
    });
  }
}

function say(now: number): Say {
  if (barred) return { is: barred };
  if (!state.live && now - downSince > OFFLINE_MS) return { is: 'offline', since: downSince };
  if (back && now < back.until) return { is: 'back', n: back.n };
  return null;
}

function paint(): void {
  const now = Date.now();
  const words = say(now);
  header.draw(text, hello?.shop.name ?? '', state.agent, state.open, words?.is === 'offline');
  notice.draw(text, words, now);
  composer.label(text, !state.open);
  const typing = state.typing && state.typing.until > now ? text.typing(state.typing.name) : null;
  const more = state.base !== null && state.base > 0;
  stream.draw(rows(state, hello?.texts.welcome || null), { queue: standing(), typing }, more);
}

/** Where the buyer stands: nobody there, or so many before them. */
function standing(): string | null {
  if (!state.open) {
    const said = state.entries.filter((e) => isMessage(e) && e.from !== 'system');
    const kept = state.pending.some((p) => p.status === 'acked') || said[said.length - 1]?.from === 'buyer';
    return kept ? text.left : hello ? hello.texts.offline || text.away : null;
  }
  if (state.place < 1) return null;
  return state.place === 1 ? text.next : text.ahead(state.place - 1);
}

function speak(words: Text): void {
  text = words;
  root.lang = words.lang;
  document.title = title();
  main.dataset['drop'] = words.dropHere;
  stream.relabel(words);
}

// ——— start ———

speak(text);
root.toggleAttribute('data-full', full);
document.body.append(main);
composer.set(store.get('draft') ?? '');
draw(true);
void restore();
if (state.pending.length) tell({ yk: 'used' });

setInterval(() => {
  if (!state.live) draw();
}, 1000);

document.addEventListener('keydown', (e) => {
  if (e.key === 'Escape' && !composing(e) && !document.querySelector('dialog')) tell({ yk: 'close' });
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) line.wake();
  renew();
  seen();
});
window.addEventListener('online', () => line.wake());

let over = 0;
const hasFiles = (e: DragEvent): boolean => !!e.dataTransfer?.types.includes('Files');
const dropping = (n: number): void => {
  over = Math.max(0, n);
  main.classList.toggle('dropping', over > 0);
};
document.addEventListener('dragenter', (e) => hasFiles(e) && dropping(over + 1));
document.addEventListener('dragleave', (e) => hasFiles(e) && dropping(over - 1));
document.addEventListener('dragover', (e) => hasFiles(e) && e.preventDefault());
document.addEventListener('drop', (e) => {
  if (!hasFiles(e)) return;
  e.preventDefault();
  dropping(0);
  void addPictures([...(e.dataTransfer?.files ?? [])].filter((f) => f.type.startsWith('image/')));
});

// A page of its own has to make room for the keyboard itself; in the frame the loader does it.
const port = window.visualViewport;
if (!framed && port) {
  const fit = (): void => {
    root.style.setProperty('--vh', `${port.height}px`);
    window.scrollTo(0, 0);
  };
  port.addEventListener('resize', fit);
  fit();
}

let started = false;
function start(): void {
  if (started) return;
  started = true;
  line.wake();
}

if (framed) {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== host || !isOurs(event.data)) return;
    heard(event.data as Down);
    if (event.data.yk === 'view') start();
  });
  tell({ yk: 'ready' });
  setTimeout(start, LOADER_MS);
} else start();
