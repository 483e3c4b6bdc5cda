import type { Handlers } from '@engine/engine'
import { drawingsWithoutStudy } from '@engine/project/drawing-rows'
import type { ReadingProgress, WorklistLine } from '@shared/worklist'
import { readCaseNote } from './case-note'
import type { Workbench } from './workbench'

/** What the list of cases says beside what the files say: maps that are there, and how far the reader is. */
export function worklistHandlers(workbench: Workbench): Pick<Handlers, 'worklist.read'> {
  return {
    async 'worklist.read'() {
      return { lines: worklistLines(workbench) }
    }
  }
}

function worklistLines({ cases, maps, profiles, workspace }: Workbench): WorklistLine[] {
  const counts = maps.finishedCounts()
  const readings = readingsOf(workspace, profiles.orNobody?.id ?? null)
  return cases.list().flatMap(({ caseId, attached }) => {
    const opened = attached.filter(({ kind }) => kind === 'map').length
    const line = { caseId, maps: (counts.get(caseId) ?? 0) + opened, reading: readings.get(caseId) ?? 'to do' }
    return line.maps === 0 && line.reading === 'to do' ? [] : [line]
  })
}

/** Of every case the reader has touched: begun, or done. */
function readingsOf(workspace: Workbench['workspace'], reader: string | null): Map<string, ReadingProgress> {
  const readings = new Map<string, ReadingProgress>()
  for (const row of drawingsWithoutStudy(workspace.database)) {
    if (row.reader !== reader) continue
    const { done, noFinding, certainty, flagged, comment } = readCaseNote(workspace, row.id)
    const begun = row.cursor > 0 || noFinding || certainty !== null || flagged || comment !== ''
    if (done) readings.set(row.caseId, 'done')
    else if (begun && readings.get(row.caseId) !== 'done') readings.set(row.caseId, 'started')
  }
  return readings
}
