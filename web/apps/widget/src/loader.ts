// The only script that a shop embeds:  <script src="https://…/widget.js" data-shop="main" async></script>
// Optional: data-lang="en", data-color="#8a2b2b", data-buyer-token="…". It keeps out of the shop's way: one element, its own
// style in a shadow tree, nothing global but window.yingke.
import { isOurs, type Down, type Up } from './bridge';
import { hex6, LEAST, usable, whiteOn } from './colour';
import { loaderText } from './text/loader';

/** What a shop's page may call. */
export interface Yingke {
  /** Open the chat; the words, if any, are put into an empty box. */
  open(draft?: string): void;
  close(): void;
  /** The buyer signed in (a token that the shop's server signed) or out (null: the next buyer is a new guest). */
  identify(token: string | null): void;
}

declare global {
  interface Window {
    yingke?: Yingke;
  }
}

const STYLE = `
:host{all:initial;position:fixed;z-index:2147483000;inset:auto 0 0 auto;--c:var(--own,#1d6a54);color-scheme:light dark}
@media(prefers-color-scheme:dark){:host{--c:var(--own,#24785f)}}
button{position:fixed;right:24px;bottom:24px;width:56px;height:56px;padding:0;border:0;border-radius:50%;background:var(--c);color:#fff;cursor:pointer;display:grid;place-items:center;box-shadow:0 4px 14px rgba(20,32,27,.22);-webkit-tap-highlight-color:transparent}
button:focus-visible{outline:2px solid #2f7fd6;outline-offset:3px}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;top:-2px;right:-2px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;border-radius:10px;background:#c42f1b;color:#fff;font:600 11px/20px -apple-system,"Segoe UI",sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
iframe{position:fixed;right:24px;bottom:24px;width:380px;height:min(640px,calc(100vh - 48px));border:0;border-radius:16px;background:Canvas;box-shadow:0 16px 44px rgba(20,32,27,.17),0 0 0 1px rgba(20,32,27,.07);transition:opacity .16s,transform .16s cubic-bezier(.2,.7,.2,1);transform-origin:100% 100%}
iframe.off{visibility:hidden;opacity:0;transform:translateY(12px);transition:none;pointer-events:none}
[hidden]{display:none}
@media(max-width:639.98px){iframe{inset:0;top:var(--top,0);width:100%;height:var(--high,100%);border-radius:0;box-shadow:none}button{right:max(16px,env(safe-area-inset-right));bottom:max(16px,env(safe-area-inset-bottom))}}
@media(prefers-reduced-motion:reduce){iframe{transition:none}}
@media print{:host{display:none}}`;

(() => {
  const script = (document.currentScript ??
    document.querySelector('script[data-shop][src*="/widget.js"]')) as HTMLScriptElement | null;
  if (window.yingke || !script) return;
  const { shop, lang, color, buyerToken } = script.dataset;
  if (!shop) {
    console.error('yingke: the script tag names no shop. Write data-shop="main" (your shop\'s code) into it.');
    return;
  }
  const origin = new URL(script.src).origin;
  const speak = lang ?? document.documentElement.lang;
  const words = loaderText[!speak || /^zh\b/i.test(speak) ? 'zh-CN' : 'en'];
  const own = usable(color);
  if (color && !own) {
    const h = hex6(color);
    console.warn(
      h
        ? `yingke: white words on data-color ${color} have a contrast of ${whiteOn(h).toFixed(1)}, needed is ${LEAST}. Choose a darker colour; ours is used.`
        : `yingke: data-color ${color} is no colour. Write it as #rrggbb; ours is used.`,
    );
  }

  const kept = (box: 'localStorage' | 'sessionStorage', value?: string): string | null => {
    // A browser may forbid storage: then nothing is remembered, everything else works.
    try {
      const key = `yingke:${shop}`;
      if (value !== undefined) window[box].setItem(key, value);
      return window[box].getItem(key);
    } catch {
      return null;
    }
  };
  const phone = matchMedia('(max-width: 639.98px)');

  let frame: HTMLIFrameElement | null = null;
  let ready = false;
  let isOpen = false;
  let focus = false;
  let token: string | null | undefined = buyerToken;
  let draft: string | undefined;
  let unread = 0;
  let scroll = '';

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
  if (own) host.style.setProperty('--own', `#${own}`);
  bubble.dataset['testid'] = 'bubble';
  bubble.type = 'button';
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute(
    'd',
    'M6 4.5h12A2.5 2.5 0 0 1 20.5 7v7.5A2.5 2.5 0 0 1 18 17h-6.5L7 20.5V17H6a2.5 2.5 0 0 1-2.5-2.5V7A2.5 2.5 0 0 1 6 4.5zM8 9h8M8 12.7h5',
  );
  svg.append(path);
  badge.setAttribute('aria-hidden', 'true');
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

  const load = (): void => {
    if (frame) return;
    const q = new URLSearchParams({ shop, host: location.origin });
    if (speak) q.set('lang', speak);
    if (own) q.set('color', own);
    frame = document.createElement('iframe');
    frame.title = words.open;
    frame.className = 'off';
    frame.allow = 'clipboard-write';
    frame.src = `${origin}/widget?${q}`;
    root.append(frame);
  };

  const draw = (): void => {
    frame?.classList.toggle('off', !isOpen);
    bubble.hidden = isOpen;
    badge.hidden = !unread;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    bubble.setAttribute('aria-label', unread ? words.unread(unread) : words.open);
    const plain = document.title.replace(/^\(\d+\) /, '');
    const title = unread ? `(${unread}) ${plain}` : plain;
    if (title !== document.title) document.title = title;
    // A full screen is above the page: the page must not scroll under the finger.
    const lock = isOpen && phone.matches;
    const page = document.documentElement.style;
    if (lock && page.overflow !== 'hidden') {
      scroll = page.overflow;
      page.overflow = 'hidden';
    } else if (!lock && page.overflow === 'hidden') page.overflow = scroll;
    fit();
  };

  const set = (to: boolean, move = true): void => {
    isOpen = to;
    focus = to && move;
    // On a phone the chat covers the shop: it comes back after a reload, not on the next page.
    kept('sessionStorage', to ? (phone.matches ? location.href : '*') : '');
    if (to) load();
    draw();
    if (to && move) frame?.focus();
    tell();
    if (!to && move) bubble.focus();
  };

  // The keyboard of a phone shrinks what is seen, not the page: the chat follows what is seen.
  const port = window.visualViewport;
  const fit = (): void => {
    if (!port || !isOpen || !phone.matches || port.scale > 1.01) return;
    host.style.setProperty('--high', `${port.height}px`);
    host.style.setProperty('--top', `${port.offsetTop}px`);
  };
  port?.addEventListener('resize', fit);
  port?.addEventListener('scroll', fit);
  phone.addEventListener('change', () => {
    draw();
    tell();
  });

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || !isOurs(event.data)) return;
    const up = event.data as Up;
    if (up.yk === 'ready') {
      ready = true;
      if (token !== undefined) say({ yk: 'identify', token });
      token = undefined;
      tell();
    } else if (up.yk === 'unread') {
      unread = up.n;
      draw();
    } else if (up.yk === 'close') set(false);
    else if (up.yk === 'used') kept('localStorage', '1');
    else if (up.yk === 'colour' && !own) host.style.setProperty('--own', `#${up.rrggbb}`);
  });

  bubble.addEventListener('click', () => set(true));
  bubble.addEventListener('pointerenter', load);

  window.yingke = {
    open(words) {
      draft = words;
      set(true);
    },
    close: () => isOpen && set(false),
    identify(value) {
      token = value;
      // Signing out has to reach the chat although it was not opened on this page.
      load();
      if (!ready) return;
      say({ yk: 'identify', token: value });
      token = undefined;
    },
  };

  const start = (): void => {
    document.body.append(host);
    const was = kept('sessionStorage');
    if (was === '*' ? true : was === location.href) set(true, false);
    // Who has talked before gets answers on any page; everybody else costs the server nothing.
    else if (kept('localStorage') || token) load();
    draw();
  };
  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
})();
