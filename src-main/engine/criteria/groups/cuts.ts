import type { GroupSamples } from '@engine/criteria/groups/samples'
import { edgeLetters } from '@engine/geometry/orientation'
import type { MapCut } from '@shared/group-evidence'

/** Side of a cut in the report at most: a figure of a page shows no more. */
const mostSide = 128

/** Three planes through the largest |t| (one for a plane), every k-th voxel of large ones: t, and the mean map of all patients. */
export function statisticCuts(t: Float64Array, { first, second, space }: GroupSamples): MapCut[] {
  const [columns, rows] = space.size
  let peak = 0
  for (let voxel = 0; voxel < t.length; voxel++)
    if (Math.abs(t[voxel]) > Math.abs(t[peak]) || Number.isNaN(t[peak])) peak = voxel
  const at = {
    columns: peak % columns,
    rows: Math.floor(peak / columns) % rows,
    slices: Math.floor(peak / (columns * rows))
  }
  const count = first.sums.count + second.sums.count
  const mean = (voxel: number): number =>
    (first.sums.count * first.sums.mean[voxel] + second.sums.count * second.sums.mean[voxel]) / count
  return cutsThrough(at, { t: (voxel) => (Number.isNaN(t[voxel]) ? 0 : t[voxel]), mean, space })
}

/** The voxel that planes go through. */
export type CutPlace = Readonly<Record<MapCut['axis'], number>>

/** What planes show, voxel by voxel, and where it lies. */
export interface CutSource {
  t(voxel: number): number
  mean(voxel: number): number
  readonly space: Pick<GroupSamples['space'], 'size' | 'affine' | 'spacingMm' | 'letters'>
}

/** Three planes through a voxel, one for a plane. */
export function cutsThrough(at: CutPlace, { t, mean, space }: CutSource): MapCut[] {
  const [columns, rows, slices] = space.size
  const voxelAt = (i: number, j: number, k: number): number => (k * rows + j) * columns + i
  const cut = (axis: MapCut['axis'], size: [number, number], voxel: (x: number, y: number) => number): MapCut => {
    const step = Math.max(1, Math.ceil(Math.max(...size) / mostSide))
    const [width, height] = size.map((length) => Math.ceil(length / step))
    const chosen = Array.from({ length: width * height }, (_, index) =>
      voxel((index % width) * step, Math.floor(index / width) * step)
    )
    const number = { columns: 0, rows: 1, slices: 2 }[axis]
    const [across, down] = { columns: [1, 2], rows: [0, 2], slices: [0, 1] }[axis]
    const spacing = space.spacingMm
    return {
      letters: lettersOf(space, axis),
      pixelMm: spacing === null ? null : [step * spacing[across], step * spacing[down]],
      axis,
      index: at[axis],
      mm: space.spacingMm === null ? null : at[axis] * space.spacingMm[number],
      width,
      height,
      t: chosen.map((index) => short(t(index))),
      mean: chosen.map((index) => short(mean(index)))
    }
  }
  const plane = cut('slices', [columns, rows], (x, y) => voxelAt(x, y, at.slices))
  if (slices === 1) return [plane]
  return [
    plane,
    cut('rows', [columns, slices], (x, y) => voxelAt(x, at.rows, slices - 1 - y)),
    cut('columns', [rows, slices], (x, y) => voxelAt(at.columns, x, slices - 1 - y))
  ]
}

/** Directions at the edges of a cut; slices of a standing cut are drawn with the last one on top. */
function lettersOf({ letters, affine }: CutSource['space'], axis: MapCut['axis']): MapCut['letters'] {
  if (letters === undefined || axis === 'slices') return letters
  if (letters.right === '') return { left: '', right: '', top: '', bottom: '' }
  const { left, right, top, bottom } = edgeLetters(affine, axis === 'rows' ? 0 : 1, 2)
  return { left, right, top: bottom, bottom: top }
}

/** Four significant digits: a report is read by people and plotted, not computed on. */
const short = (value: number): number => Number(value.toPrecision(4))
