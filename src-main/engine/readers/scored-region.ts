import { Fault } from '@engine/fault'
import type { MaskGrid, ReaderMask } from '@engine/readers/reader-mask'

/** Where agreement is scored: the whole image, or the box around everything any reader marked, widened by a margin in voxels. */
export type ScoredRegion = { readonly kind: 'whole' } | { readonly kind: 'union'; readonly margin: number }

/** `whole` or `union[:MARGIN]`; throws Fault `usage` for anything else. */
export function parseRegion(text: string): ScoredRegion {
  if (text === 'whole') return { kind: 'whole' }
  const margin = /^union(?::(\d{1,5}))?$/.exec(text)
  if (margin === null)
    throw new Fault('usage', `"${text}" is no region to score agreement in.`, {
      subject: text,
      hint: 'Use whole, union, or union:MARGIN with a margin in voxels.'
    })
  return { kind: 'union', margin: Number(margin[1] ?? 0) }
}

/** `whole` or `union:MARGIN`. */
export function regionText(region: ScoredRegion): string {
  return region.kind === 'whole' ? 'whole' : `union:${region.margin}`
}

/** Indices of the voxels scored, ascending. Empty when nobody marked anything and the region is the union. */
export function voxelsOfRegion(masks: readonly ReaderMask[], grid: MaskGrid, region: ScoredRegion): Uint32Array {
  const [columns, rows] = grid.size
  const length = masks[0].voxels.length
  if (region.kind === 'whole') return Uint32Array.from({ length }, (_, index) => index)
  const low = [Infinity, Infinity, Infinity]
  const high = [-1, -1, -1]
  for (let index = 0; index < length; index++) {
    if (masks.every(({ voxels }) => voxels[index] === 0)) continue
    placeOf(index, columns, rows).forEach((place, axis) => {
      low[axis] = Math.min(low[axis], place)
      high[axis] = Math.max(high[axis], place)
    })
  }
  if (high[0] < 0) return new Uint32Array(0)
  const kept: number[] = []
  for (let index = 0; index < length; index++) {
    const inside = placeOf(index, columns, rows).every(
      (place, axis) => place >= low[axis] - region.margin && place <= high[axis] + region.margin
    )
    if (inside) kept.push(index)
  }
  return Uint32Array.from(kept)
}

function placeOf(index: number, columns: number, rows: number): [number, number, number] {
  return [index % columns, Math.floor(index / columns) % rows, Math.floor(index / (columns * rows))]
}
