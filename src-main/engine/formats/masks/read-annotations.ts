import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { fileAddress } from '@engine/formats/file-address'
import type { AnnotatedRegion, AnnotationFile } from '@engine/formats/masks/annotation-file'
import { readAnnotationTable } from '@engine/formats/masks/annotation-tables'
import { isCoco, readCoco } from '@engine/formats/masks/coco'
import { isMednetSplit, readMednetBoxes } from '@engine/formats/masks/mednet-boxes'
import { isVia, readVia } from '@engine/formats/masks/via'
import { readSourceFile } from '@engine/formats/source-file'

/** Annotation files are text; more than this is no list of outlines. */
const longestText = 256 * 2 ** 20

/**
 * Regions of a file of outlines or boxes: COCO, VGG Image Annotator, mednet, run lengths of SIIM or Kaggle, boxes of RSNA or NIH.
 * null for any other CSV file. Throws Fault `bad-mask`, `not-found`, `bad-file` or `too-large`.
 */
export async function readAnnotations(path: string): Promise<AnnotationFile | null> {
  const facts = await stat(path).catch(() => null)
  const key = facts === null ? null : `${path} ${facts.mtimeMs} ${facts.size}`
  if (key !== null && kept?.key === key) return kept.file
  const file = await parsedFile(path)
  if (key !== null) kept = { key, file }
  return file
}

/** The file read last: the cases of an experiment ask for one file after another. */
let kept: { readonly key: string; readonly file: AnnotationFile | null } | null = null

async function parsedFile(path: string): Promise<AnnotationFile | null> {
  const { bytes, name } = await readSourceFile(path)
  if (bytes.length > longestText) {
    throw new Fault('too-large', `“${name}” is too long for a file of outlines.`, { subject: name, hint: 'Split it.' })
  }
  const text = new TextDecoder().decode(bytes)
  if (!/\.json$/i.test(name)) return readAnnotationTable(text, name)
  const json = parsed(text, name)
  if (isCoco(json)) return readCoco(json, name)
  if (isVia(json)) return readVia(json, name)
  if (isMednetSplit(json)) return readMednetBoxes(json, name)
  throw new Fault('bad-mask', `“${name}” holds no outlines or boxes of a known form.`, {
    subject: name,
    hint: 'JSON of COCO, of the VGG Image Annotator and of mednet splits can be read.'
  })
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (thrown) {
    throw new Fault('bad-mask', `“${name}” is not readable JSON.`, {
      subject: name,
      hint: 'Export it again from the program it comes from.',
      cause: thrown
    })
  }
}

/** True for a path or address of a file that may hold regions of many images. */
export function isAnnotationFile(given: string): boolean {
  return /\.(json|csv)(#[^/\\]*)?$/i.test(given)
}

interface ImageNames {
  readonly caseName?: string
  readonly imageName?: string
}

/** The file of an address and the regions of the image that is meant; null for a CSV file of another kind. Throws what both throw. */
export async function annotationsOf(
  given: string,
  { caseName, imageName }: ImageNames
): Promise<{ file: AnnotationFile; name: string; regions: readonly AnnotatedRegion[] } | null> {
  const { path, part } = await fileAddress(given)
  const file = await readAnnotations(path)
  if (file === null) return null
  const name = basename(path)
  const names = part !== null ? [part] : [imageName, caseName].filter((text) => text !== undefined)
  return { file, name, regions: regionsOfImage(file, names, name) }
}

/**
 * The regions of one image, found by the first of its names that the file knows: exactly, else without folder, else without ending.
 * A file of one image needs no name. Throws Fault `bad-mask` when the file knows none of the names.
 */
export function regionsOfImage(
  file: AnnotationFile,
  names: readonly string[],
  fileName: string
): readonly AnnotatedRegion[] {
  const known = [...new Set(file.images)]
  for (const same of [(text: string) => text, (text: string) => basename(slashes(text)), stem]) {
    for (const name of names) {
      const found = known.filter((image) => same(image) === same(name))
      if (found.length === 1) return file.regions.filter(({ image }) => image === found[0])
    }
  }
  if (known.length === 1 && names.length === 0) return file.regions
  const wanted = names.length === 0 ? 'which image is meant is not said' : `none of them is “${names[0].slice(0, 80)}”`
  throw new Fault('bad-mask', `“${fileName}” is ${file.title} of ${known.length} images; ${wanted}.`, {
    subject: fileName,
    hint: `Write ${fileName}#IMAGE, with the name the file uses for the image.`
  })
}

const slashes = (text: string): string => text.replaceAll('\\', '/')

function stem(text: string): string {
  const name = basename(slashes(text))
  return name.replace(/\.(nii\.gz|dcm|dicom|nii|png|jpe?g|tiff?|npy|npz|nrrd)$/i, '').toLowerCase()
}
