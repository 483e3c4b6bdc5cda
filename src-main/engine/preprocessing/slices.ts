import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import type { CardMode } from '@shared/model-card'

export type SliceAxis = 'i' | 'j' | 'k'

/** One plane of a volume with its channels apart: `channels[s]` is `[rows, columns]`. */
export interface Slice {
  readonly index: number
  readonly columns: number
  readonly rows: number
  readonly channels: readonly Float32Array[]
}

/** Number of planes along an axis. */
export function sliceCount(volume: Pick<Volume, 'size'>, axis: SliceAxis): number {
  return volume.size[axisPosition(axis)]
}

/** Columns and rows of a plane: the two other axes, the faster one across. */
export function sliceSize(volume: Pick<Volume, 'size'>, axis: SliceAxis): { columns: number; rows: number } {
  const [columns, rows, slices] = volume.size
  if (axis === 'k') return { columns, rows }
  return axis === 'j' ? { columns, rows: slices } : { columns: rows, rows: slices }
}

/** Copies one plane out of a volume as float32. */
export function takeSlice(
  volume: Pick<Volume, 'size' | 'samples'> & { readonly voxels: ArrayLike<number> },
  axis: SliceAxis,
  index: number
): Slice {
  const { columns, rows } = sliceSize(volume, axis)
  const [nx, ny] = volume.size
  const channels = Array.from({ length: volume.samples }, () => new Float32Array(columns * rows))
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++) {
      const i = axis === 'i' ? index : u
      const j = axis === 'k' ? v : axis === 'j' ? index : u
      const k = axis === 'k' ? index : v
      const voxel = ((k * ny + j) * nx + i) * volume.samples
      for (let s = 0; s < volume.samples; s++) channels[s][v * columns + u] = volume.voxels[voxel + s]
    }
  }
  return { index, columns, rows, channels }
}

/** Writes a plane of one value per voxel back into a grid of the volume's size. */
export function putSlice(
  grid: Float32Array,
  size: Volume['size'],
  axis: SliceAxis,
  slice: { index: number; values: Float32Array }
): void {
  const { columns, rows } = sliceSize({ size }, axis)
  const [nx, ny] = size
  for (let v = 0; v < rows; v++) {
    for (let u = 0; u < columns; u++) {
      const i = axis === 'i' ? slice.index : u
      const j = axis === 'k' ? v : axis === 'j' ? slice.index : u
      const k = axis === 'k' ? slice.index : v
      grid[(k * ny + j) * nx + i] = slice.values[v * columns + u]
    }
  }
}

/** What a card's mode means for one volume: which planes are given to the model, and how their answers are joined. */
export interface SlicePlan {
  readonly axis: SliceAxis
  readonly indices: readonly number[]
  readonly aggregate: 'max' | 'mean'
}

/**
 * The planes of a volume that a 2-D card selects. A card of mode `image` on a series takes every slice in turn, the
 * largest answer counts (said by the input doctor). Throws Fault `bad-card` for a slice that is not there.
 */
export function slicePlan(mode: CardMode, volume: Pick<Volume, 'size'>): SlicePlan {
  if (mode.kind !== 'slice') return { axis: 'k', indices: range(volume.size[2]), aggregate: 'max' }
  const count = sliceCount(volume, mode.axis)
  return { axis: mode.axis, indices: selectedIndices(mode.selection, count), aggregate: mode.aggregate }
}

function selectedIndices(selection: Extract<CardMode, { kind: 'slice' }>['selection'], count: number): number[] {
  if (selection === 'all') return range(count)
  if (selection === 'middle') return [Math.floor((count - 1) / 2)]
  if ('every' in selection) return range(count).filter((index) => index % selection.every === 0)
  const outside = selection.list.find((index) => index >= count)
  if (outside !== undefined) {
    throw new Fault(
      'bad-card',
      `The model card selects slice ${outside}; the series has ${count} slices (0 to ${count - 1}).`
    )
  }
  return selection.list
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const axisPosition = (axis: SliceAxis): 0 | 1 | 2 => (axis === 'i' ? 0 : axis === 'j' ? 1 : 2)
