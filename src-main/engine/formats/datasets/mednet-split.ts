import { join } from 'node:path'
import * as v from 'valibot'
import { annotationFile } from '@engine/formats/datasets/annotation-file'
import { folderOf, nameOf, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { type DatasetDraft, type DatasetReader, draftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import { ImageLookup, possibleImages } from '@engine/formats/datasets/image-lookup'
import { cleanCell } from '@engine/formats/datasets/table'
import type { Box } from '@shared/experiment'

/** `[path, label]` or, as TBX11k has it, `[path, label, [[label, x, y, width, height], …]]`. */
const Sample = v.looseTuple([v.string(), v.number()])
const Split = v.pipe(
  v.record(v.string(), v.array(Sample)),
  v.check((splits) => Object.values(splits).some((samples) => samples.length > 0))
)
const Boxes = v.array(v.tuple([v.number(), v.number(), v.number(), v.number(), v.number()]))

/** A split of mednet (Idiap): datasets by name, each a list of image path, label and perhaps boxes. */
export const mednetSplitReader: DatasetReader = {
  kind: 'mednet',
  title: 'mednet split',
  recognises: async (place) => (await annotationFile(place, Split)) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const found = await annotationFile(place, Split)
    if (found === null) return draft
    const finding = wishes.positive ?? 'positive'
    const lookup = new ImageLookup(possibleImages(place.files))
    const seen = new Map<string, string>()
    for (const [split, samples] of Object.entries(found.value)) {
      for (const [index, [path, label, boxes]] of samples.entries()) {
        job.progress('Reading samples', index, samples.length)
        const name = `${cleanCell(split)} ${index}`
        const image = lookup.find(cleanCell(path))
        if ('refused' in image) {
          draft.unmatchedRows.push({ name, why: `${image.refused}.` })
          continue
        }
        const before = seen.get(image.file)
        if (before !== undefined) {
          draft.duplicates.push({ name, why: `names the image of ${before} again.` })
          continue
        }
        seen.set(image.file, name)
        draft.cases.push(
          draftCase({
            id: safeCaseName(
              [...folderOf(image.file).split('/'), stemOf(image.file)].filter((part) => part !== '').join('_')
            ),
            ...{ image: join(place.root, image.file), keys: [nameOf(image.file), path], split: cleanCell(split) },
            label: label === 0 ? 'none' : label === 1 ? finding : String(label),
            boxes: boxesOf(boxes, name, draft)
          })
        )
      }
    }
    draft.assumptions.push(
      `Label 1 is taken as “${finding}” (--positive names another), 0 as “none”. Every image counts as a patient of its own.`,
      'Boxes label, x, y, width, height became [x, y, x + width, y + height] in pixels of the image, far edges exclusive.'
    )
    for (const left of lookup.unused()) {
      draft.unmatchedImages.push({ name: left, why: `${nameOf(found.file)} does not name it.` })
    }
    return draft
  }
}

function boxesOf(value: unknown, name: string, draft: DatasetDraft): Box[] {
  if (value === undefined || value === null) return []
  const parsed = v.safeParse(Boxes, value)
  const good = parsed.success ? parsed.output.filter(([, , , width, height]) => width > 0 && height > 0) : []
  if (!parsed.success || good.length < parsed.output.length) {
    draft.unmatchedRows.push({ name, why: 'a box of it is none: label, x, y, width, height with sides above 0.' })
  }
  return good.map(([, x, y, width, height]) => [x, y, x + width, y + height])
}
