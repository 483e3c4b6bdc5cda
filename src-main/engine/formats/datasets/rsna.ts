import { join } from 'node:path'
import { present, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import {
  type DatasetDraft,
  type DatasetReader,
  draftCase,
  type DraftCase,
  emptyDraft
} from '@engine/formats/datasets/dataset'
import { ImageLookup, possibleImages } from '@engine/formats/datasets/image-lookup'
import { readTableWith, tableWith } from '@engine/formats/datasets/named-table'
import type { TableRow } from '@engine/formats/datasets/table'
import { throwIfCancelled } from '@engine/job'
import type { Box } from '@shared/experiment'

const columns = ['patientId', 'x', 'y', 'width', 'height', 'Target']

/** Boxes of the RSNA Pneumonia Detection Challenge: a row per box, images named by patientId. */
export const rsnaReader: DatasetReader = {
  kind: 'rsna',
  title: 'RSNA box table',
  recognises: async (place) => (await tableWith(place, columns)) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const opened = await readTableWith(place, columns, draft)
    if (opened === null) return draft
    const { table } = opened
    const finding = wishes.positive ?? 'pneumonia'
    const images = new ImageLookup(possibleImages(place.files))
    const cases = new Map<string, DraftCase | null>()
    for (const [index, row] of table.rows.entries()) {
      if (index % 500 === 0) throwIfCancelled(job)
      job.progress('Reading rows', index, table.rows.length)
      const item = caseOf(row, { draft, images, cases, root: place.root })
      if (item !== null) addRow(item, row, { draft, finding })
    }
    draft.assumptions.push(
      `Target 1 is taken as the label “${finding}” (--positive names another), 0 as “none”; every patientId is a patient.`,
      'Boxes x, y, width, height became [x, y, x + width, y + height] in pixels of the image, far edges exclusive.'
    )
    for (const left of images.unused())
      draft.unmatchedImages.push({ name: left, why: `no row of ${table.name} names it.` })
    return draft
  }
}

interface Known {
  readonly draft: DatasetDraft
  readonly images: ImageLookup
  /** null: the image is not there, which was said. */
  readonly cases: Map<string, DraftCase | null>
  readonly root: string
}

function caseOf(row: TableRow, { draft, images, cases, root }: Known): DraftCase | null {
  const id = row.cell('patientId')
  const known = cases.get(id)
  if (known !== undefined) return known
  const found = id === '' ? { refused: 'it names no patient' } : images.find(id)
  if ('refused' in found) {
    draft.unmatchedRows.push({ name: `line ${row.line}`, why: `${found.refused}.` })
    if (id !== '') cases.set(id, null)
    return null
  }
  const item = draftCase({
    ...{ id: safeCaseName(id), patient: id, image: join(root, found.file), keys: [stemOf(found.file)] },
    label: null,
    boxes: []
  })
  cases.set(id, item)
  draft.cases.push(item)
  return item
}

/** A further row of a patient is a further box; a row without a box says that there is none. */
function addRow(item: DraftCase, row: TableRow, { draft, finding }: { draft: DatasetDraft; finding: string }): void {
  const target = row.cell('Target')
  const where = `line ${row.line}`
  const label = target === '1' ? finding : target === '0' ? 'none' : null
  if (label === null) draft.unmatchedRows.push({ name: where, why: `its Target is “${target}”, not 0 or 1.` })
  else if (item.label !== null && item.label !== label) {
    draft.unmatchedRows.push({ name: where, why: `gives “${item.id}” another Target than an earlier line.` })
  } else item.label = label
  if (present(row.cell('x')) === null) return
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((column) => Number(row.cell(column) || NaN))
  if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0) {
    draft.unmatchedRows.push({ name: where, why: 'its box is no box: four numbers with width and height above 0.' })
    return
  }
  const box: Box = [x, y, x + width, y + height]
  if (item.boxes.some((other) => other.join() === box.join())) {
    draft.duplicates.push({ name: where, why: `repeats a box of “${item.id}”.` })
  } else item.boxes.push(box)
}
