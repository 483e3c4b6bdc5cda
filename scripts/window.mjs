// Opens the built window. Arguments go to Electron.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const electron = createRequire(import.meta.url)('electron')

// Chromium refuses to sandbox the superuser; everyone else runs with the sandbox.
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
if (asRoot.length > 0) console.error('Running as root: Electron cannot use its sandbox (--no-sandbox).')

const child = spawn(electron, [...asRoot, root, ...process.argv.slice(2)], { stdio: 'inherit' })
child.on('exit', (code, signal) => (process.exitCode = signal === null ? (code ?? 0) : 1))
