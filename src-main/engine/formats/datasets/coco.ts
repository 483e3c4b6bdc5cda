import { join } from 'node:path'
import * as v from 'valibot'
import { annotationFile } from '@engine/formats/datasets/annotation-file'
import { cleanCell } from '@engine/formats/datasets/table'
import { nameOf, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import { type DatasetDraft, type DatasetReader, draftCase, emptyDraft } from '@engine/formats/datasets/dataset'
import { ImageLookup, possibleImages } from '@engine/formats/datasets/image-lookup'
import { Fault } from '@engine/fault'
import type { Box } from '@shared/experiment'

const Id = v.union([v.number(), v.string()])

const Annotation = v.object({
  image_id: Id,
  category_id: v.optional(v.nullable(Id)),
  bbox: v.optional(v.array(v.number())),
  segmentation: v.optional(v.unknown())
})
type Annotation = v.InferOutput<typeof Annotation>

/** Common Objects in Context: images, categories and annotations in one file (cocodataset.org, "Data format"). */
const Coco = v.object({
  images: v.array(v.object({ id: Id, file_name: v.string() })),
  annotations: v.array(Annotation),
  categories: v.optional(v.array(v.object({ id: Id, name: v.string() })), [])
})

/** An annotation file in COCO's form with its images: outlines and boxes. */
export const cocoReader: DatasetReader = {
  kind: 'coco',
  title: 'COCO annotations',
  recognises: async (place) => (await annotationFile(place, Coco)) !== null,

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const found = await annotationFile(place, Coco)
    if (found === null) return draft
    const { images, annotations, categories } = found.value
    const names = new Map(categories.map(({ id, name }) => [String(id), cleanCell(name)]))
    const only = chooseCategory(wishes.label, { names: [...names.values()], annotations, ofId: names }, draft)
    const byImage = new Map<string, Annotation[]>(images.map(({ id }) => [String(id), []]))
    for (const one of annotations) byImage.get(String(one.image_id))?.push(one)
    const lookup = new ImageLookup(possibleImages(place.files))
    for (const [index, { id, file_name: fileName }] of images.entries()) {
      job.progress('Reading images', index, images.length)
      const image = lookup.find(cleanCell(fileName))
      if ('refused' in image) {
        draft.unmatchedRows.push({ name: `image ${id}`, why: `${image.refused}.` })
        continue
      }
      const all = byImage.get(String(id)) ?? []
      const own = only === null ? all : all.filter((one) => names.get(String(one.category_id)) === only)
      // Outlines are read from the file, all of an image together: of one category among several there are boxes alone.
      const outlined = own.length === all.length && own.some(({ segmentation }) => isOutline(segmentation))
      draft.cases.push(
        draftCase({
          ...{ id: safeCaseName(stemOf(image.file)), image: join(place.root, image.file), keys: [nameOf(image.file)] },
          label:
            wishes.label === '' ? null : labelOf(own.map((one) => names.get(String(one.category_id)) ?? 'finding')),
          masks: outlined
            ? [{ reader: 'coco', path: outlinesOf(place.root, found.file, fileName), confidence: null }]
            : [],
          boxes: outlined ? [] : boxesOf(own, `image ${id}`, draft)
        })
      )
    }
    tell(draft, {
      wanted: wishes.label !== '',
      lookup,
      known: new Set(images.map(({ id }) => String(id))),
      annotations,
      file: found.file
    })
    return draft
  }
}

/** The address of the outlines of one image: the file, and the image's name without its folder. */
function outlinesOf(root: string, file: string, image: string): string {
  return `${join(root, file)}#${nameOf(cleanCell(image).replaceAll('\\', '/'))}`
}

interface Categories {
  readonly names: readonly string[]
  readonly annotations: readonly Annotation[]
  readonly ofId: ReadonlyMap<string, string>
}

/** One category alone when wished. Throws Fault `bad-parameter` for one that is not there. */
function chooseCategory(
  wish: string | null,
  { names, annotations, ofId }: Categories,
  draft: DatasetDraft
): string | null {
  const options = names.map((value) => ({
    value,
    count: annotations.filter((one) => ofId.get(String(one.category_id)) === value).length
  }))
  const chosen = wish === null || wish === '' ? null : wish
  if (chosen !== null && !names.includes(chosen)) {
    throw new Fault('bad-parameter', `The annotations have no category “${chosen}”.`, {
      hint: `They have: ${names.slice(0, 20).join(', ')}.`
    })
  }
  draft.labels = { chosen: chosen === null ? [...names] : [chosen], options }
  return chosen
}

/** The one category of an image; "none" without an annotation; several are no single label. */
function labelOf(categories: readonly string[]): string | null {
  const different = [...new Set(categories)]
  return different.length === 0 ? 'none' : different.length === 1 ? different[0] : null
}

/** Polygons, or run lengths as an object. */
const isOutline = (segmentation: unknown): boolean =>
  Array.isArray(segmentation) ? segmentation.length > 0 : typeof segmentation === 'object' && segmentation !== null

function boxesOf(annotations: readonly Annotation[], name: string, draft: DatasetDraft): Box[] {
  const boxes: Box[] = []
  for (const { bbox } of annotations) {
    if (bbox === undefined) continue
    const [x, y, width, height] = bbox
    if (bbox.length === 4 && width > 0 && height > 0) boxes.push([x, y, x + width, y + height])
    else draft.unmatchedRows.push({ name, why: 'a box of it is none: four numbers with width and height above 0.' })
  }
  return boxes
}

interface Told {
  /** False when labels come from elsewhere. */
  readonly wanted: boolean
  readonly lookup: ImageLookup
  readonly known: ReadonlySet<string>
  readonly annotations: readonly Annotation[]
  readonly file: string
}

function tell(draft: DatasetDraft, { wanted, lookup, known, annotations, file }: Told): void {
  const several = wanted ? draft.cases.filter(({ label }) => label === null).length : 0
  if (several > 0) {
    draft.warnings.push(
      `${several} images have annotations of several categories: no label; choose one category with --label.`
    )
  }
  const orphans = annotations.filter(({ image_id: id }) => !known.has(String(id))).length
  if (orphans > 0) draft.warnings.push(`${orphans} annotations belong to no image of the file.`)
  draft.assumptions.push(
    'Labels are the categories; an image without an annotation is “none”. Every image counts as a patient of its own.',
    'Boxes x, y, width, height became [x, y, x + width, y + height] in pixels of the image, far edges exclusive.'
  )
  for (const left of lookup.unused())
    draft.unmatchedImages.push({ name: left, why: `${nameOf(file)} does not name it.` })
}
