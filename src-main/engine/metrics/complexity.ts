import type { Metric } from '@engine/metrics/metric'
import { noParams } from '@engine/metrics/no-params'

const blank = 'the map is zero everywhere'

/** −Σ p ln p of the shares p = |S| / Σ|S|, in nats; ln(number of pixels) for a map that is the same everywhere. */
export const entropyMetric: Metric<object> = {
  id: 'entropy',
  title: 'Complexity: entropy of the map’s shares (nats)',
  citation: 'Bhatt U, Weller A, Moura JMF. Evaluating and aggregating feature-based model explanations. IJCAI 2020.',
  needs: ['map'],
  range: [0, null],
  better: 'lower',
  params: noParams,
  compute({ map }) {
    let total = 0
    for (let index = 0; index < map.length; index++) total += Math.abs(map[index])
    if (total === 0) return { value: null, reason: blank }
    let entropy = 0
    for (let index = 0; index < map.length; index++) {
      const share = Math.abs(map[index]) / total
      if (share > 0) entropy -= share * Math.log(share)
    }
    return { value: entropy }
  }
}

/**
 * Gini index of |S|: 0 when all pixels share alike, towards 1 when few hold everything.
 * 1 − 2 Σ_k (s_k / Σs) (n − k + ½) / n over the ascending values s_1 … s_n.
 */
export const giniMetric: Metric<object> = {
  id: 'gini',
  title: 'Sparseness: Gini index of the map',
  citation:
    'Chalasani P, Chen J, Chowdhury AR, Jha S, Wu X. Concise explanations of neural networks using adversarial training. ICML 2020; Hurley N, Rickard S. Comparing measures of sparsity. IEEE Transactions on Information Theory 2009;55:4723–4741.',
  needs: ['map'],
  range: [0, 1],
  better: 'higher',
  params: noParams,
  compute({ map }) {
    const sizes = Float64Array.from(map, Math.abs).sort()
    const count = sizes.length
    let total = 0
    let weighted = 0
    for (let rank = 1; rank <= count; rank++) {
      total += sizes[rank - 1]
      weighted += sizes[rank - 1] * (count - rank + 0.5)
    }
    return total === 0 ? { value: null, reason: blank } : { value: 1 - (2 * weighted) / (total * count) }
  }
}
