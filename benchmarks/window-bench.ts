import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Runs the frame-time bench on the real window; the display must be there (`xvfb-run -a` where there is none). */
export function benchWindow(): number {
  const playwright = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js')
  const { status } = spawnSync(process.execPath, [playwright, 'test', 'tests/app/bench', '--retries', '0'], {
    stdio: 'inherit',
    env: { ...process.env, SALISCOPE_BENCH: '1' }
  })
  return status ?? 1
}
