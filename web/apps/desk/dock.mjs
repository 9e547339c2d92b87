// Writes the side window's service worker: what `/dock` needs to open without a network, by the names of this build.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const out = fileURLToPath(new URL('../../dist/desk/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${out}.vite/manifest.json`, 'utf8'));

function files(name, found = new Set(), seen = new Set()) {
  if (seen.has(name)) return found;
  seen.add(name);
  const chunk = manifest[name];
  if (!chunk) throw new Error(`dock: there is no chunk ${name} in the build`);
  for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) found.add(`/${file}`);
  for (const next of chunk.imports ?? []) files(next, found, seen);
  return found;
}

const all = [
  '/dock',
  '/dock.webmanifest',
  '/dock-192.png',
  ...[...files('src/features/phrase/DockPage.vue', files('index.html'))].sort(),
];
const version = createHash('sha256')
  .update(readFileSync(`${out}index.html`))
  .update(all.join('\n'))
  .digest('hex')
  .slice(0, 12);

const worker = `// The side window without a network: its page and files of one build, pictures of phrases as they were seen.
const FILES = ${JSON.stringify(all, null, 2)};
const CACHE = 'yk-dock-${version}';
const PICTURES = 'yk-dock-pictures';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((path) => new Request(path, { cache: 'no-cache' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names.filter((n) => n.startsWith('yk-dock-') && n !== CACHE && n !== PICTURES).map((n) => caches.delete(n)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) return answer;
  } catch {
    // No network: the page of last time.
  }
  return (await caches.match('/dock')) ?? Response.error();
}

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function picture(request) {
  const cache = await caches.open(PICTURES);
  const known = await cache.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === '/dock') event.respondWith(page(request));
  } else if (url.pathname.startsWith('/api/v1/phrase/pictures/')) event.respondWith(picture(request));
  else if (FILES.includes(url.pathname)) event.respondWith(kept(request));
});
`;
writeFileSync(`${out}dock-sw.js`, worker);
console.log(`dock: ${all.length} files for the time without a network, version ${version}`);
