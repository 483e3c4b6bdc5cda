import { Fault } from '@engine/fault'
import type { ImageContent, ImageLabel } from '@engine/formats/format'
import { noSuchVolume } from '@engine/formats/load'
import { plainWords, planesOf, type Segment, type Segmentation } from '@engine/formats/segmentation/segmentation'
import { sameGrid } from '@engine/geometry/grid'
import { labelmapFromVolume } from '@engine/geometry/labelmap'
import { resampleVolume } from '@engine/geometry/resample'
import type { Volume, Voxels } from '@engine/geometry/volume'

interface LabelRequest {
  readonly image: Volume
  readonly name: string
  /** Volume of the file, null for the first or, where the file names its labels, all of them. */
  readonly which: number | null
  /** What the values mean, where a file beside the image says so. */
  readonly names?: ReadonlyMap<number, string>
}

interface Labelled {
  readonly segmentation: Segmentation
  readonly warnings: readonly string[]
}

/** A picture with more grey levels than this is no map of labels but a mask with soft edges. */
const mostGreyLevels = 32
/** More labels than any atlas has: such values are no labels. */
const mostLabels = 4096
/** An image taken for a mask has thousands of values on every slice: labels that would take more than this are none. */
const mostPlaneBytes = 2 ** 30

/**
 * A volume of labels as segments, one for each whole value but 0. Values that are no labels (fractions, many grey levels, colour) make one
 * segment of everything that is not zero. Throws Fault `bad-mask`, `bad-parameter`.
 */
export function labelSegments(content: ImageContent, request: LabelRequest): Labelled {
  const { image, name, which } = request
  const { volumes } = content
  if (which !== null && volumes[which] === undefined) throw noSuchVolume(name, which, volumes.length)
  const labels = content.labels ?? []
  const layers = which !== null ? [which] : labels.length > 0 ? [...new Set(labels.map(({ volume }) => volume))] : [0]
  const warnings = [...content.warnings]
  if (layers.length === 1 && volumes.length > 1 && which === null) {
    warnings.push(`“${name}” holds ${volumes.length} volumes; the first is used.`)
  }
  const segments: Segment[] = []
  for (const layer of layers) {
    const placed = onGrid(volumes[layer].volume, image, name)
    warnings.push(...volumes[layer].warnings, ...placed.warnings)
    const own = labels.filter(({ volume }) => volume === layer)
    const { kind } = content
    const names = request.names ?? new Map<number, string>()
    const drawn = segmentsOfLayer(placed.values, { image, labels: own, names, first: segments.length + 1, name, kind })
    segments.push(...drawn.segments)
    warnings.push(...drawn.warnings)
  }
  return { segmentation: { size: image.size, affine: image.affine, segments }, warnings }
}

/** The values on the image's grid, nearest neighbour. Throws Fault `bad-mask`. */
function onGrid(mask: Volume, image: Volume, name: string): { values: Voxels; warnings: string[] } {
  const grey = mask.samples === 1 ? mask : { ...mask, samples: 1 as const, voxels: labelmapFromVolume(mask).voxels }
  if (mask.oriented && image.oriented) {
    if (sameGrid(mask, image)) return { values: grey.voxels, warnings: [] }
    const moved = resampleVolume(grey, image, { interpolation: 'nearest' }).voxels
    if (moved.some((value: number) => value > 0 || value < 0) || !grey.voxels.some((value: number) => value !== 0)) {
      return {
        values: moved,
        warnings: [`“${name}” lies on another grid and was moved to the image's by nearest neighbour.`]
      }
    }
    throw new Fault('bad-mask', `The mask “${name}” lies wholly outside its image.`, {
      subject: name,
      hint: 'Choose the mask that was drawn on this image.'
    })
  }
  if (mask.size.every((length, axis) => length === image.size[axis])) return { values: grey.voxels, warnings: [] }
  throw new Fault(
    'bad-mask',
    `The mask “${name}” has ${mask.size.join(' × ')} pixels, its image ${image.size.join(' × ')}.`,
    { subject: name, hint: 'A mask must have the size of its image, or state where it lies (NIfTI, NRRD, DICOM).' }
  )
}

interface Layer {
  readonly image: Volume
  readonly labels: readonly ImageLabel[]
  readonly names: ReadonlyMap<number, string>
  readonly first: number
  readonly name: string
  readonly kind: ImageContent['kind']
}

function segmentsOfLayer(values: Voxels, layer: Layer): { segments: Segment[]; warnings: string[] } {
  const { image, labels, names, first, name } = layer
  const most = layer.kind === 'raster' && labels.length === 0 && names.size === 0 ? mostGreyLevels : mostLabels
  const stem = name.replace(/(\.seg)?\.(nii|nrrd|nhdr|hdr|img|mgh|mgz)(\.gz)?$|\.[^.]+$/i, '')
  const byValue = planesByValue(values, image, most)
  if (byValue === null) {
    const planes = planesOf(labelmapFromVolume({ ...image, samples: 1, voxels: values }))
    const many = labels.length === 0 ? [] : [`“${name}” holds more values than labels; they were taken together.`]
    return { segments: [{ ...plainWords(first, stem), planes }], warnings: many }
  }
  const listed = [...new Set([...labels.map(({ value }) => value), ...byValue.keys()])].sort((a, b) => a - b)
  const segments = listed.map((value, index): Segment => {
    const named = labels.find((label) => label.value === value)?.name ?? names.get(value)
    const label = named ?? (listed.length === 1 ? stem : `Label ${value}`)
    // A labelmap's own numbers are kept where they can be segment numbers.
    const alone = listed.length === 1 && named === undefined
    const number = first === 1 && !alone && value > 0 && value < 65536 ? value : first + index
    return { ...plainWords(number, label), planes: byValue.get(value) ?? new Map<number, Uint8Array>() }
  })
  return { segments, warnings: [] }
}

/** Planes of every whole value but 0, or null when there are fractions or too many values to be labels. */
function planesByValue(values: Voxels, image: Volume, most: number): Map<number, Map<number, Uint8Array>> | null {
  const pixels = image.size[0] * image.size[1]
  const byValue = new Map<number, Map<number, Uint8Array>>()
  let room = mostPlaneBytes
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value === 0 || Number.isNaN(value)) continue
    if (!Number.isInteger(value)) return null
    const k = Math.floor(index / pixels)
    let planes = byValue.get(value)
    if (planes === undefined) byValue.set(value, (planes = new Map<number, Uint8Array>()))
    let plane = planes.get(k)
    if (plane === undefined) {
      room -= pixels
      if (room < 0 || byValue.size > most) return null
      planes.set(k, (plane = new Uint8Array(pixels)))
    }
    plane[index - k * pixels] = 1
  }
  return byValue
}
