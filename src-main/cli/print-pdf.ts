import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { PdfPrinter } from '@engine/report/pdf-printer'

const limitMs = 180_000

/** The Electron that is installed beside the program; null without one, or before the window was built. */
export function installedElectron(programFolder: string): string | null {
  if (!existsSync(join(programFolder, 'out', 'main', 'main.js'))) return null
  try {
    const path: unknown = createRequire(join(programFolder, 'package.json'))('electron')
    return typeof path === 'string' && existsSync(path) ? path : null
  } catch {
    return null
  }
}

/** Prints with the window's own Chromium, started without a screen. Throws Fault `unsupported-file` without one, `internal` when it fails. */
export function electronPrinter(programFolder: string): PdfPrinter {
  return async ({ html, pdf, foot }) => {
    const electron = installedElectron(programFolder)
    if (electron === null) {
      throw new Fault('unsupported-file', 'No PDF was made: there is no Electron here to print it with.', {
        hint: 'report.html holds the same; any browser prints it.'
      })
    }
    // Chromium refuses to sandbox the superuser, and needs no screen on Linux when told so.
    const switches = [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...(process.platform === 'linux' ? ['--ozone-platform=headless'] : []),
      '--disable-gpu',
      `--print-report=${html}`,
      `--print-to=${pdf}`,
      `--print-foot=${foot}`
    ]
    const status = await run(electron, [...switches, programFolder])
    if (status !== 0 || !existsSync(pdf)) {
      throw new Fault('internal', 'The PDF could not be printed.', {
        hint: 'report.html holds the same; any browser prints it.'
      })
    }
  }
}

function run(program: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env
    const child = spawn(program, args, { stdio: 'ignore', env, timeout: limitMs, killSignal: 'SIGKILL' })
    child.once('error', () => resolve(null))
    child.once('exit', (code) => resolve(code))
  })
}
