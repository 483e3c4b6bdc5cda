import { join } from 'node:path'
import { type DatasetDraft, type DatasetReader, emptyDraft } from '@engine/formats/datasets/dataset'
import { applyLabelTable } from '@engine/formats/datasets/label-table'
import type { DatasetPlace } from '@engine/formats/datasets/place'
import { applySessionTables } from '@engine/formats/datasets/session-tables'
import { type PlacedFile, subjectCases } from '@engine/formats/datasets/subject-cases'
import { isImageFile, isMaskFile, parseSubjectFile } from '@engine/formats/datasets/subject-names'
import { hasColumns, tableColumns } from '@engine/formats/datasets/table'
import type { DatasetWishes } from '@shared/dataset'

/** A tree of Clinica and ClinicaDL: `subjects/sub-X/ses-Y/<pipeline>/…` with a table of diagnoses. */
export const capsReader: DatasetReader = {
  kind: 'caps',
  title: 'CAPS tree',
  recognises: async ({ named, files }) => named === null && files.some((file) => capsPattern.test(file)),

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const files = place.files.map(placedFile).filter((file) => file !== null)
    subjectCases(
      place,
      { images: files.filter((file) => isImageFile(file) && !isMaskFile(file)), masks: files.filter(isMaskFile) },
      wishes,
      draft
    )
    sayTensors(files, draft)
    await applyDiagnoses(place, wishes, draft)
    await applySessionTables(place, draft, wishes.label)
    job.progress('Reading tables', 1, 1)
    return draft
  }
}

const capsPattern = /^subjects\/sub-[A-Za-z0-9]+\/ses-[A-Za-z0-9]+\/(.+)\/[^/]+$/

function placedFile(path: string): PlacedFile | null {
  const match = capsPattern.exec(path)
  const file = match === null ? null : parseSubjectFile(path)
  if (match === null || file === null) return null
  return { ...file, fullKind: `${match[1]}/${file.kind}`, pipeline: '' }
}

/** ClinicaDL keeps copies of the images as PyTorch pickles, which can run code when opened. */
function sayTensors(files: readonly PlacedFile[], draft: DatasetDraft): void {
  const tensors = files.filter(({ ending }) => ending === 'pt').length
  if (tensors === 0) return
  draft.warnings.push(
    `${tensors} PyTorch tensors (.pt, deeplearning_prepare_data) are not opened: they are pickles. The NIfTI images they were made of are used where they are there.`
  )
}

/** `participants.tsv`, else the first table beside `subjects` that names participants. */
async function applyDiagnoses(place: DatasetPlace, wishes: DatasetWishes, draft: DatasetDraft): Promise<void> {
  const tables: string[] = []
  for (const file of place.files.filter((candidate) => /^[^/]+\.tsv$/i.test(candidate))) {
    if (hasColumns(await tableColumns(join(place.root, file)), ['participant_id'])) tables.push(file)
  }
  const chosen = tables.find((file) => file === 'participants.tsv') ?? tables[0]
  if (chosen === undefined) {
    draft.warnings.push('There is no table of participants beside “subjects”: give one with --labels.')
    return
  }
  if (tables.length > 1) {
    const others = tables.filter((file) => file !== chosen)
    draft.assumptions.push(`Participants are those of ${chosen}; not read: ${others.join(', ')}.`)
  }
  await applyLabelTable(draft, join(place.root, chosen), wishes.label)
}
