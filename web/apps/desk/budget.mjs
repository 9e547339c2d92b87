// Holds the desk's start to its budget: everything that is loaded before the first conversation can be answered, gzipped.
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET = 350 * 1024;
const out = fileURLToPath(new URL('../../dist/desk/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${out}.vite/manifest.json`, 'utf8'));

/** Files of a chunk with everything that it imports at once. */
function files(name, found = new Set(), seen = new Set()) {
  if (seen.has(name)) return found;
  seen.add(name);
  const chunk = manifest[name];
  if (!chunk) throw new Error(`budget: there is no chunk ${name} in the build`);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const next of chunk.imports ?? []) files(next, found, seen);
  return found;
}

const size = (set) => [...set].reduce((sum, file) => sum + gzipSync(readFileSync(out + file), { level: 9 }).length, 0);
const routes = {
  desk: 'src/features/conversation/DeskPage.vue',
  report: 'src/features/metric/ReportPage.vue',
  people: 'src/features/access/PeoplePage.vue',
  'sign-in': 'src/features/access/SignInPage.vue',
};
let over = false;
for (const [name, source] of Object.entries(routes)) {
  const bytes = size(files(source, files('index.html')));
  over ||= bytes > BUDGET;
  console.log(`budget: ${name.padEnd(8)} ${(bytes / 1024).toFixed(1).padStart(6)} KB of ${BUDGET / 1024} KB gzipped`);
}
rmSync(`${out}.vite`, { recursive: true });
if (over) {
  console.error(
    'budget: a page starts with more than its budget; load what it does not need at once in a chunk of its own',
  );
  process.exit(1);
}
