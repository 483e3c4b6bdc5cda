import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { decodeFile } from '@engine/formats/decode-task'
import type { DerivedFrom } from '@engine/formats/dicom/seg/derived-from'
import { fileAddress, type FileAddress } from '@engine/formats/file-address'
import { boxLabelmap, isBoxFile, readBoxes, readersOf } from '@engine/formats/masks/boxes'
import { labelNames } from '@engine/formats/masks/label-names'
import { rasterise } from '@engine/formats/masks/rasterise'
import { annotationsOf, isAnnotationFile } from '@engine/formats/masks/read-annotations'
import { chosenSegments } from '@engine/formats/segmentation/choose-segments'
import { readDicomMask } from '@engine/formats/segmentation/dicom-masks'
import { labelSegments } from '@engine/formats/segmentation/label-segments'
import { planesOf, plainWords, type Segmentation } from '@engine/formats/segmentation/segmentation'
import type { Volume } from '@engine/geometry/volume'

export interface SegmentsRead {
  /** Kind of file, in words of the field. */
  readonly from: 'SEG' | 'RTSTRUCT' | 'file'
  /** DICOM only: which images it was drawn on, and by whom. */
  readonly derivedFrom: DerivedFrom | null
  readonly segmentation: Segmentation
  readonly warnings: readonly string[]
}

export interface SegmentsOptions {
  /** Rows of a box file to use; default all. */
  readonly caseName?: string
  /** File name of the image, by which annotation files know it. */
  readonly imageName?: string
}

/**
 * The segments of any mask file on the grid of its image: DICOM SEG and RTSTRUCT, label volumes (NIfTI, NRRD, NPY…: one segment a
 * value, named as a file beside it says), pictures, box tables (one segment a reader), annotation files (one segment a category).
 * `FILE#NAME` and `FILE#NUMBER` choose one segment, of an annotation file the image of that name.
 * Throws Fault `bad-mask`, `geometry-mismatch`, `bad-parameter` for a segment that is not there, and what reading throws.
 */
export async function readSegments(given: string, image: Volume, options: SegmentsOptions = {}): Promise<SegmentsRead> {
  const address = await fileAddress(given)
  const drawn = isAnnotationFile(given) ? await annotatedSegments(given, image, options) : null
  if (drawn !== null) return drawn
  const read = await readAll(address, image, options)
  if (address.part === null || isArrayFile(address.path)) return read
  const { segmentation } = read
  const segments = chosenSegments(segmentation.segments, address.part, basename(address.path))
  return { ...read, segmentation: { ...segmentation, segments } }
}

async function readAll(address: FileAddress, image: Volume, options: SegmentsOptions): Promise<SegmentsRead> {
  const { path } = address
  if (isBoxFile(path)) return boxSegments(await readBoxes(path, options.caseName), image)
  const dicom = await readDicomMask(path, image)
  if (dicom !== null) return dicom
  const name = basename(path)
  const array = isArrayFile(path) && address.part !== null ? { array: address.part } : {}
  const content = await decodeFile(path, array)
  if (content.volumes.length === 0) {
    throw new Fault('bad-mask', `“${name}” holds no picture or volume.`, {
      subject: name,
      hint: 'A mask is a picture, a volume of labels, a DICOM SEG or RTSTRUCT, or a table of boxes.'
    })
  }
  const { names, from, warnings } = await labelNames(path, content.labels)
  const labelled = labelSegments(content, { image, name, which: address.volume, names })
  const said = from === '' ? [] : [`The names of the segments are those of “${from}”.`]
  return { from: 'file', derivedFrom: null, ...labelled, warnings: [...labelled.warnings, ...said, ...warnings] }
}

/** The part of an array file is the name of an array, not of a segment. */
function isArrayFile(path: string): boolean {
  return /\.npz$/i.test(path)
}

/** The regions of one image, one segment a category; null for a CSV file of another kind. */
async function annotatedSegments(given: string, image: Volume, options: SegmentsOptions): Promise<SegmentsRead | null> {
  const read = await annotationsOf(given, options)
  if (read === null) return null
  const { file, name, regions } = read
  const segments = [...new Set(regions.map(({ label }) => label))].map((label, index) => ({
    ...plainWords(index + 1, label === '' ? 'region' : label),
    planes: planesOf(
      rasterise(
        regions.filter((region) => region.label === label),
        image,
        name
      )
    )
  }))
  return {
    from: 'file',
    derivedFrom: null,
    segmentation: { size: image.size, affine: image.affine, segments },
    warnings: [file.rule, ...file.warnings]
  }
}

function boxSegments(rows: Awaited<ReturnType<typeof readBoxes>>, image: Volume): SegmentsRead {
  const segments = readersOf(rows).map((reader, index) => ({
    ...plainWords(index + 1, reader === '' ? 'boxes' : reader),
    planes: planesOf(
      boxLabelmap(
        rows.filter((row) => row.reader === reader),
        image
      )
    ),
    boxes: rows.filter((row) => row.reader === reader).map(({ box, slice }) => ({ box, slice: slice ?? 0 }))
  }))
  return {
    from: 'file',
    derivedFrom: null,
    segmentation: { size: image.size, affine: image.affine, segments },
    warnings: []
  }
}
