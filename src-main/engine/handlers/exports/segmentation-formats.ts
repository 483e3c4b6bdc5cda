import { encodeNifti } from '@engine/formats/nifti/write'
import { encodeNpy } from '@engine/formats/raster/npy'
import { encodePng } from '@engine/formats/raster/png'
import { labelValues } from '@engine/formats/segmentation/label-values'
import {
  planesOf,
  segmentLabelmap,
  segmentsOverlap,
  type Segment,
  type Segmentation
} from '@engine/formats/segmentation/segmentation'
import { encodeBoxTable } from '@engine/formats/segmentation/write-boxes'
import { encodeCoco, encodeCocoBoxes } from '@engine/formats/segmentation/write-coco'
import type { Volume } from '@engine/geometry/volume'
import { safeName } from '../safe-name'
import { dicomSeg, dicomStructures } from './dicom-segmentations'
import type { SegmentationFormat, SegmentationToWrite } from './segmentation-format'

/** A labelmap with the image's affine; overlapping segments in a file each. */
const nifti: SegmentationFormat = {
  id: 'nifti',
  title: 'NIfTI labelmap',
  hint: 'One value a segment, with the place of the image in the patient. No name, no date.',
  group: 'research',
  refuses: () => null,
  async content(item) {
    const files = new Map<string, Uint8Array>()
    for (const [name, segmentation] of labelmaps(item)) {
      const volume: Volume = {
        ...item.image,
        voxels: labelValues(segmentation),
        samples: 1,
        unit: 'label',
        photometric: 'MONOCHROME2',
        bitsStored: 8,
        window: null
      }
      files.set(`${name}.nii.gz`, await encodeNifti(volume, { description: 'Saliscope labels' }))
      files.set(`${name}.json`, labelNames(segmentation))
    }
    return files
  }
}

/** One array of labels, `[slices,] rows, columns`; overlapping segments as a stack, `[segments, …]`, 1 inside. */
const npy: SegmentationFormat = {
  id: 'npy',
  title: 'NPY',
  hint: 'Labels as an array for Python; segments that overlap as a stack of masks. Nothing of the patient.',
  group: 'research',
  refuses: () => null,
  async content(item) {
    const { segments, size } = item.segmentation
    const shape = size[2] > 1 ? [size[2], size[1], size[0]] : [size[1], size[0]]
    if (!segmentsOverlap(segments)) {
      const labels = encodeNpy(labelValues(item.segmentation), shape)
      return new Map([
        [`${item.name}.npy`, labels],
        [`${item.name}.json`, labelNames(item.segmentation)]
      ])
    }
    const voxels = size[0] * size[1] * size[2]
    const stack = new Uint8Array(segments.length * voxels)
    segments.forEach((segment, index) => {
      stack.set(segmentLabelmap(item.segmentation, [segment]).voxels, index * voxels)
    })
    return new Map([
      [`${item.name}.npy`, encodeNpy(stack, [segments.length, ...shape])],
      [`${item.name}.json`, labelNames(item.segmentation)]
    ])
  }
}

/** Pictures of 0 and 255, one a segment. */
const png: SegmentationFormat = {
  id: 'png',
  title: 'PNG picture',
  hint: 'White inside, one picture a segment, for images of one slice. Nothing of the patient.',
  group: 'research',
  refuses: (size) => (size[2] === 1 ? null : 'A PNG holds one slice; write a volume as NIfTI, NPY or DICOM SEG.'),
  async content(item) {
    const { segments, size } = item.segmentation
    const names = fileNames(item, segments)
    return new Map(
      segments.map((segment, index) => {
        const { voxels } = segmentLabelmap(item.segmentation, [segment])
        const samples = voxels.map((value) => value * 255)
        return [`${names[index]}.png`, encodePng({ width: size[0], height: size[1], channels: 1, samples })]
      })
    )
  }
}

/** Outlines, and beside them the same as run lengths. */
const coco: SegmentationFormat = {
  id: 'coco',
  title: 'COCO JSON',
  hint: 'Outlines in one file and run lengths in another, one image a slice, for annotation tools. They name the image file, nothing else of the patient.',
  group: 'research',
  refuses: () => null,
  async content({ name, segmentation, imageName }) {
    const encoded = (shape: 'polygons' | 'rle'): Uint8Array =>
      new TextEncoder().encode(encodeCoco(segmentation, imageName, shape))
    return new Map([
      [`${name}.coco.json`, encoded('polygons')],
      [`${name}.coco-rle.json`, encoded('rle')]
    ])
  }
}

/** Boxes as they were drawn, else around what is marked on each slice: as a table and as COCO annotations. */
const boxes: SegmentationFormat = {
  id: 'boxes',
  title: 'Boxes, CSV and COCO',
  hint: 'Boxes as drawn, or around an outline slice by slice, as a table and for annotation tools. The COCO file names the image, nothing else of the patient.',
  group: 'research',
  refuses: () => null,
  async content({ name, segmentation, imageName }) {
    const encoder = new TextEncoder()
    return new Map([
      [`${name}.boxes.csv`, encoder.encode(encodeBoxTable(segmentation))],
      [`${name}.boxes.coco.json`, encoder.encode(encodeCocoBoxes(segmentation, imageName))]
    ])
  }
}

/** Every format segmentations can be written as, in the order of the export sheet and of `masks export --as`. */
export const segmentationFormats: readonly SegmentationFormat[] = [
  nifti,
  npy,
  png,
  coco,
  boxes,
  dicomSeg,
  dicomStructures
]

/** The segmentation whole, or segment by segment where they overlap. */
function labelmaps(item: SegmentationToWrite): [name: string, segmentation: Segmentation][] {
  const { segmentation, name } = item
  const { segments } = segmentation
  if (!segmentsOverlap(segments)) return [[name, segmentation]]
  const names = fileNames(item, segments)
  return segments.map((segment, index) => {
    const own = { ...segment, number: 1, planes: planesOf(segmentLabelmap(segmentation, [segment])) }
    return [names[index], { ...segmentation, segments: [own] }]
  })
}

/** One name for one segment, `NAME-NUMBER-LABEL` for several. */
function fileNames({ name }: SegmentationToWrite, segments: readonly Segment[]): string[] {
  if (segments.length === 1) return [name]
  return segments.map(({ number, label }) => `${name}-${number}-${safeName(label)}`)
}

/** What each value means, beside files that hold values only; reading them finds it there. */
function labelNames({ segments }: Segmentation): Uint8Array {
  const labels = segments.map(({ number, label, category, type, colour }) => ({
    value: number,
    name: label,
    category,
    type,
    colour
  }))
  return new TextEncoder().encode(`${JSON.stringify({ labels }, null, 2)}\n`)
}
