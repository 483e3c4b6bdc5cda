import type { Computed } from '@engine/metrics/metric'
import { dice, intersectionOverUnion, type Overlap } from '@engine/metrics/overlap'
import { cohenKappa, fleissKappa, krippendorffAlpha, votesOf } from '@engine/readers/chance-corrected'
import { intraclassCorrelation } from '@engine/readers/intraclass-correlation'
import type { MaskGrid, ReaderMask } from '@engine/readers/reader-mask'
import { regionText, voxelsOfRegion, type ScoredRegion } from '@engine/readers/scored-region'
import { surfaceDistances } from '@engine/readers/surface-distance'

/** Two readers of one image. */
export interface PairAgreement {
  readonly a: string
  readonly b: string
  /** Two empty masks agree: 1. */
  readonly dice: number
  readonly iou: number
  /** The larger of the two directed 95th percentiles, mm. */
  readonly hd95Mm: Computed
  readonly hdMm: Computed
  /** Mean of the two directed mean distances, mm. */
  readonly assdMm: Computed
  /** The same two of all distances together: other tools report these. */
  readonly hd95PooledMm: Computed
  readonly assdPooledMm: Computed
  /** Cohen's κ over the voxels of the region. */
  readonly kappa: Computed
}

/** How far readers of one image agree. Chance-corrected figures depend on the region they are scored in, so it stands beside them. */
export interface Agreement {
  readonly pairs: readonly PairAgreement[]
  readonly fleissKappa: Computed
  readonly krippendorffAlpha: Computed
  /** ICC(2,1) over the voxels of the region. */
  readonly icc: Computed
  readonly region: string
  readonly voxels: number
}

/** Masks of one image by at least two readers, all on the same grid. */
export function agreementOf(masks: readonly ReaderMask[], grid: MaskGrid, region: ScoredRegion): Agreement {
  const voxels = voxelsOfRegion(masks, grid, region)
  const votes = votesOf(
    masks.map((mask) => mask.voxels),
    voxels
  )
  const ratings = masks.map((mask) => Uint8Array.from(voxels, (voxel) => (mask.voxels[voxel] === 0 ? 0 : 1)))
  return {
    pairs: masks.flatMap((first, index) =>
      masks
        .slice(index + 1)
        .map((second) => ({ ...pairOf(first, second, grid), kappa: cohenKappa(first.voxels, second.voxels, voxels) }))
    ),
    fleissKappa: fleissKappa(votes, masks.length),
    krippendorffAlpha: krippendorffAlpha(votes, masks.length),
    icc: intraclassCorrelation(ratings),
    region: regionText(region),
    voxels: voxels.length
  }
}

function pairOf(first: ReaderMask, second: ReaderMask, grid: MaskGrid): Omit<PairAgreement, 'kappa'> {
  const overlap = overlapOf(first.voxels, second.voxels)
  const bothEmpty = overlap.area === 0 && overlap.selected === 0
  const distances = surfaceDistances(first.voxels, second.voxels, grid)
  const reason =
    distances === null
      ? bothEmpty
        ? 'both masks are empty'
        : 'one of the two masks is empty'
      : 'the image has no spacing in millimetres'
  const millimetres = (value: number | undefined): Computed =>
    grid.spacingMm === null || value === undefined ? { value: null, reason } : { value }
  return {
    a: first.reader,
    b: second.reader,
    dice: bothEmpty ? 1 : dice(overlap),
    iou: bothEmpty ? 1 : intersectionOverUnion(overlap),
    hd95Mm: millimetres(distances?.hausdorff95),
    hdMm: millimetres(distances?.hausdorff),
    assdMm: millimetres(distances?.average),
    hd95PooledMm: millimetres(distances?.pooled95),
    assdPooledMm: millimetres(distances?.pooledAverage)
  }
}

function overlapOf(first: Uint8Array, second: Uint8Array): Overlap {
  let both = 0
  let selected = 0
  let area = 0
  for (let index = 0; index < first.length; index++) {
    if (first[index] !== 0) selected++
    if (second[index] !== 0) area++
    if (first[index] !== 0 && second[index] !== 0) both++
  }
  return { both, selected, area }
}
