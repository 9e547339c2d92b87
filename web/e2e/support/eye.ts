/** What a page must hold wherever it is drawn: nobody is kept out, nothing sticks out. */
import { createRequire } from 'node:module';
import { type Frame, type Page, expect } from '@playwright/test';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Finding {
  id: string;
  impact: string | null;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds of the kinds that keep somebody out. Run through the protocol: the content policy forbids added scripts. */
export async function findings(page: Page | Frame): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  await page.evaluate(await readFile(axe, 'utf8'));
  const violations = (await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: unknown }> };
    };
    // That rule looks for whole words between spaces, which Chinese does not have.
    const options = { rules: { 'label-content-name-mismatch': { enabled: false } } };
    return (await axe.run(document, options)).violations;
  })) as Finding[];
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}\n  ${n.html.slice(0, 160)}\n  ${n.failureSummary ?? ''}`));
}

/** Nothing sticks out sideways of a page that must fit. */
export async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, 'the page scrolls sideways').toBeLessThanOrEqual(0);
}
