import type { MaskGrid } from '@engine/readers/reader-mask'
import { segmentsOf } from '@engine/readers/study/outline-runs'
import type { OutlineRuns, SegmentExtent } from '@shared/reading-study'

/** Size of a mark: cm² on a single slice, ml in a volume, neither without a spacing. */
export function extentOf(voxels: number, { size, spacingMm }: MaskGrid): { cm2: number | null; ml: number | null } {
  if (spacingMm === null) return { cm2: null, ml: null }
  const area = (voxels * spacingMm[0] * spacingMm[1]) / 100
  return size[2] > 1 ? { cm2: null, ml: (area * spacingMm[2]) / 10 } : { cm2: area, ml: null }
}

/** Size of each outlined segment. */
export function extentsOf(runs: OutlineRuns, spacingMm: MaskGrid['spacingMm']): SegmentExtent[] {
  return segmentsOf(runs).map(({ name, voxels }) => {
    const count = voxels.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0)
    return { segment: name, voxels: count, ...extentOf(count, { size: runs.size, spacingMm }) }
  })
}
