import { describe, expect, it } from 'vitest'
import { parseExpression } from '@engine/attribution/expression'
import { runExpression } from '@engine/attribution/run-expression'
import { computeMap, type RefinedMap } from '@engine/handlers/compute-map'
import { MapShelf } from '@engine/handlers/map-shelf'
import { quietJob } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { type Tensor, tensor } from '@engine/tensor/tensor'
import type { MapSummary } from '@shared/vocabulary'
import { analyticModel, threeTerms } from '../../support/analytic-model'

const points = [
  [1, -1.3, 2.1],
  [2, 0.5, -1],
  [0.3, 3, 1]
]
/** Slices 4, 6 and 8 of ten go to the model; each is three values. */
const prepared = (count: number): PreparedImage =>
  ({
    plan: { indices: [4, 6, 8].slice(0, count) },
    input: (index: number) => tensor(Float32Array.from(points[(index - 4) / 2]), [1, 1, 1, 3]),
    join: (maps: readonly Tensor[]) => ({
      data: Float32Array.from(maps.flatMap(({ data }) => [...data])),
      shape: [1, 1, maps.length, 1, 3]
    }),
    joinCells: () => null,
    coversImage: true,
    cellsOf: () => [3, 1, count],
    onImage: (map: Tensor) => map.data
  }) as unknown as PreparedImage

async function refined(expression: string, count: number): Promise<{ told: RefinedMap[]; map: Float32Array[] }> {
  const told: RefinedMap[] = []
  const computed = await computeMap(
    {
      model: analyticModel(threeTerms),
      prepared: prepared(count),
      expression: parseExpression(expression),
      params: { 'sg.samples': 40, 'sg.sigma': 0.2, 'integrated-gradients.steps': 40 },
      of: 'logit',
      seed: 1
    },
    { index: 0, label: 'a', start: tensor(Float32Array.of(1), [1, 1]) } as unknown as Parameters<typeof computeMap>[1],
    { ...quietJob(), partial: (value) => void told.push(value as RefinedMap) }
  )

  return { told, map: computed.slices.map(({ attribution }) => attribution.map.data) }
}

const mapOf = (one: RefinedMap): Float32Array[] => one.computed.slices.map(({ attribution }) => attribution.map.data)

describe('a map that is being refined', () => {
  it('is the mean of the samples so far, and says how many', async () => {
    const { told, map } = await refined('gradient+sg', 1)
    expect(told.map(({ done, total, of }) => [done, total, of])).toEqual([
      [16, 40, 'samples'],
      [32, 40, 'samples'],
      [40, 40, 'samples']
    ])
    // The same draws, fewer of them: a second run with 16 samples is the first refinement.
    const sixteen = await runExpression(
      {
        model: analyticModel(threeTerms),
        input: prepared(1).input(4),
        start: tensor(Float32Array.of(1), [1, 1]),
        of: 'logit',
        seed: 1,
        job: quietJob()
      },
      parseExpression('gradient+sg'),
      { 'sg.samples': 16, 'sg.sigma': 0.2 }
    )
    mapOf(told[0])[0].forEach((value, at) => expect(value).toBeCloseTo(sixteen.map.data[at], 6))
    expect(mapOf(told[2])).toEqual(map)
  })

  it('grows slice by slice; slices that are not there yet are empty', async () => {
    const { told, map } = await refined('gradient', 3)
    expect(told.map(({ done, total, of }) => [done, total, of])).toEqual([
      [1, 3, 'slices'],
      [2, 3, 'slices']
    ])
    expect(mapOf(told[0])).toEqual([map[0], new Float32Array(3), new Float32Array(3)])
    expect(mapOf(told[1])).toEqual([map[0], map[1], new Float32Array(3)])
  })

  it('of a path is the part that was walked, of a mean over noisy copies never the map of one copy', async () => {
    const path = await refined('integrated-gradients', 1)
    expect(path.told.map(({ done, of }) => [done, of])).toEqual([
      [16, 'steps'],
      [32, 'steps']
    ])
    // 5x: the walked share of the path; quadrature weights sum to 1.
    const shares = path.told.map((one) => mapOf(one)[0][0] / path.map[0][0])
    expect(shares[0]).toBeGreaterThan(0.2)
    expect(shares[1]).toBeGreaterThan(shares[0])
    expect(shares[1]).toBeLessThan(1)
    const both = await refined('integrated-gradients+sg', 1)
    expect(both.told.every(({ of }) => of === 'samples')).toBe(true)
  })
})

describe('the shelf', () => {
  const order = {
    ...{ caseId: 'c', modelId: 'm', expression: 'gradient+sg', title: 'SmoothGrad', params: {}, reduction: '' },
    target: { index: 0, label: 'a' }
  }
  const some = {
    computed: {
      slices: [{ index: 4, attribution: { map: tensor(Float32Array.of(1, 2, 4), [1, 1, 1, 3]), params: {} } }]
    },
    prepared: prepared(1),
    size: [3, 1, 1] as const
  }

  it('draws what there is, keeps what was stopped, and never gives it out as done', () => {
    const heard: MapSummary[] = []
    const shelf = new MapShelf((summary) => void heard.push(summary))
    const { mapId } = shelf.place(order)
    expect(() => shelf.keep(mapId)).toThrow(/Nothing of that map/)
    shelf.refine(mapId, some, { done: 12, total: 25, of: 'samples' })
    expect(heard.at(-1)?.preliminary).toEqual({ done: 12, total: 25, of: 'samples', kept: false })
    expect([...shelf.display(mapId, 'magnitude').values]).toHaveLength(3)
    // Faster than the eye: not told again.
    const count = heard.length
    shelf.refine(mapId, some, { done: 13, total: 25, of: 'samples' })
    expect(heard).toHaveLength(count)

    shelf.change(mapId, { state: 'cancelled' })
    expect(shelf.keep(mapId).preliminary?.kept).toBe(true)
    expect(() => shelf.require(mapId)).toThrow(/has not been computed/)
    // Run again: nothing of the old one is left.
    shelf.place(order)
    expect(() => shelf.display(mapId, 'magnitude')).toThrow(/has not been computed/)
  })
})
