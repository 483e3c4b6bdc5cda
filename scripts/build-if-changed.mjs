// Builds only when something the build reads has changed: the hash of it all is kept beside the output.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'out', '.source-hash')
const folders = ['src-main', 'src-renderer', 'benchmarks']
const files = ['electron.vite.config.ts', 'svelte.config.js', 'package.json', 'package-lock.json']

/** Every file the build may read, in a fixed order. */
function sources() {
  const inFolders = folders
    .map((folder) => join(root, folder))
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

  return [...inFolders, ...files.map((file) => join(root, file))].sort()
}

function hashOf(paths) {
  const hash = createHash('sha256')

  for (const path of paths) {
    hash.update(path.slice(root.length))
    hash.update('\0')
    hash.update(readFileSync(path))
    hash.update('\0')
  }

  return hash.digest('hex')
}

const hash = hashOf(sources())

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) {
  console.log('build: up to date')
} else {
  rmSync(stamp, { force: true })
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, encoding: 'utf8' })

  if (run.status === 0) {
    writeFileSync(stamp, hash)
    console.log('build: done')
  } else {
    console.error(run.stdout + run.stderr)
    console.error('The build failed; the messages above say where.')
    process.exitCode = 1
  }
}
