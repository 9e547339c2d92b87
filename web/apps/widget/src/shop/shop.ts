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

/** Centimetres as they were typed: no sum of money starts from a float. */
function cm(name: string): number {
  const field = size?.elements.namedItem(name);
  return field instanceof HTMLInputElement && field.checkValidity() ? Math.round(field.valueAsNumber * 100) : NaN;
}

function reckon(): void {
  const fen = Math.round((cm('w') * cm('h') * FEN_PER_M2) / 10_000);
  if (!price) return;
  price.textContent = Number.isNaN(fen)
    ? '–'
    : `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
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
