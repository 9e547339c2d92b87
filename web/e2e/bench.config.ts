import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** Speed of the desk in a real browser, on a quiet machine: `npm run bench --workspace e2e`. */
export default defineConfig(base, {
  testDir: 'bench',
  testMatch: '*.bench.ts',
  fullyParallel: false,
  workers: 1,
  timeout: 180_000,
});
