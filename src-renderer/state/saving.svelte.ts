import type { SavingState } from '@shared/drawing'
import { call, on, onReconnect } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { workspaceWords } from './catalogue-workspace'
import { jobs } from './jobs.svelte'
import { shell } from './shell.svelte'

/** Whether everything drawn is on the disk, as the engine tells it. */
class Saving {
  now = $state.raw<SavingState>({ state: 'saved', fault: null, held: 0, savedAt: null })

  /** Changes that closing the window would lose. */
  get held(): number {
    return this.now.held
  }

  /** Local time of the last change on the disk; null before the first. */
  get time(): string | null {
    return this.now.savedAt === null ? null : new Date(this.now.savedAt).toTimeString().slice(0, 8)
  }

  /** Follows the engine; returns the function that stops it. */
  listen(): () => void {
    const stops = [on('saving', (state) => this.#take(state)), onReconnect(() => this.#read())]
    this.#read()

    return () => stops.forEach((stop) => stop())
  }

  #read(): void {
    call('drawing.saving', {})
      .then((state) => this.#take(state))
      .catch((thrown: unknown) => shell.report(toFaultReport(thrown)))
  }

  #take(state: SavingState): void {
    const before = this.now.state
    this.now = state
    jobs.hold(state.held)
    if (state.fault !== null) {
      shell.saved = { failed: workspaceWords.why(state.fault, state.held) }
      // Once: the status line goes on counting.
      if (before !== 'unsaved') shell.report({ ...state.fault, message: workspaceWords.held(state.held) })
    } else if (before === 'unsaved') {
      shell.saved = 'saved'
      for (const notice of shell.notices) {
        if (['disk-full', 'not-writable', 'locked'].includes(notice.fault.code)) shell.putAway(notice.id)
      }
    }
  }
}

export const saving = new Saving()
