import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** One answer for each dialog that will open: paths, or null for "cancelled". */
export type DialogAnswers = (string | string[] | null)[]

export interface LaunchOptions {
  readonly dialogs?: DialogAnswers
  /** Settings, recent files and unfinished jobs of an earlier run; a fresh folder when absent. */
  readonly userFolder?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What stands behind the program's name on the command line. */
  readonly arguments?: readonly string[]
}

/** The running program as a test drives it. */
export interface RunningApp {
  readonly app: ElectronApplication
  /** Kept from the start: Playwright forgets it with the last window. */
  readonly process: ChildProcess
  readonly page: Page
  readonly userFolder: string
  /** Console errors and uncaught exceptions of the page so far. */
  readonly pageErrors: string[]
  /** Ends the program, whatever it is doing, and removes its folder unless the test brought its own. */
  close(): Promise<void>
}

/** Chromium refuses to sandbox the superuser; run the tests as another user to have the sandbox on. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Starts the built program on a user folder of its own. */
export async function launch(options: LaunchOptions = {}): Promise<RunningApp> {
  const userFolder = options.userFolder ?? mkdtempSync(join(tmpdir(), 'saliscope-test-'))
  const app = await _electron.launch({
    args: [...asRoot, `--user-data-dir=${userFolder}`, root, ...(options.arguments ?? [])],
    cwd: root,
    env: {
      ...(process.env as Record<string, string>),
      SALISCOPE_TEST_DIALOG: JSON.stringify(options.dialogs ?? []),
      ...options.environment
    }
  })
  const child = app.process()
  const page = await app.firstWindow()
  const pageErrors: string[] = []

  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text())
  })
  page.on('pageerror', (error) => pageErrors.push(error.stack ?? String(error)))

  // From here on the page listens to the window.
  await page.locator('#app > *').first().waitFor()

  return {
    app,
    process: child,
    page,
    userFolder,
    pageErrors,
    close: async () => {
      await endApp(app, child)
      if (options.userFolder === undefined) rmSync(userFolder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Ends the program without asking: a test that failed in the middle of a job must not wait for a question. */
async function endApp(app: ElectronApplication, child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return

  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  // `exit` skips the question about running jobs; will-quit is skipped too, so the engine sees its port close.
  await app.evaluate(({ app: program }) => program.exit(0)).catch(() => undefined)
  const patience = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(patience)
}
