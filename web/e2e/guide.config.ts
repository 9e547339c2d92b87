import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** Takes the pictures of the user guide from the demonstration: `npm run guide --workspace e2e`. */
export default defineConfig(base, {
  testDir: 'guide',
  testMatch: '*.guide.ts',
  fullyParallel: false,
  workers: 1,
  timeout: 400_000,
  use: { deviceScaleFactor: 1.25 },
});
