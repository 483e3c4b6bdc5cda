// The closing line of a test run: `N passed, N failed`, over the reports of vitest and Playwright in the folder given.
// A report that is missing or empty is a failure: nothing ran where something should have.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]

function read(name) {
  const path = join(folder, name)

  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Counts of a vitest report; a test file that could not be loaded counts as one failed test. */
function countUnit(report) {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)

  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests
  }
}

function countWindow({ stats, errors }) {
  if (stats.flaky > 0)
    console.log(`${stats.flaky} window tests passed at the second try only; they stand above as flaky`)

  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped }
}

const runs = [
  ['unit tests', read('vitest.json'), countUnit],
  ['window', read('playwright.json'), countWindow]
]

let passed = 0
let failed = 0

for (const [name, report, count] of runs) {
  const counts = report === undefined ? { passed: 0, failed: 0, skipped: 0 } : count(report)
  const nothingRan = counts.passed + counts.failed === 0

  passed += counts.passed
  failed += counts.failed + (nothingRan ? 1 : 0)
  console.log(
    nothingRan
      ? `${name}: nothing ran`
      : `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
  )
}

console.log(`${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1
