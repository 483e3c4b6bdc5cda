import type { VolumeContent } from '@engine/formats/format'
import type { NrrdAxes } from '@engine/formats/nrrd/axes'
import type { NrrdGeometry } from '@engine/formats/nrrd/geometry'
import type { NrrdHeader } from '@engine/formats/nrrd/header'
import type { Volume, Voxels } from '@engine/geometry/volume'

interface NrrdFacts {
  readonly header: NrrdHeader
  readonly axes: NrrdAxes
  readonly geometry: NrrdGeometry
}

/** The array as volumes: the axes of space inside, every combination of the others one volume. */
export function nrrdVolumes(values: Voxels, { header, axes, geometry }: NrrdFacts): VolumeContent[] {
  const { sizes } = header
  const strides = sizes.map((_, axis) => sizes.slice(0, axis).reduce((product, length) => product * length, 1))
  const size = [0, 1, 2].map((place) => sizes[axes.spatial[place]] ?? 1) as unknown as Volume['size']
  const count = axes.others.reduce((product, axis) => product * sizes[axis], 1)
  const alpha = axes.colour !== null && sizes[axes.colour] === 4
  return Array.from({ length: count }, (_, index) => {
    const start = axes.others.reduce((sum, axis) => sum + place(index, axis, axes.others, sizes) * strides[axis], 0)
    const voxels = gathered(values, { start, size, strides, axes })
    return {
      volume: {
        voxels,
        size,
        samples: axes.colour === null ? 1 : 3,
        affine: geometry.affine,
        spacingMm: geometry.spacingMm,
        oriented: geometry.oriented,
        frameOfReference: null,
        unit: 'value',
        photometric: axes.colour === null ? 'MONOCHROME2' : 'RGB',
        bitsStored: voxels instanceof Float32Array ? 32 : voxels.BYTES_PER_ELEMENT * 8,
        window: null
      },
      label: count === 1 ? '' : labelOf(index, count, { header, axes }),
      warnings: alpha ? ['The picture has transparency, which is ignored.'] : []
    }
  })
}

/** Position along one axis of the volume with this number; the first of the other axes runs fastest. */
function place(index: number, axis: number, others: readonly number[], sizes: readonly number[]): number {
  let rest = index
  for (const other of others) {
    if (other === axis) return rest % sizes[other]
    rest = Math.floor(rest / sizes[other])
  }
  return 0
}

interface Gathering {
  readonly start: number
  readonly size: Volume['size']
  readonly strides: readonly number[]
  readonly axes: NrrdAxes
}

function gathered(values: Voxels, { start, size, strides, axes }: Gathering): Voxels {
  const [columns, rows, slices] = size
  const [di, dj, dk] = [0, 1, 2].map((place) => strides[axes.spatial[place]] ?? 0)
  const samples = axes.colour === null ? 1 : 3
  const dense = samples === 1 && di === 1 && (rows === 1 || dj === columns) && (slices === 1 || dk === columns * rows)
  if (dense) return values.subarray(start, start + columns * rows * slices)
  const ds = axes.colour === null ? 0 : strides[axes.colour]
  const voxels = new (values.constructor as new (length: number) => Voxels)(columns * rows * slices * samples)
  let to = 0
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      let from = start + k * dk + j * dj
      for (let i = 0; i < columns; i++, from += di) {
        for (let s = 0; s < samples; s++) voxels[to++] = values[from + s * ds]
      }
    }
  }
  return voxels
}

function labelOf(index: number, count: number, { header, axes }: Pick<NrrdFacts, 'header' | 'axes'>): string {
  const [axis, ...more] = axes.others
  const kind = header.kinds[axis]
  if (more.length > 0 || kind === '') return `volume ${index + 1} of ${count}`
  const word = kind === 'time' ? 'time' : kind === 'list' ? 'layer' : 'component'
  return `${word} ${index + 1} of ${count}`
}
