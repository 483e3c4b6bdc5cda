import { scoringWork } from '@engine/metrics/scoring-work'
import { prepareMap, similarityOf, type PreparedMap } from '@engine/metrics/structural-similarity'

/** `prepareMap` in any thread; the answer lies in shared memory. */
export const prepareForSsim = scoringWork(
  'map for ssim',
  ({ values, shape }: Pick<PreparedMap, 'values' | 'shape'>) => prepareMap(values, shape),
  { share: true }
)

/** SSIM of one prepared map to each of others, in any thread. */
export const ssimToEach = scoringWork(
  'ssim',
  ({ one, others }: { readonly one: PreparedMap; readonly others: readonly PreparedMap[] }) =>
    others.map((other) => similarityOf(one, other))
)
