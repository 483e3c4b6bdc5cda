import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import { row, stack, type Tensor } from '@engine/tensor/tensor'

/** Two maps `[N, C, ...spatial]` made grey pictures first (sum of magnitudes, 99th percentile, 0–1), then multiplied: `[N, 1, ...spatial]`. */
export function visualisedProduct(a: Tensor, b: Tensor): Tensor {
  return stack(
    Array.from({ length: a.shape[0] }, (_, index) => {
      const [first, second] = [a, b].map((map) => reduceMap(row(map, index), scoringReduction).map)
      return { data: first.data.map((value, at) => value * second.data[at]), shape: first.shape }
    })
  )
}
