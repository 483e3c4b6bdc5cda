import { scoringReduction } from '@engine/attribution/reduction'
import { Fault } from '@engine/fault'
import { ssim, similarityMap } from '@engine/metrics/structural-similarity'
import type { MapComparison } from '@shared/comparison'
import { placeMap } from './map-on-image'
import type { Workbench } from './workbench'

/** Local similarity of a volume is held as 64-bit floats several times over. */
const mostVoxels = 64_000_000

/**
 * Two finished maps of one case, each on its own scale of 0 to 1 and on the voxels of the image: first minus second, or
 * where they look alike (SSIM, 7 pixels of equal weight, sample covariance: what `score ssim` uses by default).
 * Throws Fault `not-found`, `geometry-mismatch` for maps of two cases, `too-large`.
 */
export function compareMaps(
  { maps }: Workbench,
  { first, second }: { first: string; second: string },
  kind: MapComparison['kind']
): MapComparison {
  const [one, other] = [maps.require(first), maps.require(second)]
  if (one.summary.caseId !== other.summary.caseId) {
    throw new Fault('geometry-mismatch', 'The two maps are of different images.', {
      subject: `${one.summary.title}, ${other.summary.title}`,
      hint: 'Compare two maps of one image.'
    })
  }
  const { size } = one.finished
  if (kind === 'similarity' && size[0] * size[1] * size[2] > mostVoxels) {
    throw new Fault('too-large', 'The image is too large for a map of similarity.', {
      hint: 'The difference of the two maps can be shown.'
    })
  }
  const [a, b] = [one, other].map(
    ({ finished }) => placeMap(finished.computed, finished.prepared, finished.size, scoringReduction).values
  )
  return { kind, size: [...size], ...(kind === 'difference' ? difference(a, b) : similarity(a, b, size)) }
}

type Compared = Pick<MapComparison, 'values' | 'figure'>

function difference(a: Float32Array, b: Float32Array): Compared {
  const values = a.map((value, voxel) => value - b[voxel])
  return { values, figure: { value: values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length } }
}

function similarity(a: Float32Array, b: Float32Array, [columns, rows, slices]: readonly number[]): Compared {
  const shape = slices > 1 ? [slices, rows, columns] : [rows, columns]
  const value = ssim(a, b, shape)
  if (value === null) {
    const reason = 'the map is smaller than the window of 7 pixels'
    return { values: new Float32Array(a.length), figure: { value: null, reason } }
  }
  return { values: Float32Array.from(similarityMap(a, b, shape)!), figure: { value } }
}
