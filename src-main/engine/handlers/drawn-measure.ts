import type { Journal } from '@engine/project/journal'
import { longestAxis } from '@shared/drawing/longest-axis'
import type { SegmentMeasure } from '@shared/drawing-operations'
import { planesOf } from './drawn-crop'

/** Sizes of every segment of a drawing. */
export function measured(journal: Pick<Journal, 'drawing' | 'shown'>): SegmentMeasure[] {
  const { size, spacingMm } = journal.drawing.grid
  const [x, y, z] = spacingMm ?? [1, 1, 1]
  return journal.shown.segments.map(({ segment }) => {
    const planes = planesOf(journal, segment)
    const slices = planes.touched
    const largest = slices.reduce((most, slice) => Math.max(most, planes.count(slice)), 0)
    const axes = slices.map((slice) => {
      const plane = { bits: planes.bits(slice)!, columns: size[0], bounds: planes.bounds(slice)! }
      return longestAxis(plane, { x, y })?.length ?? 0
    })
    return {
      segment,
      voxels: planes.voxels,
      ml: spacingMm === null || size[2] === 1 ? null : (planes.voxels * x * y * z) / 1000,
      cm2: spacingMm === null ? null : (largest * x * y) / 100,
      longestAxis: slices.length === 0 ? null : Math.max(...axes),
      slices
    }
  })
}
