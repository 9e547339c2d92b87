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
    target: ['chrome91', 'safari15', 'firefox90'],
    rollupOptions: { input: { widget: 'index.html', shop: 'shop.html' } },
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node', css: true },
});
