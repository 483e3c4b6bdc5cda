import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/app',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // One window at a time: the tests share two cores with the engine they drive.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  // Windows, keys and processes meet on two cores. What passes only at the second try is named in the last lines of the run.
  retries: 1,
  reporter: [['list'], ['json', { outputFile: 'out/test-reports/playwright.json' }]]
})
