// The question how it was: five marks and words, or not now. Fetched when it is to be asked.
import type { Text } from '../text';
import { actText } from '../text/acts';
import { button, h, icon, wear } from '../view/dom';
import css from './rate.css?inline';

wear(css);

const STAR = 'm10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9L10 14l-4.3 2.4.9-4.9L3 8.1l4.9-.6z';

/** The form; `score` is the mark that is there already, 0 for none. */
export function rateForm(
  page: Text,
  score: number,
  acts: { give(score: number, words: string): void; skip(): void },
): HTMLElement {
  const t = actText(page);
  const words = h('textarea', { rows: 2, maxlength: 500, 'aria-label': t.rateWords, placeholder: t.rateWords });
  const said = h('p', { class: 'dim', 'aria-live': 'polite' });
  const stars = t.marks.map((mark, i) =>
    h(
      'label',
      { title: mark },
      h('input', {
        type: 'radio',
        name: 'score',
        value: i + 1,
        'aria-label': mark,
        checked: i + 1 === score,
        change: () => show(i + 1),
      }),
      icon(STAR),
    ),
  );
  const give = h('button', { type: 'submit', class: 'act go' }, t.rateGive);
  let chosen = 0;
  const show = (n: number): void => {
    chosen = n;
    stars.forEach((star, i) => star.classList.toggle('on', i < n));
    said.textContent = t.marks[n - 1] ?? '';
    give.disabled = !n;
  };
  const form = h(
    'form',
    { 'aria-label': t.rateTitle, 'data-testid': 'widget-rate' },
    h('b', {}, t.rateTitle),
    h('div', { class: 'stars', role: 'radiogroup', 'aria-label': t.rateTitle }, ...stars),
    said,
    words,
    h('div', { class: 'row' }, give, button('act', t.rateSkip, acts.skip)),
  );
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    if (chosen) acts.give(chosen, words.value.trim());
  });
  show(score);
  return form;
}
