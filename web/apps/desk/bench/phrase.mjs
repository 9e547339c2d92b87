/** How long the desk looks for a phrase among 10,000 (R-PHRASE-07). `npm run bench --workspace apps/desk`. */
import { readFileSync } from 'node:fs';
import { createServer } from 'vite';

const vite = await createServer({ server: { middlewareMode: true }, appType: 'custom', logLevel: 'error' });
const { Index } = await vite.ssrLoadModule('/src/features/phrase/find.ts');
await vite.close();
const cases = JSON.parse(
  readFileSync(new URL('../../../../crates/domain/tests/phrase_cases.json', import.meta.url), 'utf8'),
);

// Three sentences a phrase, some 60 characters, every one of another length and code.
const COUNT = 10_000;
const of = (i) => cases.phrases[i % cases.phrases.length];
const phrases = Array.from({ length: COUNT }, (_, i) => ({
  phrase: String(i).padStart(6, '0'),
  code: `${of(i).code || 'x'}${i}`,
  title: `${of(i).title}${i % 97}`,
  text: of(i).text + of(i * 3 + 1).text + of(i * 5 + 2).text.slice(i % 7),
  level: of(i).level,
  stage: of(i).stage ?? null,
  used: (i * 7) % 50,
  place: i,
}));
const size = phrases.reduce((n, p) => n + p.text.length, 0) / COUNT;
const from = performance.now();
const index = new Index(phrases, cases.letters);
const built = performance.now() - from;

const queries = [
  '',
  'f',
  'fh',
  'fh12',
  'fahuo',
  'xianhuo',
  '发huo',
  '有现货',
  '没有的词',
  'kd',
  'huanying guanglin',
  'zz',
  '整件 绿色',
];
const took = [];
for (let round = 0; round < 40; round++)
  for (const q of queries) {
    const start = performance.now();
    index.find(q, 'logistics', 30);
    if (round >= 5) took.push(performance.now() - start);
  }
took.sort((a, b) => a - b);
const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))].toFixed(1);
console.log(
  `phrases: ${COUNT} of ${size.toFixed(0)} characters, index in ${built.toFixed(0)} ms; ` +
    `a question: median ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms of ${took.length}`,
);
