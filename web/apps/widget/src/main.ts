// The chat page: knows the browser, keeps the parts together. What a frame means is in reducer.ts.
import type { Attach } from './acts/attach';
import type { PanelActs } from './acts/panel';
import { isOurs, type Down, type Product, type Up } from './bridge';
import { usable } from './colour';
import type { Card, CardChoice, EntryPage, Hello, ServerFrame } from './frames';
import { Outbox } from './outbox';
import {
  apply,
  begin,
  drop,
  greeted,
  isMessage,
  judged,
  lost,
  older,
  PAGE,
  put,
  sendable,
  unread,
  uploads,
  type Effect,
  type Pending,
  type State,
  type Step,
} from './reducer';
import { Line } from './socket';
import { Store } from './store';
import { textFor, type Text } from './text';
import type { Upload } from './acts/upload';
import { uuid7 } from './uuid';
import { Composer } from './view/composer';
import { composing, h } from './view/dom';
import { Header } from './view/header';
import { fen } from './view/kinds';
import { Notice, type Say } from './view/notice';
import { rows } from './view/rows';
import { Stream } from './view/stream';
import { Strip } from './view/strip';

/** Without a connection for this long, the page says so. */
const OFFLINE_MS = 2000;
/** How long "connected again" stays. */
const BACK_MS = 3000;
/** How long the loader may take to answer before the page goes on without it. */
const LOADER_MS = 500;
/** How often the shop hears at most that the buyer looks at another page. */
const PAGE_MS = 3000;
/** How often a page is asked for a fresh token of its buyer. */
const TOKENS = 2;

const query = new URLSearchParams(location.search);
const shop = query.get('shop') ?? 'main';
const host = query.get('host');
const framed = window.parent !== window && !!host?.startsWith('http');
const root = document.documentElement;
const own = usable(query.get('color'));
/** `data-full`: the whole screen of a phone; `data-touch`: sizes for a finger. */
function grow(): void {
  root.toggleAttribute('data-full', full);
  root.toggleAttribute('data-touch', full || matchMedia('(pointer: coarse)').matches);
}
const store = new Store(shop);
const outbox = new Outbox(store);
const night = matchMedia('(prefers-color-scheme: dark)');

/** The shop's colour and its word on light and dark, as far as known: what it said last time until it says it again. */
function dress(color: string | null | undefined, dark: string): void {
  const rrggbb = own ?? usable(color);
  if (rrggbb) root.style.setProperty('--pine', `#${rrggbb}`);
  root.toggleAttribute('data-dark', dark === 'dark' || (dark !== 'light' && night.matches));
}
const redress = (): void => dress(store.get('color'), store.get('dark') ?? '');
redress();
night.addEventListener('change', redress);

let text: Text = textFor(store.get('speak') || query.get('lang') || store.get('lang'));
let state: State = begin(outbox.load());
let token = store.get('token');
let known: string | null = null;
let tokensAsked = 0;
let fresh = false;
let greetings = 0;
let rest = 0;
let hello: Hello | null = null;
let open = !framed;
let full = !framed;
let version = '';
let outdated = false;
let barred = false;
let downSince = Date.now();
let lastBefore: number | null = null;
let back: { n: number; until: number } | null = null;
let blocked = false;
let page: (Down & { yk: 'page' }) | null = null;
let pageSaid = '';
let pageAt = 0;
/** Which panel is open above the box. */
let panel: 'emoticons' | 'tools' | null = null;
/** The form of the question how it was, and for which conversation. */
let form: { el: HTMLElement; of: string } | null = null;
let asking = false;
let started = false;

// ——— parts ———

const header = new Header(framed ? () => tell({ yk: 'close' }) : null, menu);
const notice = new Notice(() => {
  line.wake();
  draw();
});
const stream = new Stream(text, {
  resend,
  giveUp,
  view: (url) =>
    void fetched(
      () => import('./acts/picture'),
      (m) => m.showPicture(text, url),
    ),
  play: (voice, el) =>
    void fetched(
      () => import('./acts/play'),
      (m) => m.play(voice, el),
    ),
  rate: () => {
    store.set('skip', null);
    asking = true;
    draw();
    stream.toEnd();
  },
  older: loadOlder,
  bottom: () => seen(),
});
const composer = new Composer({
  send: (words) => write(message('text', { text: words })),
  pictures: (files) => addFiles(files, 'image'),
  panel: toggle,
  draft: (words) => store.set('draft', words || null),
  typing: (on) => void line.say({ t: 'typing', on }),
});
const strip = new Strip({
  ask: (words) => write(message('text', { text: words })),
  sendProduct,
  dismiss() {
    store.set('seen', productSig());
    draw();
  },
});
const main = h('main', {}, header.el, notice.el, stream.el, strip.el, composer.el);

const line = new Line({
  async ready(again) {
    if (!hello || again || known || fresh) await greet();
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return { url: `${scheme}://${location.host}/ws?shop=${encodeURIComponent(shop)}`, token: token ?? '' };
  },
  frame,
  down(_, wall) {
    blocked = wall;
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
  const turn = ++greetings;
  // Signed out: a secret that nobody has weighs more than the cookie that the page cannot take away, and makes a new guest.
  const secret = fresh ? 'signed-out' : token;
  const body = { shop, ...(secret && { token: secret }), ...(known && { known }) };
  const answer = await fetch('/api/v1/widget/hello', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  // Somebody signed in or out meanwhile: who was greeted here is not at this browser any more.
  const late = (): void => {
    if (turn !== greetings) throw new Error('late');
  };
  late();
  if (!answer.ok) {
    // A known buyer's token is good for minutes and once; without it the buyer is still the guest of before.
    if (known && answer.status < 500) {
      known = null;
      // Whoever signs tokens may have a fresh one; until it comes, the buyer is whoever they were.
      if (tokensAsked++ < TOKENS) tell({ yk: 'token' });
      return greet();
    }
    if (answer.status === 401 && token) {
      keepToken(null);
      return greet();
    }
    if (answer.status === 404 || answer.status === 403) {
      barred = true;
      line.halt();
    }
    throw new Error(`hello ${answer.status}`);
  }
  const said = (await answer.json()) as Hello;
  late();
  hello = said;
  known = null;
  fresh = false;
  keepToken(hello.token);
  // Another known buyer at this browser: what the one before had not sent yet is not theirs.
  const whose = store.get('whose');
  if (whose && whose !== hello.thread) forgetAll();
  store.set('whose', hello.known ? hello.thread : null);
  state = greeted(state, hello);
  document.title = title();
  const { color, side, dark } = hello.theme;
  store.set('color', color ?? null);
  store.set('dark', dark);
  redress();
  tell({ yk: 'look', color: usable(color), left: side === 'left' });
  store.set('lang', hello.lang);
  if (!query.get('lang') && !store.get('speak')) speak(textFor(hello.lang));
  draw();
}

function keepToken(value: string | null): void {
  token = value;
  store.set('token', value);
}

function frame(f: ServerFrame): void {
  step(apply(state, f, Date.now()));
  const came = f.t === 'entry' ? [f.entry] : f.t === 'entries' ? f.entries : [];
  if (came.some((e) => e.kind === 'rating')) store.set('mark', null);
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
  if (f.t === 'welcome') {
    pump();
    pageSaid = '';
    sayPage();
    sayMark();
  }
  if (
    f.t === 'entry' &&
    f.entry.from !== 'buyer' &&
    isMessage(f.entry) &&
    store.get('sound') &&
    (!open || document.hidden)
  )
    void import('./acts/menu').then((m) => m.ring());
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
      // Told to wait: nothing goes out until then, or it would overtake what was refused.
      if (e.wait) {
        clearTimeout(rest);
        rest = setTimeout(() => {
          rest = 0;
          flush();
        }, e.wait) as unknown as number;
      } else flush();
      break;
    case 'forget':
      outbox.forget(e.client_id);
      void attach?.forget(e.client_id);
      break;
    case 'keep':
      outbox.keep(e.item);
      break;
    case 'problem':
      console.warn('yingke', e.code);
      if (/^rat/.test(e.code)) store.set('mark', null);
      break;
    case 'bye':
      if (e.reason === 'signed_out') line.again();
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

function message(kind: Pending['kind'], part: Partial<Pending> = {}): Pending {
  return { client_id: uuid7(), kind, text: '', at: Date.now(), status: uploads({ kind }) ? 'raw' : 'ready', ...part };
}

function write(item: Pending): void {
  outbox.keep(item);
  state = put(state, item);
  flush();
  tell({ yk: 'used' });
  draw();
}

function flush(): void {
  for (const p of rest ? [] : sendable(state)) {
    const said = line.say({
      t: 'send',
      client_id: p.client_id,
      kind: p.kind,
      text: p.text,
      ...(p.file && { file: p.file }),
      ...(p.card && { card: p.card }),
    });
    if (!said) break;
    state = put(state, { ...p, status: 'sent' });
  }
  draw();
}

/** Files wait here until what sends them is there. */
let heap: [File[], Upload, number][] = [];
let attach: Attach | null = null;

/** Takes files; what uploads them is fetched with the first one, or when some were left from an earlier page. */
function addFiles(files: File[], kind: Upload, secs = 0): void {
  heap.push([files, kind, secs]);
  pump();
}

function pump(): void {
  if (!heap.length && !state.pending.some((p) => uploads(p) && p.status !== 'acked')) return;
  void fetched(
    () => import('./acts/attach'),
    (m) => {
      if (!attach) {
        attach = new m.Attach(shop, {
          state: () => state,
          token: () => token,
          change(item, keep) {
            state = put(state, item);
            if (keep) outbox.keep(item);
            draw();
          },
          write,
          flush,
        });
        void attach.restore();
      }
      const now = heap;
      heap = [];
      for (const [files, kind, secs] of now) void attach.add(files, kind, secs);
      void attach.pump();
    },
  );
}

function resend(id: string): void {
  const item = state.pending.find((p) => p.client_id === id);
  if (!item) return;
  const { problem, file, ...rest } = item;
  // Uploads that no message names are swept away after a while: it has to be uploaded again.
  const kept = problem === 'file_unknown' ? undefined : file;
  write({ ...rest, ...(kept && { file: kept }), status: uploads(item) && !kept ? 'raw' : 'ready' });
  pump();
}

function giveUp(id: string): void {
  outbox.forget(id);
  void attach?.forget(id);
  state = drop(state, id);
  draw();
}

function forgetAll(): void {
  for (const p of state.pending) giveUp(p.client_id);
}

// ——— the page that the buyer looks at ———

/** The product of the page as a card, if the page names one. */
function product(): Card | null {
  const p = page?.product;
  if (!page || !p || (!p.title && !p.code)) return null;
  return {
    card: 'product',
    product: null,
    code: p.code ?? '',
    title: p.title ?? page.title,
    price_fen: fen(p.price),
    picture: picture(p),
    address: p.address ?? page.address,
  };
}

/** Only pictures of the site that shows the product, and of no other scheme. */
function picture(p: Product): string | null {
  if (!p.picture || !host) return null;
  try {
    const url = new URL(p.picture, page?.address ?? host);
    return url.origin === host ? url.href : null;
  } catch {
    return null;
  }
}

const productSig = (): string => JSON.stringify(page?.product ?? null);

function sendProduct(): void {
  const card = product();
  if (card?.card !== 'product' || !card.address) return;
  const choice: CardChoice = {
    page: {
      title: card.title,
      address: card.address,
      price_fen: card.price_fen ?? null,
      picture: card.picture ?? null,
      product: card.code || null,
    },
  };
  store.set('seen', productSig());
  write(message('card', { card: choice, shown: card }));
}

/** Tells where the buyer is, not more often than somebody could read it. */
function sayPage(): void {
  if (!page || !/^https?:/.test(page.address)) return;
  const { title, address } = page;
  const sig = JSON.stringify([title, address, page.product?.code]);
  if (sig === pageSaid) return;
  const wait = pageAt + PAGE_MS - Date.now();
  if (wait > 0) {
    setTimeout(sayPage, wait + 50);
    return;
  }
  const code = page.product?.code;
  if (
    !line.say({
      t: 'page',
      title: title.slice(0, 200),
      address: address.slice(0, 1000),
      ...(code && { product: code }),
    })
  )
    return;
  pageSaid = sig;
  pageAt = Date.now();
}

// ——— fetched when asked for ———

/** Runs what is fetched; without a network the panel says so. */
async function fetched<T>(get: () => Promise<T>, then: (part: T) => void): Promise<void> {
  try {
    then(await get());
  } catch {
    panel = null;
    strip.panel.hidden = false;
    strip.panel.textContent = text.notLoaded;
    setTimeout(closePanel, 4000);
    draw();
  }
}

function closePanel(): void {
  panel = null;
  strip.panel.hidden = true;
  strip.panel.replaceChildren();
  draw();
}

function toggle(which: 'emoticons' | 'tools'): void {
  const to = panel === which ? null : which;
  closePanel();
  if (!to) return;
  panel = to;
  void fetched(
    () => import('./acts/panel'),
    (m) => {
      if (panel !== to) return;
      strip.panel.hidden = false;
      strip.panel.replaceChildren(m[to](text, panelActs));
      if (matchMedia('(pointer: fine)').matches) strip.panel.querySelector('button')?.focus();
      draw();
    },
  );
}

const panelActs: PanelActs = {
  insert: (words) => composer.insert(words),
  pictures: (files) => addFiles(files, 'image'),
  files: (files) => addFiles(files, 'file'),
  voice: (clip, secs) => addFiles([new File([clip], 'voice', { type: clip.type })], 'voice', secs),
  order: (id, card) => write(message('card', { card: { order: id }, shown: card })),
  async orders() {
    const answer = await fetch('/api/v1/widget/orders', { headers: { 'X-Yingke-Guest': token ?? '' } });
    if (!answer.ok) throw new Error(`orders ${answer.status}`);
    return (await answer.json()) as Card[];
  },
  close() {
    closePanel();
    composer.input.focus();
  },
};

function menu(opener: HTMLElement): void {
  void fetched(
    () => import('./acts/menu'),
    (m) =>
      m.openMenu(text, opener, {
        sound: !!store.get('sound'),
        setSound(on) {
          store.set('sound', on ? '1' : null);
          if (on) m.ring();
        },
        language() {
          const lang = text.lang === 'en' ? 'zh-CN' : 'en';
          store.set('speak', lang);
          speak(textFor(lang));
          closePanel();
        },
        rate: judged(state)
          ? () => {
              asking = true;
              draw();
              stream.toEnd();
            }
          : null,
      }),
  );
}

/** The question how it was: asked by the server and not put off, or asked for by the buyer. */
function question(): HTMLElement | null {
  const of = judged(state);
  const due = of && (asking || (!of.score && store.get('skip') !== of.conversation && !store.get('mark')));
  if (!due) {
    form = null;
    asking = false;
    return null;
  }
  if (form?.of === of.conversation + text.lang) return form.el;
  const now = (form = { el: h('div'), of: of.conversation + text.lang });
  const done = (): void => {
    form = null;
    asking = false;
    draw();
    composer.input.focus();
  };
  void fetched(
    () => import('./acts/rate'),
    (m) => {
      now.el.replaceChildren(
        m.rateForm(text, of.score, {
          give(score, words) {
            store.set('mark', JSON.stringify([of.conversation, score, words]));
            sayMark();
            done();
          },
          skip() {
            store.set('skip', of.conversation);
            done();
          },
        }),
      );
      stream.toEnd();
    },
  );
  return now.el;
}

/** The mark goes out with each connection until its own entry has come back, or the server refused it. */
function sayMark(): void {
  const kept = store.get('mark');
  if (!kept) return;
  const [, score, words] = JSON.parse(kept) as [string, number, string];
  line.say({ t: 'rate', score, text: words });
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
      grow();
      if (open) {
        stream.toEnd();
        // The box would bring up a phone's keyboard before anything was read.
        if (message.focus && matchMedia('(pointer: fine)').matches) composer.input.focus();
        else if (message.focus) header.focus(full);
        if (started) line.wake();
      }
      renew();
      seen();
      draw();
      break;
    case 'page':
      page = message;
      sayPage();
      draw();
      break;
    case 'identify':
      known = message.token;
      if (message.token === null) {
        // Signed out: the next person at this browser must find nothing of this one.
        forgetAll();
        for (const name of ['draft', 'whose', 'skip', 'mark', 'seen']) store.set(name, null);
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
  if (barred) return { is: 'noShop' };
  if (!state.live && blocked) return { is: 'blocked' };
  if (!state.live && now - downSince > OFFLINE_MS) return { is: 'offline', since: downSince };
  if (back && now < back.until) return { is: 'back', n: back.n };
  return null;
}

function paint(): void {
  const now = Date.now();
  const words = say(now);
  const cut = words?.is === 'offline' || words?.is === 'blocked';
  header.draw(text, hello?.shop.name ?? '', state.agent, state.open, cut, hello?.known ? hello.name : '');
  notice.draw(text, words, now);
  composer.label(text, state.open ? text.hint : text.hintAway(opens()), panel);
  const offered = product();
  strip.draw(text, offered && store.get('seen') !== productSig() ? offered : null, hello?.questions ?? []);
  const typing = state.typing && state.typing.until > now ? text.typing(state.typing.name) : null;
  const more = state.base !== null && state.base > 0;
  const list = rows(state, hello?.texts.welcome || null, store.get('skip'));
  stream.draw(list, { queue: standing(), typing, rate: question() }, more);
}

/** Where the buyer stands: nobody there, or so many before them. */
function standing(): string | null {
  if (!state.open) {
    // What the house said by itself answers nobody.
    const said = state.entries.filter((e) => isMessage(e) && /^(buyer|agent)$/.test(e.from));
    const kept = state.pending.some((p) => p.status === 'acked') || said[said.length - 1]?.from === 'buyer';
    return kept ? text.left : hello ? away(hello) : null;
  }
  if (state.place < 1) return null;
  const wait = state.waitSecs === null ? '' : text.about(Math.max(1, Math.round(state.waitSecs / 60)));
  return (state.place === 1 ? text.next : text.ahead(state.place - 1)) + wait;
}

/** What the shop says when nobody is there: its words for closing time, else for an empty desk. */
const away = ({ hours, texts }: Hello): string => (hours.open ? '' : texts.closed) || texts.offline || text.away;

/** When the shop opens, to stand in a sentence; in the shop's own words if it speaks the language of the page. */
function opens(): string {
  const { hours, lang } = hello ?? {};
  if (!hours || hours.open || !hours.next_open_at) return '';
  if (hours.text && textFor(lang) === text) return hours.text;
  const when = new Date(hours.next_open_at);
  return text.opens(
    when.toLocaleString(text.lang, { weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false }),
  );
}

function speak(words: Text): void {
  if (words === text && root.lang === words.lang && started) return;
  text = words;
  root.lang = words.lang;
  document.title = title();
  stream.relabel(words);
}

// ——— start ———

speak(text);
grow();
document.body.append(main);
// Whoever presses here may soon send something: what sends it must not be missing when the line is down then.
composer.el.addEventListener('pointerdown', () => void import('./acts/attach').catch(() => 0), { once: true });
composer.set(store.get('draft') ?? '');
draw(true);
pump();
if (state.pending.length) tell({ yk: 'used' });

setInterval(() => {
  if (!state.live) draw();
}, 1000);

document.addEventListener('keydown', (e) => {
  if (e.key !== 'Escape' || composing(e) || document.querySelector('dialog')) return;
  if (strip.panel.hidden) tell({ yk: 'close' });
  else panelActs.close();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) line.wake();
  renew();
  seen();
});
window.addEventListener('online', () => line.wake());
window.addEventListener('offline', () => line.drop());

const drops = (e: DragEvent): boolean => {
  const has = !!e.dataTransfer?.types.includes('Files');
  if (has) e.preventDefault();
  main.classList.toggle('dropping', has && e.type === 'dragover');
  return has;
};
document.addEventListener('dragover', drops);
document.addEventListener('dragleave', drops);
document.addEventListener('drop', (e) => {
  if (!drops(e)) return;
  for (const f of e.dataTransfer?.files ?? []) addFiles([f], f.type.startsWith('image/') ? 'image' : 'file');
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

function start(): void {
  if (started) return;
  started = true;
  line.wake();
}

if (framed) {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== host || !isOurs(event.data)) return;
    heard(event.data as Down);
    // Whoever is about to be named is not greeted as a stranger first, unless that takes long.
    if (event.data.yk === (query.get('known') ? 'identify' : 'view')) start();
  });
  tell({ yk: 'ready' });
  setTimeout(start, LOADER_MS);
} else start();
