/** A shop's own site: another origin than the house's (another site even, for the browser), with the one line that embeds the chat. */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { png } from './png';

export interface SiteOptions {
  /** What stands in the tag besides `data-shop`. */
  tag?: Record<string, string>;
  /** Code of the shop whose chat it is, `main` unless told. */
  shop?: string;
  /** Language of the page, none unless told. */
  lang?: string;
  /** Script of the page, before the embed line. */
  script?: string;
  /** Answers of the site's own server by path. */
  answers?: Record<string, () => string>;
}

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

export class Site {
  /** Where the chat comes from; set before the page is opened. */
  house = '';
  readonly #server: Server;

  private constructor(
    server: Server,
    /** Origin: another site than the house's. */
    readonly origin: string,
    /** The same pages by an origin that is another than the house's, but of the same site: frame and page share a process. */
    readonly near: string,
  ) {
    this.#server = server;
  }

  static async open(options: SiteOptions = {}): Promise<Site> {
    const server = createServer((request, answer) => {
      const path = new URL(request.url ?? '/', site.origin).pathname;
      const own = options.answers?.[path];
      if (own) answer.setHeader('content-type', 'text/plain').end(own());
      else if (path === '/cup.png') answer.setHeader('content-type', 'image/png').end(png(96, 96, [200, 160, 120]));
      else if (path === '/favicon.ico') answer.writeHead(204).end();
      else answer.setHeader('content-type', 'text/html; charset=utf-8').end(page(site.house, options));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const site: Site = new Site(server, `http://shop.localhost:${port}`, `http://127.0.0.1:${port}`);
    return site;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

function page(house: string, { tag = {}, shop = 'main', lang, script }: SiteOptions): string {
  const words = Object.entries(tag).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
  return `<!doctype html>
<html${lang ? ` lang="${lang}"` : ''}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>云朵杯</title></head>
<body><h1>云朵杯</h1>${'<p>一只可以捧在手里的杯子</p>'.repeat(40)}
${script ? `<script>${script}</script>` : ''}
<script src="${house}/widget.js" data-shop="${shop}"${words.join('')} async></script>
</body></html>`;
}
