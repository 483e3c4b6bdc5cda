import { afterAll, describe, expect, test, vi } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { oneHot } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import { parseModel } from '@engine/graph/parse'
import { type ExplainableModel, makeExplainable } from '@engine/handlers/explainable'
import { probeOnHost } from '@engine/handlers/probe-on-host'
import { type Job, quietJob } from '@engine/job'
import { sumAlong } from '@engine/runtime/gradient-path'
import { tensor } from '@engine/tensor/tensor'
import { inProcess } from '../../support/in-process'
import { testHost } from '../../support/inference'
import { smallClassifier } from '../../support/small-classifier'
import { drawValues, floatInput } from '../../support/tiny-graphs'

const host = testHost({ spawn: inProcess })
const input = tensor(drawValues(192, 'plain', 8), [1, 3, 8, 8])
afterAll(() => host.dispose())

async function classifier(batch: string | number, rows?: number): Promise<ExplainableModel> {
  const inputs = [floatInput('x', [batch, 3, 8, 8])]
  const bytes = smallClassifier({ inputs, outputs: [floatInput('y', [batch, 3])] })
  const probed = await probeOnHost(parseModel(bytes), host, { threads: 1 }, quietJob())
  return makeExplainable(probed, host, { black: [-2, -2, -2], white: [2, 2, 2], threads: 1, rows })
}

/** The same model, asked point by point. */
function pointByPoint(model: ExplainableModel): ExplainableModel {
  return Object.assign(Object.create(model) as ExplainableModel, { gradientAlong: undefined })
}

const mapOf = async (model: ExplainableModel, text: string, job: Job = quietJob()): Promise<Float32Array> => {
  const params = { 'integrated-gradients.steps': 21, 'integrated-gradients.baseline': 'black-white', 'sg.samples': 3 }
  const asked = { model, input, start: oneHot(1, 3), of: 'logit', seed: 3, job } as const
  return (await runExpression(asked, parseExpression(text), params)).map.data
}

describe('gradients along a line in one call', () => {
  test.each([
    ['any number of rows', 'N', undefined],
    ['four rows at once, the last run of one', 'N', 4],
    ['four rows and no fewer', 4, undefined],
    ['one row', 1, undefined]
  ] as const)('%s: bit for bit the map of single runs', async (_title, batch, rows) => {
    const model = await classifier(batch, rows)
    const along = vi.spyOn(host, 'runAlong')
    for (const text of ['integrated-gradients', 'integrated-gradients+sg2']) {
      along.mockClear()
      const found = await mapOf(model, text)
      // Two baselines, three noisy copies.
      expect(along).toHaveBeenCalledTimes(text.endsWith('sg2') ? 6 : 2)
      expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0)
      expect([...found]).toEqual([...(await mapOf(pointByPoint(model), text))])
    }
    along.mockRestore()
  })

  test('where somebody watches the map grow, it grows point by point', async () => {
    const model = await classifier('N', 4)
    const along = vi.spyOn(host, 'runAlong')
    const params = { 'integrated-gradients.steps': 40 }
    const partial = vi.fn()
    const asked = { model, input, start: oneHot(1, 3), of: 'logit', seed: 3, job: { ...quietJob(), partial } } as const
    await runExpression(asked, parseExpression('integrated-gradients'), params)
    expect(partial).toHaveBeenCalled()
    expect(along).not.toHaveBeenCalled()
    along.mockRestore()
  })

  test('out of memory: half the rows, the same map', async () => {
    const model = await classifier('N', 8)
    const expected = await mapOf(model, 'integrated-gradients')
    const rows: number[] = []
    const run = host.runAlong.bind(host)
    const along = vi.spyOn(host, 'runAlong').mockImplementation((session, request, job) => {
      rows.push(request.path.rows)
      if (request.path.rows > 2) return Promise.reject(new Fault('out-of-memory', 'Too much.'))
      return run(session, request, job)
    })
    const found = await mapOf(model, 'integrated-gradients')
    expect(rows.slice(0, 3)).toEqual([8, 4, 2])
    const largest = Math.max(...expected.map(Math.abs))
    found.forEach((value, index) => expect(Math.abs(value - expected[index])).toBeLessThanOrEqual(1e-6 * largest))
    along.mockRestore()
  })

  test('cancelled: says so', async () => {
    const stop = new AbortController()
    stop.abort()
    const model = await classifier('N')
    await expect(mapOf(model, 'integrated-gradients', quietJob(stop.signal))).rejects.toMatchObject({
      code: 'cancelled'
    })
  })
})

test('the sum of points is that of the formula, whatever the rows', async () => {
  const path = {
    input: 'x',
    from: Float32Array.of(-1, 4),
    alphas: Float64Array.of(0, 0.25, 0.5, 0.75, 1),
    weights: Float64Array.of(1, 2, 3, 4, 5)
  }
  const end = Float32Array.of(3, 2)
  // Of x²: twice the point. Points -1 0 1 2 3 and 4 3.5 3 2.5 2.
  const expected = [2 * (-1 + 0 + 3 + 8 + 15), 2 * (4 + 7 + 9 + 10 + 10)]
  for (const [rows, fixed] of [
    [1, false],
    [2, false],
    [2, true],
    [9, true]
  ] as const) {
    const sizes: number[] = []
    const sum = await sumAlong({ ...path, rows, fixed }, end, (points, count) => {
      sizes.push(count)
      expect(points).toHaveLength(2 * count)
      return Promise.resolve(points.map((value) => 2 * value))
    })
    expect([...sum]).toEqual(expected)
    expect(sizes.at(-1)).toBe(fixed ? rows : 1)
  }
})
