import { dialog, type BrowserWindow } from 'electron'
import type { ShellEvent } from '@shared/shell-calls'

/** Asks before a window with running jobs is closed: on the page while it lives, else with a plain dialog. */
export class QuitGuard {
  readonly #window: BrowserWindow
  /** As the page counts: jobs, and changes that are not on the disk. */
  #ofPage = 0
  /** As the engine counts: also those a blinded reading hides from the page. */
  #ofEngine = 0
  #pageAnswers = true

  constructor(window: BrowserWindow) {
    this.#window = window
    window.on('close', (event) => {
      if (this.#open === 0) return
      event.preventDefault()
      this.#ask()
    })
    window.on('unresponsive', () => (this.#pageAnswers = false))
    window.on('responsive', () => (this.#pageAnswers = true))
    window.webContents.on('render-process-gone', () => (this.#pageAnswers = false))
    window.webContents.on('did-finish-load', () => (this.#pageAnswers = true))
  }

  /** How many jobs and unsaved changes the page knows of. */
  busy(jobs: number): void {
    this.#ofPage = jobs
  }

  /** How many jobs run or wait. */
  engineBusy(jobs: number): void {
    this.#ofEngine = jobs
  }

  get #open(): number {
    return Math.max(this.#ofPage, this.#ofEngine)
  }

  /** The user's answer; closing for good when it is yes. */
  answer(quit: boolean): void {
    if (!quit) return
    this.#ofPage = 0
    this.#ofEngine = 0
    this.#window.close()
  }

  #ask(): void {
    if (this.#pageAnswers) {
      this.#window.webContents.send('shell:event', { kind: 'quit-asked', jobs: this.#open } satisfies ShellEvent)
      return
    }

    const choice = dialog.showMessageBoxSync(this.#window, {
      type: 'question',
      message:
        this.#open === 1
          ? 'A job is still running. Close anyway?'
          : `${this.#open} jobs are still running. Close anyway?`,
      detail: 'What is finished is kept; the rest is offered again at the next start.',
      buttons: ['Keep running', 'Close'],
      defaultId: 0,
      cancelId: 0
    })
    this.answer(choice === 1)
  }
}
