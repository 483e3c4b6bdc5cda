import { listRecords, type StudyRow } from '@engine/project/reading-rows'
import type { Output } from '@shared/protocol'
import type { Workbench } from '../workbench'
import { caseCode, orderFor } from './reading-place'

/** What readers flagged or wrote, case by case; also of readings that are not done. */
export function studyRemarks({ workspace }: Workbench, row: StudyRow): Output<'reading.remarks'> {
  const { study } = row
  return study.readers
    .flatMap(({ id, name }) => {
      const places = new Map(orderFor(row, id).map((place) => [place.reading, place]))
      return listRecords(workspace.database, study.id, id)
        .filter(({ flagged, comment }) => flagged || comment !== '')
        .flatMap(({ reading, flagged, comment, certainty, state }) => {
          const place = places.get(reading)
          if (place === undefined) return []
          const { caseIndex, repeat } = place
          return [
            {
              caseIndex,
              code: caseCode(caseIndex),
              reader: name,
              repeat,
              flagged,
              comment,
              certainty,
              done: state === 'done'
            }
          ]
        })
    })
    .sort((one, other) => one.caseIndex - other.caseIndex)
}
