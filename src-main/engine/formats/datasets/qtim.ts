import { join } from 'node:path'
import { nameOf, present, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { type DatasetReader, draftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import { ImageLookup, possibleImages } from '@engine/formats/datasets/image-lookup'
import { chooseLabelColumn } from '@engine/formats/datasets/label-column'
import { readTableWith, tableWith } from '@engine/formats/datasets/named-table'

const columns = ['Image_ID', 'Split']

/** QTIM's tables (Arun et al. 2021): a running number, `Image_ID` and `Split`; samples are `0.npy` or `0.png` and on. */
export const qtimReader: DatasetReader = {
  kind: 'qtim',
  title: 'QTIM table',
  recognises: async (place) => (await tableWith(place, columns)) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const opened = await readTableWith(place, columns, draft)
    if (opened === null) return draft
    const { table } = opened
    const label = chooseLabelColumn(table, wishes.label, draft)
    const files = onePerStem(possibleImages(place.files))
    const images = new ImageLookup(files)
    const seen = new Map<string, string>()
    for (const [index, row] of table.rows.entries()) {
      job.progress('Reading rows', index, table.rows.length)
      const name = `line ${row.line}`
      const stated = row.cell('Image_ID')
      const found = stated === '' ? { refused: 'it names no image' } : images.find(stated)
      if ('refused' in found) {
        draft.unmatchedRows.push({ name, why: `${found.refused}.` })
        continue
      }
      if (seen.has(found.file)) {
        draft.duplicates.push({ name, why: `names the image of ${seen.get(found.file)} again.` })
        continue
      }
      seen.set(found.file, name)
      draft.cases.push(
        draftCase({
          ...{ id: safeCaseName(stemOf(found.file)), image: join(place.root, found.file), keys: [nameOf(stated)] },
          ...{ split: present(row.cell('Split')), label: label === null ? null : present(row.cell(label)) }
        })
      )
    }
    draft.assumptions.push('The table names no patient: every image counts as a patient of its own.')
    for (const left of images.unused())
      draft.unmatchedImages.push({ name: left, why: `no row of ${table.name} names it.` })
    return draft
  }
}

/** QTIM keeps every sample as array and as picture: the array has the values the network saw. */
function onePerStem(files: readonly string[]): string[] {
  const arrays = new Set(files.filter((file) => /\.npy$/i.test(file)).map((file) => file.replace(/\.npy$/i, '')))
  return files.filter((file) => !/\.png$/i.test(file) || !arrays.has(file.replace(/\.png$/i, '')))
}
