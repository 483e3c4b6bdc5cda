import type { Segment } from '@shared/drawing'
import type { DrawingOperation } from '@shared/drawing-operations'

/** A line of the history for what the engine did: "Margin +2 mm". */
export function operationName(
  action: DrawingOperation,
  { segments, scaled }: { segments: readonly Segment[]; scaled: boolean }
): string {
  const unit = scaled ? 'mm' : 'px'
  const nameOf = (id: string): string =>
    segments.find(({ segment }) => segment === id)?.name.slice(0, 60) ?? 'a segment'
  switch (action.operation) {
    case 'grow-region':
      return action.inSlice ? `Grow, slice ${action.voxel[2] + 1}` : `Grow from slice ${action.voxel[2] + 1}`
    case 'margin':
      return `Margin ${action.marginMm > 0 ? '+' : '−'}${Math.abs(action.marginMm)} ${unit}`
    case 'smooth':
      return `Smooth, ${action.method} ${action.sizeMm} ${unit}`
    case 'hollow':
      return `Hollow, wall ${action.thicknessMm} ${unit}`
    case 'fill-holes':
      return action.perSlice ? 'Fill holes, slice by slice' : 'Fill holes'
    case 'combine':
      return `${combinations[action.how]} ${nameOf(action.other)}`
    default:
      return plainNames[action.operation]
  }
}

const combinations = {
  union: 'Add',
  intersection: 'Keep what is in',
  difference: 'Take away',
  exclusive: 'Exchange with'
} as const

const plainNames = {
  'grow-seeds': 'Grow from seeds',
  'fill-between': 'Fill between slices',
  'keep-largest': 'Keep largest part',
  'remove-small': 'Remove small parts',
  'split-parts': 'Split into parts'
} as const
