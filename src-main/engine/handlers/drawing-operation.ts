import { Fault } from '@engine/fault'
import { throwIfCancelled } from '@engine/job'
import type { Handlers } from '@engine/engine'
import { middleSlice } from '@engine/project/drawing-state'
import type { drawingOperationCommands } from '@shared/drawing-operations'
import { caseNote } from './case-note'
import { madeEntry, nothingChanged } from './drawing-changes'
import { measured } from './drawn-measure'
import { drawnOutcome } from './drawn-outcome'
import { operationName } from './operation-name'
import type { Workbench } from './workbench'

type OperationHandlers = Pick<Handlers, keyof typeof drawingOperationCommands>

/** Tools that look at the whole labelmap, sizes, and what the reader says of the case. */
export function drawingOperationHandlers(workbench: Workbench): OperationHandlers {
  const { drawings, cases } = workbench
  return {
    async 'drawing.operation'({ drawing, window, action }, job) {
      const { journal, caseId } = drawings.writable(drawing, window)
      const image = await cases.volume(caseId)
      const { cursor, history } = journal
      const segments = [...journal.shown.segments]
      const name = operationName(action, { segments, scaled: image.spacingMm !== null })
      const { deltas, changes } = await drawnOutcome(action, { journal, image, job })
      throwIfCancelled(job)
      if (deltas.length === 0 && changes.length === 0) return nothingChanged(journal)
      const now = drawings.writable(drawing, window).journal
      if (now !== journal || now.cursor !== cursor || now.history !== history) throw overtaken(name)
      return madeEntry(journal, { name, tool: null, slice: middleSlice(deltas), deltas, changes })
    },

    async 'drawing.measure'({ drawing, window }) {
      return measured(drawings.require(drawing, window).journal)
    },

    async 'drawing.note'({ drawing, window, change }) {
      return caseNote(workbench, { drawing, window }, change)
    }
  }
}

/** What was worked out belongs to the outline as it was. */
function overtaken(name: string): Fault {
  return new Fault('usage', `The outline was changed while “${name}” was worked out, so nothing was done.`, {
    hint: 'Do it again.'
  })
}
