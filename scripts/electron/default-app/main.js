// A stand-in for Electron's own default app: `electron [-r MODULE]… [--switch]… FOLDER [argument]…`.
// It is an ES module with top-level await on purpose: Electron then holds `ready` back until the app's module has run;
// from CommonJS `ready` could fire before the app listens.
import { existsSync, readFileSync } from 'node:fs'
import Module from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

/** Splits the command line into modules to preload and the app's folder. */
function readArguments(words) {
  const preloads = []

  for (let index = 0; index < words.length; index++) {
    const word = words[index]

    if (word === '-v' || word === '--version') {
      console.log(`v${process.versions.electron}`)
      process.exit(0)
    }

    if (word === '-r' || word === '--require') preloads.push(words[++index])
    else if (word.startsWith('--require=')) preloads.push(word.slice('--require='.length))
    else if (!word.startsWith('-')) return { preloads, folder: word }
  }

  return { preloads, folder: undefined }
}

/** Gives the app its name, version and user folder as a packaged program would have them; returns its entry file. */
function introduce(folder) {
  const manifestPath = join(folder, 'package.json')
  if (!existsSync(manifestPath)) return folder

  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'))
  const name = manifest.productName ?? manifest.name

  if (manifest.version) app.setVersion(manifest.version)

  if (name) {
    app.setName(name)
    // A --user-data-dir given on the command line wins.
    if (!app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(app.getPath('appData'), name))
  }

  app.setAppPath(folder)

  return join(folder, manifest.main ?? 'index.js')
}

const { preloads, folder } = readArguments(process.argv.slice(1))
if (preloads.length > 0) Module._preloadModules(preloads)

if (folder === undefined) {
  console.error('usage: electron FOLDER')
  process.exit(1)
}

process.defaultApp = true

try {
  await import(pathToFileURL(introduce(resolve(folder))).href)
} catch (error) {
  console.error('The app failed while loading.\n', error)
  process.exit(1)
}
