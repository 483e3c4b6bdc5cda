import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BackwardRequest } from '@engine/attribution/explainable'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { parseModel } from '@engine/graph/parse'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { forEachTarget } from '@engine/handlers/shared-forward'
import { quietJob } from '@engine/job'
import { tensor, type Tensor } from '@engine/tensor/tensor'
import { inProcess } from '../../support/in-process'
import { testHost } from '../../support/inference'
import { smallClassifier } from '../../support/small-classifier'
import { drawValues } from '../../support/tiny-graphs'

const job = quietJob()
const host = testHost({ spawn: inProcess })
const input = tensor(drawValues(192, 'plain', 8), [1, 3, 8, 8])
const starts = [0, 1, 2].map((index) => oneHot(index, 3))
let model: ExplainableModel
beforeAll(async () => {
  const probed = await probeOnHost(parseModel(smallClassifier()), host, { threads: 1 }, job)
  model = await makeExplainable(probed, host, { black: [-2, -2, -2], white: [2, 2, 2], threads: 1 })
})
afterAll(() => host.dispose())

/** The model with its runs counted. */
function counted(): { model: ExplainableModel; runs: number[] } {
  const runs: number[] = []
  const own = Object.create(model) as ExplainableModel
  own.backward = (request, asked) => (runs.push(1), model.backward(request, asked))
  own.backwardEach = (request, each, asked) => (runs.push(each.length), model.backwardEach(request, each, asked))
  return { model: own, runs }
}

const expectSame = (found: Tensor, expected: Tensor): void => {
  const largest = Math.max(...expected.data.map(Math.abs))
  expect(largest).toBeGreaterThan(0)
  for (const [index, value] of expected.data.entries())
    expect(Math.abs(found.data[index] - value)).toBeLessThanOrEqual(1e-6 * largest)
}

describe('several targets from one forward pass', () => {
  test.each([
    ['gradient', {}, 1],
    ['gradient+sg', { 'sg.samples': 4 }, 1],
    ['integrated-gradients', { 'integrated-gradients.steps': 8 }, undefined],
    ['gradcam', {}, 1],
    ['occlusion', { 'occlusion.window': '3,4,4', 'occlusion.stride': '3,4,4' }, 0]
  ] as const)('%s: the maps are those of one target at a time', async (text, params, expected) => {
    const expression = parseExpression(text)
    const { model: shared, runs } = counted()
    const made = await forEachTarget(shared, starts, (view, start) =>
      runExpression({ model: view, input, start, of: 'logit', seed: 3, job }, expression, params)
    )
    for (const [index, start] of starts.entries()) {
      const alone = await runExpression({ model, input, start, of: 'logit', seed: 3, job }, expression, params)
      expectSame(made[index].map, alone.map)
    }
    expect(runs.every((count) => count === 3)).toBe(true)
    if (expected !== undefined) expect(runs).toHaveLength(expected)
  })

  test('requests that differ get a run of their own, and one that has ended is not waited for', async () => {
    const { model: shared, runs } = counted()
    const ask = (own: Partial<BackwardRequest>): BackwardRequest => ({
      input,
      start: starts[0],
      composite: 'gradient',
      of: 'logit',
      wrt: ['input'],
      ...own
    })
    const other = tensor(drawValues(192, 'plain', 9), [1, 3, 8, 8])
    await forEachTarget(shared, [0, 1, 2], async (view, index) => {
      if (index === 2) return
      await view.backward(ask({ start: starts[index] }), job)
      await view.backward(ask({ input: index === 0 ? input : other }), job)
    })
    expect(runs).toEqual([2, 1, 1])
  })

  test('a fault reaches every target that asked', async () => {
    const bad = tensor(new Float32Array(4), [1, 1, 2, 2])
    const asked = forEachTarget(model, starts, (view, start) =>
      view.backward({ input: bad, start, composite: 'gradient', of: 'logit', wrt: ['input'] }, job)
    )
    await expect(asked).rejects.toThrow(/takes \[N, 3, 8, 8\]/)
  })
})
