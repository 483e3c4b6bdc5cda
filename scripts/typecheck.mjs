// Checks the types of each runtime on its own: no DOM in the engine, no Node in the page, neither in what they share.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const require = createRequire(import.meta.url)
const compiler = require.resolve('typescript/bin/tsc')
const svelteCheck = join(dirname(require.resolve('svelte-check/package.json')), 'bin', 'svelte-check')

const checks = [
  ...['shared', 'engine', 'shell'].map((name) => [name, [compiler, '-p', `tsconfig.${name}.json`, '--noEmit']]),
  // svelte-check reads the .ts files of the page too; plain tsc cannot see into components.
  ['renderer', [svelteCheck, '--tsconfig', 'tsconfig.renderer.json', '--threshold', 'error', '--output', 'human']]
]

for (const [name, commandLine] of checks) {
  const run = spawnSync(process.execPath, commandLine, { cwd: root, encoding: 'utf8' })

  if (run.status === 0) {
    console.log(`types of ${name}: fine`)
  } else {
    console.error(`types of ${name}:\n${run.stdout}${run.stderr}`)
    process.exitCode = 1
  }
}
