import { describe, expect, test } from 'vitest'
import { reduceMap, scoringReduction, signedReduction, type Reduction } from '@engine/attribution/reduction'
import { percentile } from '@engine/metrics/percentile'
import { readGoldenMap } from '../../support/golden-array'
import { present } from '../../support/golden-metric'

describe.skipIf(!present)('PAIR’s visualisations', () => {
  const read = (name: string) => readGoldenMap(`visualize_${name}.npy`)
  const reduced = (reduction: Reduction): Float32Array => {
    const { map, shape } = read('in')
    return reduceMap({ data: map, shape: [1, ...shape] }, reduction).map.data
  }

  test('grey: sum of absolute values, cut at the 99th percentile, 0–1', () => {
    const { map: expected } = read('grayscale')
    reduced(scoringReduction).forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5))
  })

  test('diverging: from our signed sum and percentile; our own signed view takes the percentile of the magnitude', () => {
    const { map: expected } = read('diverging')
    const sum = reduced({ reduce: 'sum', clip: 100, normalise: 'none' })
    const span = Math.abs(percentile(sum, 99))
    sum.forEach((value, index) => {
      const peer = Math.max(-1, Math.min(1, (value + span) / (2 * span)))
      expect(peer).toBeCloseTo(expected[index], 5)
    })
    const cut = percentile(sum.map(Math.abs), 99)
    reduced(signedReduction).forEach((value, index) => {
      expect(value).toBeCloseTo(Math.max(-1, Math.min(1, sum[index] / cut)), 5)
    })
  })
})
