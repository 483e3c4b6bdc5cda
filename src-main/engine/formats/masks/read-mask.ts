import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { loadVolume } from '@engine/formats/load'
import { fileAddress } from '@engine/formats/file-address'
import { boxLabelmap, isBoxFile, readBoxes } from '@engine/formats/masks/boxes'
import { readDicomMask } from '@engine/formats/segmentation/dicom-masks'
import { readSegments, type SegmentsRead } from '@engine/formats/segmentation/read-segments'
import { segmentLabelmap, type Segment } from '@engine/formats/segmentation/segmentation'
import { annotationsOf, isAnnotationFile } from '@engine/formats/masks/read-annotations'
import { rasterise } from '@engine/formats/masks/rasterise'
import { labelledVoxels, labelmapFromVolume, labelmapOnGrid, type Labelmap } from '@engine/geometry/labelmap'
import { sameGrid } from '@engine/geometry/grid'
import type { Volume } from '@engine/geometry/volume'

export interface MaskRead {
  readonly labelmap: Labelmap
  /** Voxels inside; 0 is allowed and said in the warnings: a reader may have marked nothing. */
  readonly voxels: number
  /** Kind of file, in words of the field. */
  readonly from: SegmentsRead['from']
  readonly warnings: readonly string[]
}

export interface MaskOptions {
  /** Rows of a box file to use; default all. */
  readonly caseName?: string
  /** File name of the image, by which annotation files know it. */
  readonly imageName?: string
  /** Boxes of this reader only; default all readers together. */
  readonly reader?: string
}

/**
 * A reference mask on the grid of its image: PNG, NPY, NIfTI or DICOM (non-zero is inside), DICOM SEG or RTSTRUCT (all segments
 * together), CSV boxes (their union), or the regions of an annotation file (COCO, VGG Image Annotator, mednet, SIIM, RSNA, NIH).
 * `FILE#NAME` and `FILE#NUMBER` choose one segment or label, of an annotation file the image of that name.
 * A mask without geometry must have the image's size; one with geometry is moved to the image's grid, nearest neighbour.
 * Throws Fault `bad-mask` naming both sizes, and what reading throws.
 */
export async function readMask(path: string, image: Volume, options: MaskOptions = {}): Promise<MaskRead> {
  const drawn = isAnnotationFile(path) ? await annotatedMask(path, image, options) : null
  if (drawn !== null) return drawn
  const name = basename(path)
  if (isBoxFile(path)) {
    const rows = await readBoxes(path, options.caseName)
    const chosen = options.reader === undefined ? rows : rows.filter((row) => row.reader === options.reader)
    return checked(boxLabelmap(chosen, image), name, outsideWarnings(chosen, image))
  }
  const { path: file, part } = await fileAddress(path)
  const named = part !== null && !/\.npz$/i.test(file)
  const dicom = named ? null : await readDicomMask(file, image)
  if (named || dicom !== null) {
    const { segmentation, from, warnings } = dicom ?? (await readSegments(path, image))
    const several = named ? [] : severalWarnings(segmentation.segments, name)
    return { ...checked(segmentLabelmap(image, segmentation.segments), name, [...warnings, ...several]), from }
  }
  const { volume, warnings } = await loadVolume(path)
  return checked(onImageGrid(volume, image, name), name, [...warnings, ...movedWarnings(volume, image, name)])
}

/** The regions of one image of an annotation file together; null for a CSV file of another kind. */
async function annotatedMask(given: string, image: Volume, options: MaskOptions): Promise<MaskRead | null> {
  const read = await annotationsOf(given, options)
  if (read === null) return null
  const { file, name, regions } = read
  const boxes = regions.flatMap(({ shape }) => (shape.kind === 'box' ? [shape] : []))
  return checked(rasterise(regions, image, name), name, [file.rule, ...file.warnings, ...outsideWarnings(boxes, image)])
}

/** The mask's voxels on the image's grid. Throws Fault `bad-mask`. */
function onImageGrid(mask: Volume, image: Volume, name: string): Labelmap {
  const labelmap = labelmapFromVolume(mask)
  if (mask.oriented && image.oriented) return sameGrid(mask, image) ? labelmap : moved(labelmap, image, name)
  if (mask.size.some((length, axis) => length !== image.size[axis])) {
    throw new Fault('bad-mask', `The mask “${name}” has ${sizeWords(mask)} pixels, its image ${sizeWords(image)}.`, {
      subject: name,
      hint: 'A mask must have the size of its image, or state where it lies (NIfTI, DICOM).'
    })
  }
  return { ...labelmap, affine: image.affine }
}

function moved(labelmap: Labelmap, image: Volume, name: string): Labelmap {
  const onGrid = labelmapOnGrid(labelmap, image)
  if (labelledVoxels(onGrid) > 0 || labelledVoxels(labelmap) === 0) return onGrid
  throw new Fault(
    'bad-mask',
    `The mask “${name}” (${labelmap.size.join(' × ')}) lies wholly outside its image (${sizeWords(image)}).`,
    {
      subject: name,
      hint: 'Choose the mask that was drawn on this image.'
    }
  )
}

/** A mask that was drawn on another grid has approximate edges here. */
function movedWarnings(mask: Volume, image: Volume, name: string): string[] {
  if (!mask.oriented || !image.oriented || sameGrid(mask, image)) return []
  return [`“${name}” lies on another grid and was moved to the image's by nearest neighbour.`]
}

/** Segments of different things taken together are said: a lesion and an organ are no one mask. */
function severalWarnings(segments: readonly Segment[], name: string): string[] {
  const drawn = segments.filter(({ planes }) => planes.size > 0).map(({ label }) => label)
  if (drawn.length < 2) return []
  const listed = `${drawn.slice(0, 6).join(', ')}${drawn.length > 6 ? '…' : ''}`
  return [
    `“${name}” holds ${drawn.length} segments (${listed}), taken together; ${name}#${drawn[0]} means one of them.`
  ]
}

function checked(labelmap: Labelmap, name: string, warnings: readonly string[]): MaskRead {
  const voxels = labelledVoxels(labelmap)
  const empty = voxels === 0 ? [`The mask “${name}” is empty: nothing is marked in it.`] : []
  return { labelmap, voxels, from: 'file', warnings: [...warnings, ...empty] }
}

function outsideWarnings(rows: readonly { readonly box: readonly number[] }[], image: Volume): string[] {
  const [columns, height] = image.size
  const outside = rows.filter(({ box }) => box[0] < 0 || box[1] < 0 || box[2] > columns || box[3] > height).length
  return outside === 0
    ? []
    : [`${outside} of ${rows.length} boxes reach past the edge of the image and were cut there.`]
}

function sizeWords(volume: Pick<Volume, 'size'>): string {
  const [columns, rows, slices] = volume.size
  return slices === 1 ? `${columns} × ${rows}` : `${columns} × ${rows} × ${slices}`
}
