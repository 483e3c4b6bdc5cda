import { describe, expect, test } from 'vitest'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import type { Tensor } from '@engine/tensor/tensor'
import type { ResultRow } from '@shared/report'
import { assess, headlineRow, stateOf } from '../../support/assess'
import { noise, painters, syntheticRun, type SyntheticOptions } from '../../support/synthetic-run'

type Explain = (methodId: string, caseId: string, input: Tensor, index: number) => Float32Array

/** A world whose methods explain changed images by a formula. */
function explainingRun(explain: Explain, options: SyntheticOptions = {}): ExperimentRun {
  return syntheticRun({
    ...options,
    override: {
      attributions: ({ methodId, caseId }, inputs) =>
        Promise.resolve(inputs.map((input, index) => explain(methodId, caseId, input, index)))
    }
  })
}

const methods = { lesion: painters.lesion, token: painters.token, flat: painters.flat }
const rowOf = (rows: readonly ResultRow[], metric: string, method = 'lesion'): ResultRow =>
  rows.find((row) => row.metric === metric && row.method === method)!

/** `lesion` follows the image smoothly, `token` is new noise each time, `flat` is zero. */
const explain: Explain = (methodId, caseId, input, index) => {
  if (methodId === 'flat') return new Float32Array(input.data.length)
  return methodId === 'lesion' ? input.data.map((x) => 3 * x) : noise(1, 'unsteady', caseId, index)
}

describe('robustness', () => {
  test('a map that follows the image passes, one that is redrawn at every touch fails, a zero one is said', async () => {
    const result = await assess('robustness', explainingRun(explain, { methods }))
    expect(stateOf(result, 'lesion')).toBe('pass')
    expect(stateOf(result, 'token')).toBe('fail')
    const flat = headlineRow(result, 'flat')
    expect(flat).toMatchObject({ value: null, verdict: { state: 'not-assessable' } })
    expect(flat.excluded).toEqual([{ reason: 'a map that is zero everywhere', n: 12 }])
    expect(headlineRow(result, 'lesion').references.map(({ id, decides }) => [id, decides])).toEqual([
      ['random-pairs', true],
      ['edge', false]
    ])
  })

  test('the map 3x changes as much as the image does and has the Lipschitz constant 3', async () => {
    const { rows } = await assess('robustness', explainingRun(explain), { radius: 0.05, samples: 7 })
    for (const { value } of rowOf(rows, 'local-lipschitz').perCase) expect(value).toBeCloseTo(3, 4)
    for (const metric of ['local-lipschitz', 'max-sensitivity'])
      expect(rowOf(rows, metric).reduction).toBe('all channels, unscaled')
    expect(rowOf(rows, 'gini').reduction).toBeUndefined()
    const run = syntheticRun()
    for (const { case: id, value } of rowOf(rows, 'max-sensitivity').perCase) {
      const { data } = await run.input('a1', id)
      // Changes are uniform within ±r, so their length is about r √(n / 3).
      const r = 0.05 * (Math.max(...data) - Math.min(...data))
      const length = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0))
      expect(value! / ((r * Math.sqrt(data.length / 3)) / length)).toBeCloseTo(1, 1)
    }
  })

  test('entropy and Gini stand beside a constant and a random map, without a rule', async () => {
    const { rows } = await assess('robustness', explainingRun(explain, { methods }))
    const entropy = rowOf(rows, 'entropy')
    const gini = rowOf(rows, 'gini')
    expect(entropy.references[0].value).toBeCloseTo(Math.log(1024), 6)
    expect(gini.references[0].value).toBeCloseTo(0, 6)
    // The Gini index of uniform values is 1/3.
    expect(gini.references[1].value).toBeCloseTo(1 / 3, 1)
    expect(entropy.value!).toBeLessThan(entropy.references[0].value!)
    expect([entropy.verdict.state, gini.verdict.state]).toEqual(['not-assessable', 'not-assessable'])
    expect(rowOf(rows, 'entropy', 'flat').excluded).toEqual([{ reason: 'the map is zero everywhere', n: 12 }])
  })

  test('the same run gives the same figures; few patients and maps made elsewhere are said', async () => {
    expect(await assess('robustness', explainingRun(explain))).toEqual(
      await assess('robustness', explainingRun(explain))
    )
    const few = await assess('robustness', explainingRun(explain, { patients: 5, negatives: 0 }))
    expect(headlineRow(few, 'lesion').verdict.reason).toContain('5 patients')
    const elsewhere = await assess('robustness', syntheticRun())
    expect(headlineRow(elsewhere, 'lesion').excluded[0].reason).toContain('explains no changed images')
  })

  test('pairs of methods are compared', async () => {
    const { comparisons } = await assess('robustness', explainingRun(explain, { methods }))
    const [pair] = comparisons.filter(({ metric }) => metric === 'max-sensitivity')
    expect(pair).toMatchObject({ a: 'lesion', b: 'token' })
    expect(pair.difference.ci95![1]).toBeLessThan(0)
  })
})
