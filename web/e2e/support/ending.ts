import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig, FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

/** How many tests may need their second try before the run counts as failed. */
const SECOND_TRIES = 2;

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/**
 * The end of a run in a few lines: which tests failed, which passed only at their second try, each with the first words of its error.
 * They are printed last and stand in `test-results/ending.txt`, so that a log of which only the end was kept still names them.
 * A second try is for the machine that stood still for a moment; tests that need one more than twice in a run fail it.
 */
export default class Ending implements Reporter {
  #suite: Suite | undefined;
  #folder = 'test-results';

  onBegin(config: FullConfig, suite: Suite): void {
    this.#suite = suite;
    this.#folder = config.projects[0]?.outputDir ?? this.#folder;
  }

  printsToStdio(): boolean {
    return false;
  }

  onEnd(result: FullResult): Promise<{ status?: FullResult['status'] }> {
    const tests = this.#suite?.allTests() ?? [];
    const failed = tests.filter((test) => test.outcome() === 'unexpected');
    const second = tests.filter((test) => test.outcome() === 'flaky');
    const tooMany = second.length > SECOND_TRIES;
    const lines = [
      ...failed.map((test) => `failed: ${words(test)}`),
      ...second.map((test) => `passed at the second try: ${words(test)}`),
      ...(tooMany ? [`more than ${SECOND_TRIES} tests needed a second try: mend them`] : []),
    ];
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, 'ending.txt'), lines.map((line) => `${line}\n`).join(''));
    if (lines.length > 0) process.stdout.write(`\n${lines.join('\n')}\n`);
    return Promise.resolve(tooMany && result.status === 'passed' ? { status: 'failed' } : {});
  }
}

/** Its file and line, its title, and what its first failing try said. */
function words(test: TestCase): string {
  const error = test.results.flatMap((result) => result.errors)[0]?.message ?? 'no error was told';
  const said = error
    .replace(COLOURS, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length > 0)
    .slice(0, 6)
    .join(' · ');
  const file = test.location.file.split('/').pop() ?? '';
  return `${file}:${test.location.line} ${test.title}: ${said}`;
}
