import { fileAddress } from '@engine/formats/file-address'
import { loadVolume } from '@engine/formats/load'
import { labelNames } from '@engine/formats/masks/label-names'
import { Fault } from '@engine/fault'
import type { Vector } from '@engine/geometry/affine'
import { extentOf, extentPlacement, wholeExtent, type Extent } from '@engine/geometry/region-fit/extent'
import { affinePlacement, thinPlatePlacement, type Placement } from '@engine/geometry/region-fit/landmarks'
import { voxelCount, type Volume } from '@engine/geometry/volume'
import type { Landmark, RegionSet } from '@shared/region-set'

/** A set of regions ready to be asked what lies at a point of its own lattice. */
export interface LoadedSet {
  readonly set: RegionSet
  readonly size: readonly [number, number, number]
  readonly spacingMm: Vector
  readonly extent: Extent
  /** 0 outside every region. A flat set is the same at every depth. */
  labelAt(point: Vector): number
  nameOf(label: number): string | undefined
}

export type FitOrder = { readonly offset: Vector } & (
  | { readonly by: 'affine' | 'thin-plate'; readonly landmarks: readonly Landmark[] }
  /** `onto` the body of the set, or the whole of its lattice. */
  | { readonly by: 'mask'; readonly mask: Uint8Array; readonly onto?: 'body' | 'lattice' }
)

/** Reads the atlas of a set, if it has one. Throws Fault `bad-mask` and what reading throws. */
export async function loadedSet(set: RegionSet, atlasPath: string | null): Promise<LoadedSet> {
  if ('grid' in set.source) return gridSet(set, set.source.grid)
  const { volume, labels } = await loadVolume(atlasPath!)
  if (volume.samples !== 1) throw new Fault('bad-mask', 'The regions of the set are in colour; a region is a number.')
  const { names } = await labelNames((await fileAddress(atlasPath!)).path, labels)
  const { size, voxels } = volume
  const [columns, rows, slices] = size
  const box = extentOf(voxels, size)
  return {
    set,
    size,
    spacingMm: set.spacingMm ?? volume.spacingMm ?? [1, 1, 1],
    extent: set.extent ?? box ?? wholeExtent(size),
    labelAt([x, y, z]) {
      const [i, j, k] = [Math.round(x), Math.round(y), slices === 1 ? 0 : Math.round(z)]
      if (i < 0 || j < 0 || k < 0 || i >= columns || j >= rows || k >= slices) return 0
      const label = Math.round(voxels[(k * rows + j) * columns + i])
      return label > 0 && label < 65536 ? label : 0
    },
    nameOf: (label) => names.get(label)
  }
}

function gridSet(set: RegionSet, { rows, columns }: { rows: number; columns: number }): LoadedSet {
  const [width, height] = set.size
  return {
    set,
    size: set.size,
    spacingMm: set.spacingMm ?? [1, 1, 1],
    extent: set.extent ?? wholeExtent(set.size),
    labelAt([x, y]) {
      const column = Math.floor(((x + 0.5) / width) * columns)
      const row = Math.floor(((y + 0.5) / height) * rows)
      return row < 0 || column < 0 || row >= rows || column >= columns ? 0 : row * columns + column + 1
    },
    nameOf: (label) => `row ${Math.floor((label - 1) / columns) + 1}, column ${((label - 1) % columns) + 1}`
  }
}

/** Labels of a set on the grid of an image, every voxel asked for the point of the set it stands for. Throws Fault `geometry-mismatch`. */
export function fittedLabels(set: LoadedSet, image: Volume, order: FitOrder): Uint16Array {
  const place = placementOf(set, image, order)
  const [columns, rows] = image.size
  const labels = new Uint16Array(voxelCount(image))
  for (let index = 0; index < labels.length; index++) {
    const [i, j, k] = [index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows))]
    const point: Vector = [i - order.offset[0], j - order.offset[1], k - order.offset[2]]
    labels[index] = set.labelAt(place(point))
  }
  return labels
}

/** Voxels of the image to voxels of the set. */
function placementOf(set: LoadedSet, image: Volume, order: FitOrder): Placement {
  if (order.by === 'mask') {
    const onto = order.onto === 'lattice' ? wholeExtent(set.size) : set.extent
    return extentPlacement(extentOf(order.mask, image.size) ?? wholeExtent(image.size), onto)
  }
  const pairs = set.set.landmarks.flatMap((landmark) => {
    const partner = order.landmarks.find(({ name }) => name === landmark.name)
    return partner === undefined ? [] : [{ here: partner.point, there: landmark.point }]
  })
  const imageMm: Vector = image.spacingMm ?? [1, 1, 1]
  const setMm = set.spacingMm
  const scaled = (point: Vector, by: Vector): Vector => [point[0] * by[0], point[1] * by[1], point[2] * by[2]]
  const fit = order.by === 'affine' ? affinePlacement : thinPlatePlacement
  // Millimetres on both sides: a bend costs the same along every axis, however thick the slices are.
  const placed = fit({
    from: pairs.map(({ here }) => scaled(here, imageMm)),
    to: pairs.map(({ there }) => scaled(there, setMm)),
    dimensions: image.size[2] === 1 || set.size[2] === 1 ? 2 : 3
  })
  const back: Vector = [1 / setMm[0], 1 / setMm[1], 1 / setMm[2]]
  return (point) => scaled(placed(scaled(point, imageMm)), back)
}
