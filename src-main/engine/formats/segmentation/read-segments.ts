import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { decodeFile } from '@engine/formats/decode-task'
import type { DerivedFrom } from '@engine/formats/dicom/seg/derived-from'
import { fileAddress, type FileAddress } from '@engine/formats/file-address'
import { boxLabelmap, isBoxFile, readBoxes, readersOf } from '@engine/formats/masks/boxes'
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
}

/**
 * The segments of any mask file on the grid of its image: DICOM SEG and RTSTRUCT, label volumes (NIfTI, NRRD, NPY…: one segment a
 * value), pictures, box tables (one segment a reader). `FILE#NAME` and `FILE#NUMBER` choose one segment.
 * Throws Fault `bad-mask`, `geometry-mismatch`, `bad-parameter` for a segment that is not there, and what reading throws.
 */
export async function readSegments(given: string, image: Volume, options: SegmentsOptions = {}): Promise<SegmentsRead> {
  const address = await fileAddress(given)
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
  const labelled = labelSegments(content, { image, name, which: address.volume })
  return { from: 'file', derivedFrom: null, ...labelled }
}

/** The part of an array file is the name of an array, not of a segment. */
function isArrayFile(path: string): boolean {
  return /\.npz$/i.test(path)
}

function boxSegments(rows: Awaited<ReturnType<typeof readBoxes>>, image: Volume): SegmentsRead {
  const segments = readersOf(rows).map((reader, index) => ({
    ...plainWords(index + 1, reader === '' ? 'boxes' : reader),
    planes: planesOf(
      boxLabelmap(
        rows.filter((row) => row.reader === reader),
        image
      )
    )
  }))
  return {
    from: 'file',
    derivedFrom: null,
    segmentation: { size: image.size, affine: image.affine, segments },
    warnings: []
  }
}
