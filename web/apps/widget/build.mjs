// Builds page, demo shop and loader, then weighs them: a build that is too heavy, or that a strict content policy
// would block, is a failed build.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '../../dist/widget');
/** Bytes after gzip. The chat is paid for by every visitor of a shop, on a phone, before the shop's own pictures. */
const LIMITS = { page: 20 * 1024, loader: 3 * 1024, acts: 9 * 1024 };
/** Parts that are fetched only when somebody presses for them: pictures and files to send, a picture large, a clip, emoticons, the menu, the mark. */
const ON_ACT = /^widget-assets\/(acts|attach|picture|play|panel|menu|rate)-[^/]+\.js$/;

await build({ root: here, configFile: join(here, 'vite.config.ts'), logLevel: 'warn' });
await build({
  root: here,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: out,
    emptyOutDir: false,
    target: ['chrome91', 'safari15', 'firefox90'],
    lib: { entry: join(here, 'src/loader.ts'), formats: ['iife'], name: 'yingkeLoader', fileName: () => 'widget.js' },
  },
});

const faults = [];
const weigh = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const page = readFileSync(join(out, 'index.html'), 'utf8');
const parts = [...page.matchAll(/(?:src|href)="\/(widget-assets\/[^"]+)"/g)].map((m) => m[1]);
if (!parts.some((p) => p.endsWith('.js')) || !parts.some((p) => p.endsWith('.css'))) {
  faults.push('index.html names no script or no style sheet under /widget-assets/');
}
// Chunks that the script fetches later count too, but for those of an act: "with everything" leaves no back door.
const shopParts = new Set(
  [...readFileSync(join(out, 'shop.html'), 'utf8').matchAll(/"\/(widget-assets\/[^"]+)"/g)].map((m) => m[1]),
);
const styles = [...shopParts].filter((f) => f.endsWith('.css')).map((f) => readFileSync(join(out, f), 'utf8'));
for (const css of styles) for (const m of css.matchAll(/\/(widget-assets\/[^)"']+)/g)) shopParts.add(m[1]);
const all = readdirSync(join(out, 'widget-assets')).map((f) => `widget-assets/${f}`);
const ofPage = all.filter((f) => !ON_ACT.test(f) && (parts.includes(f) || !shopParts.has(f)));
const onAct = all.filter((f) => ON_ACT.test(f));
const actBytes = onAct.reduce((sum, f) => sum + weigh(join(out, f)), 0);
const pageBytes = ofPage.reduce((sum, f) => sum + weigh(join(out, f)), 0) + weigh(join(out, 'index.html'));
const loaderBytes = weigh(join(out, 'widget.js'));
if (pageBytes > LIMITS.page) faults.push(`chat page ${pageBytes} B gzipped, limit ${LIMITS.page}: take something out`);
if (actBytes > LIMITS.acts)
  faults.push(`parts on acts ${actBytes} B gzipped, limit ${LIMITS.acts}: take something out`);
if (loaderBytes > LIMITS.loader)
  faults.push(`loader ${loaderBytes} B gzipped, limit ${LIMITS.loader}: take something out`);
for (const name of ['index.html', 'shop.html']) {
  const html = readFileSync(join(out, name), 'utf8');
  if (/<script(?![^>]*\ssrc=)/.test(html)) faults.push(`${name}: inline script, which script-src 'self' blocks`);
  if (/<style|\sstyle="|\son\w+="/.test(html)) faults.push(`${name}: inline style or handler; put it into a file`);
  if (/(?:src|href)="(?:https?:)?\/\//.test(html)) faults.push(`${name}: something from outside`);
}
for (const name of readdirSync(out)) {
  if (statSync(join(out, name)).isFile() && !['index.html', 'shop.html', 'widget.js'].includes(name)) {
    faults.push(`unexpected file ${name} in dist/widget`);
  }
}
// Two figures after the point: the limits are near.
const kb = (n) => `${(n / 1024).toFixed(2)} KB`;
console.log(
  `widget: page ${kb(pageBytes)} of ${kb(LIMITS.page)}, loader ${kb(loaderBytes)} of ${kb(LIMITS.loader)}, ` +
    `fetched on acts ${kb(actBytes)} of ${kb(LIMITS.acts)} in ${onAct.length} parts (gzip)`,
);
if (faults.length) {
  for (const fault of faults) console.error(`widget: ${fault}`);
  process.exit(1);
}
