import { join } from 'node:path'
import * as v from 'valibot'
import { annotationFile } from '@engine/formats/datasets/annotation-file'
import { nameOf, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { type DatasetReader, draftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import { ImageLookup, possibleImages } from '@engine/formats/datasets/image-lookup'
import { cleanCell } from '@engine/formats/datasets/table'
import type { Box } from '@shared/experiment'

const Region = v.object({ shape_attributes: v.looseObject({ name: v.string() }) })
const Regions = v.union([v.array(Region), v.record(v.string(), Region)])
const Images = v.pipe(
  v.record(v.string(), v.object({ filename: v.string(), regions: Regions })),
  v.check((images) => Object.keys(images).length > 0)
)
/** VGG Image Annotator 1 and 2: the annotations alone, or a whole project. */
const Vgg = v.union([
  v.pipe(
    v.object({ _via_img_metadata: Images }),
    v.transform(({ _via_img_metadata: images }) => images)
  ),
  Images
])

/** A file of the VGG Image Annotator with its images: rectangles as boxes, everything else as outlines. */
export const vggReader: DatasetReader = {
  kind: 'vgg',
  title: 'VGG Image Annotator file',
  recognises: async (place) => (await annotationFile(place, Vgg)) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const found = await annotationFile(place, Vgg)
    if (found === null) return draft
    const images = Object.values(found.value)
    const finding = wishes.positive ?? 'finding'
    const lookup = new ImageLookup(possibleImages(place.files))
    for (const [index, { filename, regions }] of images.entries()) {
      job.progress('Reading images', index, images.length)
      const name = cleanCell(filename)
      const image = lookup.find(name)
      if ('refused' in image) {
        draft.unmatchedRows.push({ name, why: `${image.refused}.` })
        continue
      }
      const shapes = Object.values(regions).map(({ shape_attributes: shape }) => shape)
      const boxes = shapes.map(rectangle)
      const plain = boxes.every((box) => box !== null)
      draft.cases.push(
        draftCase({
          ...{ id: safeCaseName(stemOf(image.file)), image: join(place.root, image.file), keys: [nameOf(image.file)] },
          label: shapes.length === 0 ? 'none' : finding,
          masks: plain ? [] : [{ reader: 'vgg', path: `${join(place.root, found.file)}#${name}`, confidence: null }],
          boxes: plain ? boxes : []
        })
      )
    }
    draft.assumptions.push(
      `An image with a region has the label “${finding}” (--positive names another), one without is “none”.`,
      'Every image counts as a patient of its own.'
    )
    for (const left of lookup.unused()) {
      draft.unmatchedImages.push({ name: left, why: `${nameOf(found.file)} does not name it.` })
    }
    return draft
  }
}

/** A rectangle as box with exclusive far edges; null for any other shape. */
function rectangle(shape: Readonly<Record<string, unknown>>): Box | null {
  const [x, y, width, height] = [shape.x, shape.y, shape.width, shape.height].map((side) =>
    typeof side === 'number' ? side : NaN
  )
  return shape.name === 'rect' && x >= 0 && y >= 0 && width > 0 && height > 0 ? [x, y, x + width, y + height] : null
}
