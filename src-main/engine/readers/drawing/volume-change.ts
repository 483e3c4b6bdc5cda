import type { DrawingOperation } from '@shared/drawing-operations'
import { gaussianSmoothed } from '@engine/geometry/smoothed-labelmap'
import { filledBetweenSlices } from '@engine/readers/drawing/between-slices'
import { combined } from '@engine/readers/drawing/combine'
import { largestPart, withoutHoles, withoutSmallParts } from '@engine/readers/drawing/components'
import type { DrawnMask } from '@engine/readers/drawing/crop'
import { closed, hollowed, opened, withMargin } from '@engine/readers/drawing/margin'
import { medianSmoothed } from '@engine/readers/drawing/median'

/** A change of one segment that needs nothing but its labelmap, and that of another where two are combined. */
export type VolumeChange = Exclude<
  DrawingOperation,
  { operation: 'grow-region' } | { operation: 'grow-seeds' } | { operation: 'split-parts' }
>

/** The segment after the change, on the same voxels. `leastVoxels`: below it a part is small. */
export function changedVolume(
  mask: DrawnMask,
  change: VolumeChange,
  { other, leastVoxels }: { other: DrawnMask | null; leastVoxels: number }
): DrawnMask {
  switch (change.operation) {
    case 'fill-between':
      return filledBetweenSlices(mask)
    case 'keep-largest':
      return largestPart(mask)
    case 'remove-small':
      return withoutSmallParts(mask, leastVoxels)
    case 'margin':
      return withMargin(mask, change.marginMm)
    case 'smooth':
      return smoothed(mask, change)
    case 'hollow':
      return hollowed(mask, change.thicknessMm, change.wall)
    case 'fill-holes':
      return withoutHoles(mask, change.perSlice)
    case 'combine':
      return other === null ? mask : combined(mask, other, change.how)
  }
}

function smoothed(mask: DrawnMask, { method, sizeMm }: Extract<VolumeChange, { operation: 'smooth' }>): DrawnMask {
  switch (method) {
    case 'median':
      return medianSmoothed(mask, sizeMm)
    case 'opening':
      return opened(mask, sizeMm)
    case 'closing':
      return closed(mask, sizeMm)
    case 'gaussian':
      return { ...mask, voxels: gaussianSmoothed(mask, sizeMm) }
  }
}

/** How far beyond what is drawn a change may look or write, in millimetres; a voxel more is always taken. */
export function reachOf(change: VolumeChange): number {
  switch (change.operation) {
    case 'margin':
      return Math.max(0, change.marginMm)
    case 'smooth':
      return change.sizeMm
    case 'hollow':
      return change.wall === 'inside' ? 0 : change.thicknessMm
    default:
      return 0
  }
}
