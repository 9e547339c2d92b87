import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The page of the chat and the demo shop. The loader is a second, single-file build: see build.mjs.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  appType: 'mpa',
  publicDir: false,
  plugins: [
    {
      // Indents of the source are weight on the wire.
      name: 'flat-html',
      apply: 'build',
      transformIndexHtml: {
        order: 'post',
        handler: (html) => html.replace(/\s*\n\s*/g, '\n').replace(/\n(?=[^<])/g, ' '),
      },
    },
    {
      // Words for `light-dark()`, which no style of ours uses.
      name: 'plain-css',
      apply: 'build',
      generateBundle(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
          const css = Buffer.from(file.source).toString();
          if (!css.includes('var(--lightningcss')) file.source = css.replace(/--lightningcss-\w+:[^;}]*;/g, '');
        }
      },
    },
    {
      // Parts that are fetched with a press bring nothing along that would have to be fetched before them.
      name: 'plain-import',
      enforce: 'pre',
      load: (id) => (id.includes('vite/preload-helper') ? 'export const __vitePreload = (get) => get();' : null),
    },
  ],
  build: {
    outDir: '../../dist/widget',
    emptyOutDir: true,
    assetsDir: 'widget-assets',
    assetsInlineLimit: 0,
    modulePreload: false,
    // Chrome 91, Safari 15, Firefox 90. They know private members, which are the ones whose names can be made short; a list of
    // browsers would have them rewritten, and the page larger.
    target: 'es2022',
    cssTarget: ['chrome91', 'safari15', 'firefox90'],
    rollupOptions: { input: { widget: 'index.html', shop: 'shop.html' } },
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node', css: true },
});
