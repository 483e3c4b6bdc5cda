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
    case 'grow-seeds':
      return 'Grow from seeds'
    case 'fill-between':
      return 'Fill between slices'
    case 'keep-largest':
      return 'Keep largest part'
    case 'remove-small':
      return 'Remove small parts'
    case 'split-parts':
      return 'Split into parts'
    case 'margin':
      return `Margin ${action.marginMm > 0 ? '+' : '−'}${Math.abs(action.marginMm)} ${unit}`
    case 'smooth':
      return `Smooth, ${action.method} ${action.sizeMm} ${unit}`
    case 'hollow':
      return `Hollow, wall ${action.thicknessMm} ${unit}`
    case 'fill-holes':
      return action.perSlice ? 'Fill holes, slice by slice' : 'Fill holes'
    case 'combine':
      return { union: 'Add', intersection: 'Keep what is in', difference: 'Take away', exclusive: 'Exchange with' }[
        action.how
      ].concat(` ${nameOf(action.other)}`)
  }
}
