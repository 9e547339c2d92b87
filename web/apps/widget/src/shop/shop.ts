// The demo shop: a price by the size of the wall, and buttons that open the chat with the first words written.
import type { Yingke } from '../loader';

/** The demo's own price, fen for a square metre. */
const FEN_PER_M2 = 16_800;

// The calls wait until the chat's script is there, which loads beside the page.
const wait = ((...words: unknown[]) => void (wait.q ??= []).push(words)) as Yingke;
window.yingke ??= wait;
const chat = ((...words: ['close']) => window.yingke?.(...words)) as Yingke;

const night = matchMedia('(prefers-color-scheme: dark)');
const dress = (): void => void document.documentElement.toggleAttribute('data-dark', night.matches);
night.addEventListener('change', dress);
dress();

const size = document.querySelector<HTMLFormElement>('#size');
const price = document.querySelector<HTMLElement>('[data-price]');

/** Only to be read: every sum is made of whole fen. */
const yuan = (fen: number): string =>
  `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** Centimetres as they were typed: no sum of money starts from a float. */
function cm(name: string): number {
  const field = size?.elements.namedItem(name);
  return field instanceof HTMLInputElement && field.checkValidity() ? Math.round(field.valueAsNumber * 100) : NaN;
}

function reckon(): void {
  const fen = Math.round((cm('w') * cm('h') * FEN_PER_M2) / 10_000);
  if (!price) return;
  price.textContent = Number.isNaN(fen) ? '–' : yuan(fen);
}

size?.addEventListener('input', reckon);
size?.addEventListener('submit', (event) => {
  event.preventDefault();
  const data = new FormData(size);
  chat(
    'open',
    (size.dataset['ask'] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(data.get(name) ?? '')),
  );
});
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-ask]')) {
  button.addEventListener('click', () => chat('open', button.dataset['ask']));
}
reckon();

// ——— the shelf of the house, where it has one ———

/** An article as `GET /api/v1/goods/shelf` tells it. */
interface Article {
  code: string;
  title: string;
  category: string;
  price_fen: number;
  list_fen: number | null;
  picture: string | null;
}

const SHOP = document.querySelector<HTMLScriptElement>('script[data-shop]')?.dataset['shop'] ?? 'main';
const MOST_CATEGORIES = 4;
const one = <E extends HTMLElement>(selector: string): E => document.querySelector(selector) as E;
const shelf = one('#shelf');
const good = one('#good');
const mural = one('#mural');
const nav = one('.nav nav');
const askWord = shelf.dataset['word'] ?? '';
const own = document.title;
/** Everything that was shown so far, by number. */
const known = new Map<string, Article>();

const make = (tag: string, words: string, cls = ''): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: words, className: cls });

function link(words: string, hash: string): HTMLAnchorElement {
  const a = make('a', words) as HTMLAnchorElement;
  a.href = hash;
  return a;
}

function box(a: Article): HTMLElement {
  const el = document.createElement('article');
  const to = link('', `#/goods/${encodeURIComponent(a.code)}`);
  if (a.picture) to.append(Object.assign(new Image(240, 180), { src: a.picture, alt: '', loading: 'lazy' }));
  to.append(make('h2', a.title));
  const row = make('p', '', 'row');
  const ask = make('button', askWord);
  ask.setAttribute('type', 'button');
  ask.setAttribute('aria-label', `${askWord}${a.title}`);
  ask.addEventListener('click', () => {
    location.hash = to.hash;
    chat('open');
  });
  row.append(make('b', yuan(a.price_fen)), ask);
  el.append(to, make('p', a.category, 'quiet'), row);
  return el;
}

async function fetchShelf(category: string): Promise<Article[]> {
  const answer = await fetch(
    `/api/v1/goods/shelf?shop=${encodeURIComponent(SHOP)}&limit=24&category=${encodeURIComponent(category)}`,
  );
  if (!answer.ok) return [];
  const found = (await answer.json()) as Article[];
  for (const a of found) known.set(a.code, a);
  return found;
}

/** The page of one article: the chat hears what it sells, and the buyer is offered to send it. */
function showGood(a: Article | undefined): void {
  good.hidden = !a;
  mural.hidden = !!a;
  document.title = a ? own.replace(/^.*(?= · )/, () => a.title) : own;
  if (!a) {
    chat('product', null);
    return;
  }
  const picture = one<HTMLImageElement>('#good img');
  picture.hidden = !a.picture;
  if (a.picture) picture.src = a.picture;
  one('#good [data-category]').textContent = a.category;
  one('#good-name').textContent = a.title;
  one('#good .price b').textContent = yuan(a.price_fen);
  one('#good .price s').textContent = a.list_fen ? yuan(a.list_fen) : '';
  const { code, title, picture: image } = a;
  chat('product', { code, title, price: yuan(a.price_fen), ...(image && { picture: image }) });
}

/** `#/goods/NUMBER` is an article, `#/category/NAME` a category. */
async function follow(): Promise<void> {
  const [, place, name = ''] = location.hash.split('/').map(decodeURIComponent);
  for (const a of nav.querySelectorAll('a')) a.toggleAttribute('aria-current', a.hash === location.hash);
  if (place === 'category') shelf.replaceChildren(...(await fetchShelf(name)).map(box));
  showGood(place === 'goods' ? known.get(name) : undefined);
  if (place === 'goods') scrollTo({ top: 0 });
  else if (place === 'category') shelf.scrollIntoView();
}

async function stock(): Promise<void> {
  const found = await fetchShelf('');
  if (!found.length) return;
  const categories = [...new Set(found.map((a) => a.category).filter(Boolean))].slice(0, MOST_CATEGORIES);
  if (categories.length) nav.replaceChildren(...categories.map((c) => link(c, `#/category/${encodeURIComponent(c)}`)));
  shelf.replaceChildren(...found.map(box));
  shelf.hidden = false;
  one('#few').hidden = true;
  addEventListener('hashchange', () => void follow());
  if (location.hash.startsWith('#/')) await follow();
}

one('#good .ask').addEventListener('click', () => chat('open'));
void stock();
