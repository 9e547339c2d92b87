// The only script that a shop embeds:  <script src="https://…/widget.js" data-shop="main" async></script>
// What else may stand in the tag, and what window.yingke does: docs/widget.md. It keeps out of the shop's way: one element,
// its own style in a shadow tree, nothing global but window.yingke.
import { isOurs, type Down, type Product, type Up } from './bridge';
import { usable } from './colour';
import { loaderText } from './text/loader';

/** A buyer's token, or what fetches one: asked at the start and again when a token is over. Null: nobody is signed in. */
export type Token = string | null | (() => string | null | Promise<string | null>);

/** What a shop's page may call; before the script is there, the calls wait in `q`. */
export interface Yingke {
  /** Open the chat; the words, if any, are put into an empty box. */
  (act: 'open', draft?: string): void;
  (act: 'close'): void;
  /** The buyer signed in (a token that the shop's server signed) or out (null: the next buyer is a new guest). */
  (act: 'identify', token: Token): void;
  /** What this page sells, or null. */
  (act: 'product', product: Product | null): void;
  q?: unknown[][];
  /** The script is there: a second tag does nothing. */
  on?: 1;
}

declare global {
  interface Window {
    yingke?: Yingke;
  }
}

const STYLE = `
:host{all:initial;position:fixed;z-index:2147483000;--c:var(--own,#1d6a54);color-scheme:light dark}
@media(prefers-color-scheme:dark){:host{--c:var(--own,#24785f)}}
button,iframe{position:fixed;right:24px;bottom:24px;border:0}
.l{right:auto;left:24px}
button{width:56px;height:56px;padding:0;border-radius:50%;background:var(--c);color:#fff;cursor:pointer;display:grid;place-items:center;box-shadow:0 4px 14px rgba(20,32,27,.22)}
button:focus-visible{outline:2px solid #2f7fd6;outline-offset:3px}
svg{width:26px;fill:none;stroke:#fff;stroke-width:1.5;stroke-linecap:round}
b{position:absolute;top:-2px;right:-2px;min-width:10px;padding:0 5px;border-radius:10px;background:#c42f1b;font:600 11px/20px sans-serif;box-shadow:0 0 0 2px #fff}
iframe{width:380px;height:min(640px,calc(100vh - 48px));border-radius:16px;background:Canvas;box-shadow:0 16px 44px rgba(20,32,27,.22)}
.off{visibility:hidden}
[hidden],b:empty{display:none}
@media(max-width:639.98px){iframe{left:0;top:var(--top,0);width:100%;height:var(--high,100%);border-radius:0;box-shadow:none}button{right:16px;bottom:max(16px,env(safe-area-inset-bottom))}button.l{left:16px}}
@media print{:host{display:none}}`;

(() => {
  const script = (document.currentScript ??
    document.querySelector('script[data-shop][src*="/widget.js"]')) as HTMLScriptElement | null;
  const waiting = window.yingke?.q ?? [];
  if (window.yingke?.on || !script) return;
  const { shop, lang, color, side, buyerToken, product: named } = script.dataset;
  if (!shop) {
    console.error('yingke: no data-shop');
    return;
  }
  const origin = new URL(script.src).origin;
  const page = document.documentElement;
  const speak = lang ?? page.lang;
  const words = loaderText[!speak || /^zh\b/i.test(speak) ? 'zh-CN' : 'en'];
  const own = usable(color);
  if (color && !own) console.error(`yingke: white on ${color}`);

  const kept = (session: boolean, value?: string): string | undefined => {
    // A browser may forbid storage: then nothing is remembered, everything else works.
    try {
      const box = session ? sessionStorage : localStorage;
      if (value !== undefined) box['yingke:' + shop] = value;
      return box['yingke:' + shop] as string | undefined;
    } catch {
      return undefined;
    }
  };
  /** What a page or an older one of us wrote; null if it cannot be read. */
  const json = <T>(words: string | undefined): T | null => {
    try {
      return JSON.parse(words ?? '') as T;
    } catch {
      return null;
    }
  };
  const phone = matchMedia('(max-width:639.98px)');

  let frame: HTMLIFrameElement | null = null;
  let ready = false;
  let isOpen = false;
  let focus = false;
  let token: Token | undefined = buyerToken;
  let draft: string | undefined;
  let unread = 0;
  let locked = false;
  let scroll = '';
  let product: Product | null = null;
  let told = '';
  let look: Up | null = null;
  if (named) product = named[0] === '{' ? json(named) : { code: named };

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const bubble = document.createElement('button');
  const badge = document.createElement('b');
  try {
    // A style sheet made by script is no inline style: a shop's content policy need not allow one for us.
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
  } catch {
    root.append(Object.assign(document.createElement('style'), { textContent: STYLE })); // before Safari 16.4
  }
  bubble.dataset['testid'] = 'bubble';
  // Made piece by piece: a shop may forbid pages made of strings.
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  const path = document.createElementNS(ns, 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  path.setAttribute(
    'd',
    'M6 4h12a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-6l-5 4v-4H6a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM8 9h8M8 13h5',
  );
  svg.append(path);
  bubble.append(svg, badge);
  root.append(bubble);

  const say = (message: Down): void => frame?.contentWindow?.postMessage(message, origin);

  const tell = (): void => {
    // What is meant for the chat waits until it can hear.
    if (!ready) return;
    if (draft) say({ yk: 'draft', text: draft });
    draft = undefined;
    say({ yk: 'view', open: isOpen, full: phone.matches, focus });
    focus = false;
  };

  /** Tell who this is; what fetches tokens is kept for when one is over. */
  const identify = async (): Promise<void> => {
    const now = token;
    if (typeof now !== 'function') token = undefined;
    if (now === undefined) return;
    const value = typeof now === 'function' ? await now() : now;
    if (value !== undefined) say({ yk: 'identify', token: value });
  };

  /** The page's title without our count. */
  const titled = (): string => document.title.replace(/^\(\d+\) /, '');

  /** Where the buyer is. Query strings name people, so only a canonical address keeps one. */
  const where = (): void => {
    if (!ready) return;
    const { origin: here, pathname, hash } = location;
    const best = document.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href;
    const message: Down = {
      yk: 'page',
      title: titled(),
      address: best?.startsWith(`${here}/`) ? best : here + pathname + (/^#!?\/[^?]*/.exec(hash)?.[0] ?? ''),
      product,
    };
    const same = JSON.stringify(message);
    if (same !== told) say(message);
    told = same;
  };

  const dress = (): void => {
    const { color: c, left } = (look ?? {}) as Partial<Up & { yk: 'look' }>;
    if (own || c) host.style.setProperty('--own', `#${own ?? c}`);
    for (const el of [bubble, frame]) el?.classList.toggle('l', side ? side === 'left' : !!left);
  };

  const load = (): void => {
    if (frame) return;
    const q = new URLSearchParams({
      shop,
      host: location.origin,
      lang: speak,
      color: own ?? '',
      known: token ? '1' : '',
    });
    frame = document.createElement('iframe');
    frame.title = words.open;
    frame.className = 'off';
    frame.allow = 'microphone; autoplay';
    frame.src = `${origin}/widget?${q}`;
    // A site that is not in the list, a house that is down: the frame is there and never speaks. Nothing of it is left to be seen.
    frame.onload = () =>
      setTimeout(() => {
        if (ready) return;
        console.error('yingke: no chat here');
        set(false, false);
        host.remove();
      }, 2000);
    root.append(frame);
    dress();
    // Shops that change the page without loading it say so in as many ways as there are frameworks.
    setInterval(where, 2000);
  };

  const draw = (): void => {
    // Until the chat has spoken nothing covers the shop, and the bubble stays.
    const seen = isOpen && ready;
    frame?.classList.toggle('off', !seen);
    bubble.hidden = seen;
    badge.textContent = unread > 99 ? '99+' : `${unread || ''}`;
    bubble.setAttribute('aria-label', unread ? words.unread(unread) : words.open);
    const title = (unread ? `(${unread}) ` : '') + titled();
    if (title !== document.title) document.title = title;
    // A full screen is above the page: the page must not scroll under the finger.
    const lock = seen && phone.matches;
    if (lock !== locked) {
      locked = lock;
      if (lock) scroll = page.style.overflow;
      page.style.overflow = lock ? 'hidden' : scroll;
    }
    fit();
  };

  /** Whether the place in the history is the one that "back" leaves when it closes a full screen. */
  const above = (): boolean => !!(history.state as { yk?: 1 } | null)?.yk;

  const set = (to: boolean, move = true): void => {
    isOpen = to;
    focus = to && move;
    // On a phone the chat covers the shop: it comes back after a reload, not on the next page.
    kept(true, to ? (phone.matches ? location.href : '*') : '');
    if (to) load();
    if (to && phone.matches && !above()) history.pushState({ ...(history.state as object | null), yk: 1 }, '');
    else if (!to && above()) history.back();
    draw();
    if (to && move) frame?.focus();
    tell();
    if (!to && move) bubble.focus();
  };
  addEventListener('popstate', () => isOpen && phone.matches && !above() && set(false));

  // The keyboard of a phone shrinks what is seen, not the page: the chat follows what is seen.
  const port = window.visualViewport;
  const fit = (): void => {
    if (!port || !isOpen || !phone.matches || port.scale > 1.01) return;
    host.style.setProperty('--high', `${port.height}px`);
    host.style.setProperty('--top', `${port.offsetTop}px`);
  };
  for (const change of ['resize', 'scroll']) port?.addEventListener(change, fit);
  phone.addEventListener('change', () => {
    draw();
    tell();
  });

  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || !isOurs(event.data)) return;
    const up = event.data as Up;
    if (up.yk === 'ready') {
      ready = true;
      draw();
      if (focus) frame.focus();
      void identify();
      where();
      tell();
    } else if (up.yk === 'unread') {
      unread = up.n;
      draw();
    } else if (up.yk === 'close') set(false);
    else if (up.yk === 'used') kept(false, JSON.stringify(look));
    else if (up.yk === 'look') {
      look = up;
      if (kept(false)) kept(false, JSON.stringify(look));
      dress();
    } else void identify();
  });

  bubble.addEventListener('click', () => set(true));
  bubble.addEventListener('pointerenter', load);

  const acts: Record<string, (value?: unknown) => void> = {
    open(value) {
      draft = value as string;
      set(true);
    },
    close: () => isOpen && set(false),
    identify(value) {
      token = value as Token;
      // Signing out has to reach the chat although it was not opened on this page.
      load();
      if (ready) void identify();
    },
    product(value) {
      product = value as Product | null;
      where();
    },
  };
  const call = (act: string, value?: unknown): void => acts[act]?.(value);
  window.yingke = Object.assign(call as Yingke, { on: 1 as const });

  const start = (): void => {
    const used = kept(false);
    look = json(used);
    document.body.append(host);
    dress();
    const was = kept(true);
    if (was === '*' || was === location.href) set(true, false);
    // Who has talked before gets answers on any page; everybody else costs the server nothing.
    else if (used || token) load();
    draw();
    for (const [act, value] of waiting) call(act as string, value);
  };
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
