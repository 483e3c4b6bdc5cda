import { untrack } from 'svelte'
import type { DrawingCopy } from '@shared/drawing-copies'
import { call, on } from '../engine/client'
import { toFaultReport } from '../engine/fault'
import { copyWords } from './catalogue-copies'
import { drawing } from './drawing.svelte'
import { ownKeys } from './own-keys.svelte'
import { shell } from './shell.svelte'

/** Copies of what was held when somebody else took the drawing on the screen over; offered as soon as it can be drawn again. */
class HeldCopies {
  list = $state.raw<readonly DrawingCopy[]>([])
  /** What adding one did, by its id. */
  said = $state.raw<Readonly<Record<string, string>>>({})

  /** Follows the engine and the drawing; returns the function that stops it. */
  listen(): () => void {
    const stop = on('copied', ({ drawing: of, sentence }) => {
      shell.report({ code: 'read-only', message: sentence }, copyWords.kept)
      if (drawing.opened?.drawing === of) void drawing.reopen()
    })
    const end = $effect.root(() => {
      $effect(() => {
        const opened = drawing.opened
        untrack(() => void this.show(opened?.readOnly === null ? opened.drawing : null))
      })
    })

    return () => {
      stop()
      end()
    }
  }

  async add(copy: string): Promise<void> {
    const end = await drawing.change(copyWords.adding, (drawn, options) =>
      call('drawing.addCopy', { drawing: drawn, copy }, options)
    )
    if (end === 'stopped') return
    this.said = { ...this.said, [copy]: end === 'unchanged' ? copyWords.nothing : copyWords.added(ownKeys.cap('undo')) }
  }

  async putAway(copy: string): Promise<void> {
    await this.#ask(async (drawn) => {
      this.list = await call('drawing.putCopyAway', { drawing: drawn, copy })
    })
  }

  /** The copies of a drawing that can be drawn on; null: of none. */
  async show(drawn: string | null): Promise<void> {
    if (drawn === null) this.list = []
    else
      await this.#ask(async () => {
        const list = await call('drawing.copies', { drawing: drawn })
        // Another case may be on the screen by now.
        if (drawing.opened?.drawing === drawn) this.list = list
      })
  }

  async #ask(work: (drawn: string) => Promise<unknown>): Promise<void> {
    const drawn = drawing.opened?.drawing
    if (drawn === undefined) return
    try {
      await work(drawn)
    } catch (thrown) {
      shell.report(toFaultReport(thrown))
    }
  }
}

export const heldCopies = new HeldCopies()
