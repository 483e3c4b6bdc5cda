import { join } from 'node:path'
import { type DatasetReader, emptyDraft } from '@engine/formats/datasets/dataset'
import { applyLabelTable } from '@engine/formats/datasets/label-table'
import { applySessionTables } from '@engine/formats/datasets/session-tables'
import { type PlacedFile, subjectCases } from '@engine/formats/datasets/subject-cases'
import { isImageFile, isMaskFile, parseSubjectFile } from '@engine/formats/datasets/subject-names'

/** A tree of the Brain Imaging Data Structure: `sub-X[/ses-Y]/anat/…`, masks below `derivatives/`. */
export const bidsReader: DatasetReader = {
  kind: 'bids',
  title: 'BIDS tree',
  recognises: async ({ named, files }) => named === null && files.some((file) => rawFile(file) !== null),

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const files = place.files.map(placedFile).filter((file) => file !== null)
    subjectCases(
      place,
      { images: files.filter((file) => isImageFile(file) && !isMaskFile(file)), masks: files.filter(isMaskFile) },
      wishes,
      draft
    )
    if (place.files.includes('participants.tsv')) {
      await applyLabelTable(draft, join(place.root, 'participants.tsv'), wishes.label)
    } else draft.warnings.push('There is no participants.tsv: cases have no label.')
    await applySessionTables(place, draft, wishes.label)
    job.progress('Reading tables', 1, 1)
    return draft
  }
}

const rawPattern = /^(sub-[A-Za-z0-9]+)\/(?:(ses-[A-Za-z0-9]+)\/)?([a-z]+)\/[^/]+$/
const derivedPattern = /^derivatives\/([^/]+)\/(?:.+\/)?sub-[A-Za-z0-9]+\/.*[^/]+$/

function rawFile(path: string): PlacedFile | null {
  if (!rawPattern.test(path)) return null
  const file = parseSubjectFile(path)
  return file === null ? null : { ...file, fullKind: file.kind, pipeline: '' }
}

/** A file of a subject, as acquired or derived; everything else in the tree is no image of a case. */
function placedFile(path: string): PlacedFile | null {
  const raw = rawFile(path)
  if (raw !== null) return raw
  const derived = derivedPattern.exec(path)
  const file = derived === null ? null : parseSubjectFile(path)
  if (derived === null || file === null) return null
  const [, pipeline] = derived
  return { ...file, fullKind: `${pipeline}: ${isMaskFile(file) ? maskKind(file.kind) : file.kind}`, pipeline }
}

/** The kind of a mask without what it inherits from its image: acquisition, space, resolution. */
const maskKind = (kind: string): string =>
  kind
    .split('_')
    .filter((part) => !/^(acq|space|res|rec|ce|dir|echo|T1w|T2w|FLAIR)(-|$)/.test(part))
    .join('_')
