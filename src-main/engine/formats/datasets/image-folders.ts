import { join } from 'node:path'
import { folderOf, hasImageName, nameOf, safeCaseName, stemOf } from '@engine/formats/datasets/cells'
import {
  type DatasetDraft,
  type DatasetReader,
  draftCase,
  type DraftCase,
  emptyDraft
} from '@engine/formats/datasets/dataset'
import { byCodePoints, type DatasetPlace } from '@engine/formats/datasets/place'

/** Folders whose files are masks, not images. */
const maskFolder = /^(masks?|labels?(tr|ts)?|segmentations?|segs?|annotations?|ground[-_ ]?truth|gt)$/i
/** Folders that only say that images are in them. */
const imageFolder = /^(images?(tr|ts)?|imgs?|pictures?|scans?|data|dicom|png|jpe?g|nifti)$/i
const splitFolder = /^(train(ing)?|val(id(ation)?)?|test(ing)?)$/i
/** What mask names add to the name of their image; nnU-Net numbers the channels of images. */
const maskName = /([-_.](mask|seg(mentation)?|label|gt|roi|lesion))$|^(mask|seg|label)[-_]/i

/** A folder of images with a folder of masks, and folders that say label or split: `train/PNEUMONIA/a.png`, `masks/anna/a.png`. */
export const imageFoldersReader: DatasetReader = {
  kind: 'image-folders',
  title: 'folders of images and masks',
  generic: true,

  async recognises({ named, files }) {
    if (named !== null) return false
    const images = files.filter(hasImageName)
    const masks = images.filter(isMask)
    // Plain DICOM files are sorted into series by another reader.
    return images.some((file) => !isMask(file) && (masks.length > 0 || !/\.(dcm|dicom|ima)$/i.test(file)))
  },

  async read(place, wishes, job) {
    const draft = emptyDraft()
    const files = place.files.filter(hasImageName)
    const images = firstChannels(
      files.filter((file) => !isMask(file)),
      draft
    )
    const cases = casesOf(place, images)
    draft.cases.push(...cases.values())
    labelByFolder(cases, wishes.label, draft)
    matchMasks(place, { masks: files.filter(isMask), cases }, draft)
    draft.assumptions.push('Every image counts as a patient of its own: no table says whose it is.')
    job.progress('Matching masks', 1, 1)
    return draft
  }
}

const foldersOf = (file: string): string[] => file.split('/').slice(0, -1)

/** In a folder of masks, or named like one. */
function isMask(file: string): boolean {
  return foldersOf(file).some((folder) => maskFolder.test(folder)) || maskName.test(stemOf(file))
}

/** nnU-Net keeps a file per channel: `case_0000`, `case_0001`; the first one is the image. */
function firstChannels(images: readonly string[], draft: DatasetDraft): string[] {
  const inTree = (file: string): boolean => foldersOf(file).some((folder) => /^images(tr|ts)$/i.test(folder))
  const others = images.filter(
    (file) => inTree(file) && /_0*[1-9]\d*$/.test(stemOf(file)) && /_\d{4}$/.test(stemOf(file))
  )
  for (const name of others)
    draft.unmatchedImages.push({ name, why: 'is a further channel of an nnU-Net case; the first is taken.' })
  return images.filter((file) => !others.includes(file))
}

/** What image and mask of one case have in common. */
const commonName = (file: string): string =>
  stemOf(file)
    .replace(maskName, '')
    .replace(/_0000$/, '')
    .normalize('NFC')
    .toLowerCase()

function casesOf(place: DatasetPlace, images: readonly string[]): Map<string, DraftCase> {
  const stems = new Map<string, number>()
  for (const file of images) stems.set(commonName(file), (stems.get(commonName(file)) ?? 0) + 1)
  return new Map(
    images.map((file) => {
      const alone = stems.get(commonName(file)) === 1
      const stem = stemOf(file).replace(/_0000$/, '')
      const id = alone ? stem : [...foldersOf(file), nameOf(file)].join('_')
      const split = foldersOf(file).find((folder) => splitFolder.test(folder)) ?? null
      const keys = [nameOf(file), stemOf(file), file]
      return [
        file,
        draftCase({
          id: safeCaseName(id),
          image: join(place.root, file),
          split: split === null ? null : splitWord(split),
          keys
        })
      ]
    })
  )
}

const splitWord = (folder: string): string =>
  /^train/i.test(folder) ? 'train' : /^val/i.test(folder) ? 'validation' : 'test'

/** The innermost folder that says neither "images" nor a split is the label, when there are several of them. */
function labelByFolder(cases: ReadonlyMap<string, DraftCase>, wish: string | null, draft: DatasetDraft): void {
  const labels = new Map<string, string>()
  for (const file of cases.keys()) {
    const telling = foldersOf(file).filter((folder) => !imageFolder.test(folder) && !splitFolder.test(folder))
    if (telling.length > 0) labels.set(file, telling[telling.length - 1])
  }
  const different = new Set(labels.values()).size
  if (different === 0) return
  const fits = different > 1 && different <= 50 && labels.size === cases.size
  draft.labels = { chosen: fits && wish !== '' ? ['folder'] : [], options: [{ value: 'folder', count: labels.size }] }
  if (wish === '' || (!fits && wish !== 'folder')) return
  for (const [file, item] of cases) item.label = labels.get(file) ?? null
  draft.assumptions.push(
    `Labels are the names of the folders: ${[...new Set(labels.values())].sort(byCodePoints).slice(0, 10).join(', ')}.`
  )
}

interface MaskOrder {
  readonly masks: readonly string[]
  readonly cases: ReadonlyMap<string, DraftCase>
}

/** Masks go by their stem; of several images of that stem to the one in the sister folder. */
function matchMasks(place: DatasetPlace, { masks, cases }: MaskOrder, draft: DatasetDraft): void {
  const byStem = new Map<string, string[]>()
  for (const file of cases.keys()) byStem.set(commonName(file), [...(byStem.get(commonName(file)) ?? []), file])
  for (const mask of masks) {
    const candidates = byStem.get(commonName(mask)) ?? []
    const near = candidates.length > 1 ? candidates.filter((file) => sister(file) === sister(mask)) : candidates
    const leaveOut = (why: string): void => void draft.unmatchedMasks.push({ name: mask, why })
    if (candidates.length === 0) leaveOut(`there is no image “${commonName(mask)}”.`)
    else if (near.length !== 1)
      leaveOut(`it could belong to ${candidates.length} images: ${candidates.slice(0, 3).join(', ')}.`)
    else {
      const item = cases.get(near[0])!
      const reader = readerOf(mask)
      const twin = item.masks.find((other) => other.reader === reader)
      if (twin !== undefined) leaveOut(`“${item.id}” has another mask of ${reader} already: ${nameOf(twin.path)}.`)
      else item.masks.push({ reader, path: join(place.root, mask), confidence: null })
    }
  }
  const without = draft.cases.filter((item) => item.masks.length === 0).length
  if (masks.length > 0 && without > 0)
    draft.warnings.push(`${without} of ${cases.size} images have no mask of their name.`)
}

/** The folders of a file without those that say "images" or "masks": the same for an image and its mask. */
const sister = (file: string): string =>
  foldersOf(file)
    .filter((folder) => !imageFolder.test(folder) && !maskFolder.test(folder))
    .join('/')

/** The folder below the folder of masks is a reader: `masks/anna/a.png`. */
function readerOf(mask: string): string {
  const folders = foldersOf(mask)
  const at = folders.findIndex((folder) => maskFolder.test(folder))
  const below = at < 0 ? undefined : folders.slice(at + 1).find((folder) => !splitFolder.test(folder))
  return below ?? (folderOf(mask) === '' || at < 0 ? 'reader 1' : folders[at])
}
