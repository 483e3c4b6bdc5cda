import { join } from 'node:path'
import { safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { type DatasetReader, draftCase, type DraftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import { ImageLookup, possibleImages } from '@engine/formats/datasets/image-lookup'
import { readTableWith, tableWith } from '@engine/formats/datasets/named-table'
import { throwIfCancelled } from '@engine/job'

const columns = ['ImageId', 'EncodedPixels']

/** Run lengths of the SIIM-ACR Pneumothorax challenge: a row per region, `-1` for none, images named by ImageId. */
export const siimReader: DatasetReader = {
  kind: 'siim',
  title: 'SIIM run-length table',
  recognises: async (place) => (await tableWith(place, columns)) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const found = await readTableWith(place, columns, draft)
    if (found === null) return draft
    const { file, table } = found
    const path = join(place.root, file)
    const finding = wishes.positive ?? 'pneumothorax'
    const images = new ImageLookup(possibleImages(place.files))
    const cases = new Map<string, DraftCase | null>()
    for (const [index, row] of table.rows.entries()) {
      if (index % 500 === 0) throwIfCancelled(job)
      job.progress('Reading rows', index, table.rows.length)
      const [id, runs] = [row.cell('ImageId'), row.cell('EncodedPixels')]
      const leaveOut = (why: string): void => void draft.unmatchedRows.push({ name: `line ${row.line}`, why })
      if (!/^(-1|(\d+ -?\d+)( -?\d+ -?\d+)*)$/.test(runs)) {
        leaveOut('its EncodedPixels are neither -1 nor pairs of start and length.')
        continue
      }
      const label = runs === '-1' ? 'none' : finding
      const known = cases.get(id)
      if (known === null) continue
      if (known !== undefined) {
        if (known.label !== label) leaveOut(`says of “${known.id}” both that there is a region and that there is none.`)
        continue
      }
      const found = id === '' ? { refused: 'it names no image' } : images.find(id)
      if ('refused' in found) {
        leaveOut(`${found.refused}.`)
        cases.set(id, null)
        continue
      }
      const masks = label === 'none' ? [] : [{ reader: 'siim', path: `${path}#${id}`, confidence: null }]
      const item = draftCase({
        ...{ id: safeCaseName(id), image: join(place.root, found.file), keys: [stemOf(found.file)] },
        ...{ label, masks }
      })
      cases.set(id, item)
      draft.cases.push(item)
    }
    draft.assumptions.push(
      `A row with run lengths is taken as the label “${finding}” (--positive names another), -1 as “none”; several rows of an image are joined.`,
      'The table names no patient: every image counts as a patient of its own.'
    )
    for (const left of images.unused())
      draft.unmatchedImages.push({ name: left, why: `no row of ${table.name} names it.` })
    return draft
  }
}
