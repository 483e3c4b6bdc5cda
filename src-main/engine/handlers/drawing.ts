import type { Handlers } from '@engine/engine'
import type { Volume } from '@engine/geometry/volume'
import type { Journal, Move } from '@engine/project/journal'
import type { drawingCommands, DrawingMove, OpenDrawing } from '@shared/drawing'
import { checkStroke, madeEntry, segmentChange } from './drawing-changes'
import type { OpenJournal } from './drawing-shelf'
import { imageIdentity } from './image-identity'
import type { Workbench } from './workbench'

/** Those of checkpoints stand by themselves. */
type PointCommands = 'drawing.checkpoint' | 'drawing.restore'
type DrawingHandlers = Pick<Handlers, Exclude<keyof typeof drawingCommands, PointCommands>>

/** An open drawing, and the window it is open in. */
interface Which {
  readonly drawing: string
  readonly window: string
}

/** Drawing: every change is an entry of the journal and on the disk when its answer names the time. */
export function drawingHandlers({ cases, drawings, workspace }: Workbench): DrawingHandlers {
  const moved = ({ drawing, window }: Which, to: (journal: Journal) => number): DrawingMove | null => {
    const { journal } = drawings.writable(drawing, window)
    return movedTo(journal, to(journal))
  }
  return {
    async 'drawing.open'({ caseId, ...which }) {
      const volume = await cases.volume(caseId)
      const opened = drawings.take({ ...which, caseId, image: imageIdentity(volume), grid: gridOf(volume) })
      return { ...shownDrawing(opened), caseId }
    },

    async 'drawing.close'({ drawing, window }) {
      drawings.close(drawing, window)
      return {}
    },

    async 'drawing.commit'({ drawing, window, stroke }) {
      const { journal } = drawings.writable(drawing, window)
      checkStroke(journal, stroke)
      return journal.commit({ ...stroke, changes: [] })
    },

    async 'drawing.undo'(which) {
      return moved(which, ({ cursor }) => cursor - 1)
    },

    async 'drawing.redo'(which) {
      return moved(which, ({ cursor }) => cursor + 1)
    },

    async 'drawing.go'({ cursor, ...which }) {
      return moved(which, () => cursor)
    },

    async 'drawing.segment'({ drawing, window, change }) {
      const { journal } = drawings.writable(drawing, window)
      const { entry, segment } = segmentChange(journal, change)
      return { ...madeEntry(journal, entry), segment }
    },

    async 'drawing.saving'() {
      return workspace.saver.state
    }
  }
}

/** Checkpoints: names for what is drawn, and the way back to it. */
export function drawingPointHandlers({ drawings }: Workbench): Pick<Handlers, PointCommands> {
  return {
    async 'drawing.checkpoint'({ drawing, window, change }) {
      const { journal } = drawings.writable(drawing, window)
      if (change.action === 'name') journal.namePoint(change.name)
      else journal.removePoint(change.point)
      return { points: journal.points.list }
    },

    async 'drawing.restore'({ drawing, window, point }) {
      const { journal } = drawings.writable(drawing, window)
      const { entry: place } = journal.points.require(point)
      if (place !== null) return { moved: movedTo(journal, place), made: null }
      const entry = journal.entryBackTo(point)
      return { moved: null, made: entry === null ? null : madeEntry(journal, entry) }
    }
  }
}

function movedTo(journal: Journal, cursor: number): DrawingMove | null {
  const move = journal.go(cursor)
  return move === null ? null : shownMove(journal, move)
}

function gridOf({ size, affine, spacingMm }: Volume): OpenJournal['journal']['drawing']['grid'] {
  return { size, affine, spacingMm }
}

function shownDrawing({ journal, reader, readOnly, recovered }: OpenJournal): Omit<OpenDrawing, 'caseId'> {
  const { id, study, reading, grid } = journal.drawing
  const segments = [...journal.shown.segments]
  return {
    drawing: id,
    reader: { profile: reader.id, name: reader.name },
    study,
    reading,
    grid: {
      size: [...grid.size],
      affine: [...grid.affine],
      spacingMm: grid.spacingMm === null ? null : [...grid.spacingMm]
    },
    segments,
    labelmaps: segments.map(({ segment }) => ({ segment, slices: journal.shown.labelmap(segment) })),
    entries: [...journal.history],
    cursor: journal.cursor,
    points: journal.points.list,
    readOnly,
    recovered
  }
}

function shownMove(journal: Journal, { cursor, entry, deltas, savedAt }: Move): DrawingMove {
  return { cursor, entry, deltas: [...deltas], savedAt, segments: [...journal.shown.segments] }
}
