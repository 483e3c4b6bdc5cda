import type { GraphWriter } from '@engine/graph/writer'
import type { PoolCase } from './max-pool-routing'

export function sliceRouting(w: GraphWriter, gradient: string, pool: PoolCase): string {
  void w, pool
  return gradient
}
