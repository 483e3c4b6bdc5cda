import { ssimToEach } from '@engine/metrics/ssim-work'
import type { PreparedMap } from '@engine/metrics/structural-similarity'

/** SSIM of a map to each of others, in any thread; where one is missing or lies on another grid, why there is none. */
export async function ssimTo(
  left: PreparedMap,
  rights: readonly (PreparedMap | string)[]
): Promise<(number | string)[]> {
  const grid = left.shape.join()
  const alike = rights.filter((right) => typeof right !== 'string' && right.shape.join() === grid) as PreparedMap[]
  const found = await ssimToEach({ one: left, others: alike })
  return rights.map((right) => {
    if (typeof right === 'string') return right
    if (right.shape.join() === grid) return found[alike.indexOf(right)]
    return `the maps lie on different grids (${left.shape.join(' × ')} and ${right.shape.join(' × ')})`
  })
}
