import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import { stateAt } from '@engine/project/checkpoints'
import { type DrawingRow, drawingsWithoutStudy, entrySavedAt } from '@engine/project/drawing-rows'
import { findProfile } from '@engine/project/profile-rows'
import type { Workspace } from '@engine/project/workspace'
import { readCaseNote } from './case-note'
import type { CaseEntry, CaseMask } from './case-shelf'
import { drawnMask, drawnSegments, drawnState, isOutlined } from './drawn-mask'
import { imageIdentity } from './image-identity'

/** Outlines that were drawn outside a study and finished: they lie on their case whenever it is opened. */
export class FinishedDrawings {
  private known: Map<string, DrawingRow[]> | null = null

  constructor(private readonly workspace: Workspace) {}

  /** An entry with the outlines of every reader who is done with it; a file's outline of the same reader is replaced. */
  dress(entry: CaseEntry): CaseEntry {
    const rows = this.byCase().get(entry.caseId) ?? []
    const masks = rows.flatMap((row) => this.maskOf(row) ?? [])
    if (masks.length === 0) return entry
    const readers = new Set(masks.map(({ reader }) => reader))
    return { ...entry, masks: [...entry.masks.filter(({ reader }) => !readers.has(reader)), ...masks] }
  }

  /** After a case was finished, or taken up again. */
  forget(): void {
    this.known = null
  }

  private maskOf(row: DrawingRow): CaseMask | null {
    const { workspace } = this
    const reader = findProfile(workspace.database, row.reader)
    const shown = (): ReturnType<typeof stateAt> => stateAt(workspace, row.id, row.cursor)
    if (reader === null || !isOutlined(shown())) return null
    const on = <T>(
      image: Volume,
      take: (drawn: { drawing: DrawingRow; shown: ReturnType<typeof stateAt> }) => T
    ): Promise<T> => {
      if (imageIdentity(image) === row.image) return Promise.resolve(take({ drawing: row, shown: shown() }))
      return Promise.reject(
        new Fault('geometry-mismatch', `The outline of ${reader.name} was drawn on another image.`, {
          subject: reader.name,
          hint: 'The file of this case was changed since: open the image that was outlined.'
        })
      )
    }
    // Asked whenever a report is looked at: the history is played again only where its last entry is another one.
    let told: { savedAt: string | null; state: string } | null = null
    const state = (): string => {
      const savedAt = entrySavedAt(workspace.database, row.id, row.cursor)
      if (told?.savedAt !== savedAt) told = { savedAt, state: drawnState(shown()) }
      return told.state
    }
    return {
      reader: reader.name,
      profile: reader.id,
      from: 'drawing',
      state,
      load: (image) => on(image, (drawn) => drawnMask(drawn, image)),
      segments: (image) => on(image, (drawn) => drawnSegments(drawn, image, reader.name))
    }
  }

  private byCase(): Map<string, DrawingRow[]> {
    if (this.known !== null) return this.known
    this.known = new Map()
    for (const row of drawingsWithoutStudy(this.workspace.database)) {
      if (!readCaseNote(this.workspace, row.id).done) continue
      this.known.set(row.caseId, [...(this.known.get(row.caseId) ?? []), row])
    }
    return this.known
  }
}
