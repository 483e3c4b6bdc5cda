import { describe, expect, test } from 'vitest'
import type { ExperimentRun, MapRequest, ReducedMap, WeightState } from '@engine/criteria/experiment-run'
import { quietJob, type Job } from '@engine/job'
import type { ResultRow } from '@shared/report'
import { value } from '../../support/golden-metric'
import { assess, headlineRow, stateOf } from '../../support/assess'
import { classifier, noise, painters, spot, sum, syntheticRun, type Scene } from '../../support/synthetic-run'

/** A run whose maps are changed on the way out. */
function altered(run: ExperimentRun, change: (map: ReducedMap, request: MapRequest) => ReducedMap): ExperimentRun {
  const map = async (request: MapRequest, job: Job): Promise<ReducedMap> =>
    change((await run.map(request, job)) as ReducedMap, request)
  return { ...run, map }
}

const scrambled = (request: MapRequest): boolean => request.weights.kind === 'randomised'

describe('maps ahead of a cascade', () => {
  test('with few images those of further points and of the next method are asked for, each once', async () => {
    const { lesion, token } = painters
    const asked: string[] = []
    const known: number[] = []
    const run = syntheticRun({ patients: 6, negatives: 0, methods: { lesion, token } })
    const prefetch = (requests: readonly MapRequest[]): Promise<void> => {
      asked.push(...requests.map((request) => JSON.stringify(request)))
      return Promise.resolve()
    }
    const map = (request: MapRequest, job: Job): ReturnType<ExperimentRun['map']> => {
      if (scrambled(request)) known.push(asked.length - asked.indexOf(JSON.stringify(request)))
      return run.map(request, job)
    }
    const result = await assess('randomisation', { ...run, prefetch, map }, { independentImages: 0 })
    // Six trained maps and six for each of four points; the second method asks for its own again when it begins.
    expect(new Set(asked).size).toBe(2 * 5 * 6)
    expect(new Set(asked.slice(0, 54)).size).toBe(54)
    // Sixteen maps take three points of six: when the first is compared, it and those three have been asked for.
    expect(known[0]).toBe(24)
    expect(result.rows.map(({ value: found }) => found)).toEqual(
      (await assess('randomisation', run, { independentImages: 0 })).rows.map(({ value: found }) => found)
    )
  })
})

describe('cascading randomisation', () => {
  test('a map that follows the weights passes, the edges of the image fail', async () => {
    const result = await assess(
      'randomisation',
      syntheticRun({ methods: { lesion: painters.lesion, edge: painters.edge } })
    )
    expect(stateOf(result, 'lesion')).toBe('pass')
    const edge = headlineRow(result, 'edge')
    expect(edge.value).toBe(1)
    expect(edge.verdict.state).toBe('fail')
    expect(edge.verdict.reason).toContain('shows the image, not the model')
    expect(edge.verdict.reason).toContain('Looks almost the same')
    // Nothing is left of noise that was drawn for each image; no two have anything in common either.
    const drawn = syntheticRun({
      methods: { noise: ({ item, weights }: Scene) => noise(1, item.id, JSON.stringify(weights)) }
    })
    const chance = headlineRow(await assess('randomisation', drawn, { randomPairs: 0 }), 'noise')
    expect(chance.value!).toBeLessThan(0.5)
    expect(chance.verdict.reason).not.toContain('almost the same')
  })

  test('the curve starts at the trained map, has a point per stage, its minimum and its end', async () => {
    const { curves, rows } = await assess('randomisation', syntheticRun())
    expect(curves[0].points.map((point) => point.x)).toEqual(['none', 'fc', 'mixed2', 'mixed1', 'stem'])
    const values = curves[0].points.map((point) => point.value!)
    expect(values[0]).toBe(1)
    expect(curves[0].minimum).toBe(Math.min(...values.slice(1)))
    expect(curves[0].end).toBe(values[4])
    expect(curves[0].limits[0]).toMatchObject({ id: 'random-pairs', value: rows[0].references[0].value })
    expect(rows[0].value).toBe(values[4])
  })

  test('several stages between two points: fewer points, the same end', async () => {
    const whole = await assess('randomisation', syntheticRun())
    const thinned = await assess('randomisation', syntheticRun(), { every: 3 })
    expect(thinned.curves[0].points.map((point) => point.x)).toEqual(['none', 'fc to mixed1', 'stem'])
    expect(thinned.curves[0].points[1].value).toBe(whole.curves[0].points[3].value)
    expect(thinned.rows[0]).toMatchObject({ value: whole.rows[0].value, ci95: whole.rows[0].ci95 })
  })

  test('D is the paired difference between scrambled and chance similarity', async () => {
    const { rows } = await assess('randomisation', syntheticRun(), { randomPairs: 0 })
    const chance = rows[0].references[0]
    expect(chance.difference!.value).toBeCloseTo(rows[0].value! - chance.value!, 12)
    expect(chance.difference!.ci95![1]).toBeLessThan(0)
  })

  test('fewer random pairs and fewer images give another chance value, the same in every run', async () => {
    const all = (await assess('randomisation', syntheticRun(), { randomPairs: 0 })).rows[0]
    const few = (await assess('randomisation', syntheticRun(), { randomPairs: 3 })).rows[0]
    const again = (await assess('randomisation', syntheticRun(), { randomPairs: 3 })).rows[0]
    expect(few).toEqual(again)
    expect(few.references[0].value).not.toBe(all.references[0].value)
    expect((await assess('randomisation', syntheticRun(), { images: 12 })).rows[0].n).toBe(12)
  })

  test('a map alike for every patient and half as alike when scrambled is not called a pass by its raw similarity', async () => {
    // Chance is high (0.9 and more) for maps that all patients share: the limit is chance, not a fixed number.
    const shared = {
      shared: ({ item }: { item: { id: string } }) => sum(spot([16, 16], 4), spot([3, 3], 1 + item.id.length / 50))
    }
    const row = headlineRow(await assess('randomisation', syntheticRun({ methods: shared as never })), 'shared')
    expect(row.references[0].value).toBeGreaterThan(0.9)
    expect(row.verdict.state).toBe('fail')
  })

  test('activations that vanish or explode are never a pass', async () => {
    for (const activations of ['vanished', 'exploded'] as const) {
      const run = altered(syntheticRun(), (map, request) =>
        scrambled(request) && request.caseId === 'c2' ? { ...map, activations } : map
      )
      const row = (await assess('randomisation', run)).rows[0]
      expect(row.verdict.state).toBe('not-assessable')
      expect(row.verdict.reason).toContain(activations === 'vanished' ? 'vanish' : 'explode')
    }
  })

  test('flat scrambled maps are counted; many make the row not assessable', async () => {
    const flat = (count: number): ExperimentRun =>
      altered(syntheticRun(), (map, request) =>
        scrambled(request) && Number(request.caseId.slice(1)) < count
          ? { ...map, values: new Float32Array(map.values.length), flat: true }
          : map
      )
    const few = (await assess('randomisation', flat(2))).rows[0]
    expect(few).toMatchObject({ n: 22, verdict: { state: 'pass' } })
    expect(few.excluded).toEqual([{ reason: 'the map is the same everywhere once the weights are scrambled', n: 2 }])
    const many = (await assess('randomisation', flat(8))).rows[0]
    expect(many.verdict).toMatchObject({ state: 'not-assessable', reason: expect.stringContaining('8 of 24 maps') })
  })

  test('a flat trained map is undefined, not NaN', async () => {
    const { rows, curves } = await assess('randomisation', syntheticRun({ methods: { flat: painters.flat } }))
    expect(rows[0]).toMatchObject({ value: null, n: 0, verdict: { state: 'not-assessable' } })
    expect(curves[0].end).toBeNull()
  })

  test('imported maps, unknown stages and few patients are named', async () => {
    const run = syntheticRun()
    const imported = {
      ...run,
      spec: { ...run.spec, methods: run.spec.methods.map((method) => ({ ...method, imported: true })) }
    }
    expect((await assess('randomisation', imported)).rows[0].verdict.reason).toContain('made elsewhere')
    const noStages = syntheticRun({ override: { stages: () => Promise.resolve([]) } })
    expect((await assess('randomisation', noStages)).rows[0].verdict.reason).toContain('names no stages')
    expect((await assess('randomisation', syntheticRun({ patients: 5 }))).rows[0].verdict.reason).toContain(
      '5 patients'
    )
  })

  test('folded normalisation is named; repeats average', async () => {
    const folded = [{ ...classifier('a1', 'a', 1), foldedBatchNorm: true }]
    const once = (await assess('randomisation', syntheticRun({ models: folded }))).rows[0]
    const thrice = (await assess('randomisation', syntheticRun({ models: folded }), { repeats: 3 })).rows[0]
    expect(once.notes.join(' ')).toContain('no normalisation behind them')
    expect(thrice.value).not.toBe(once.value)
    expect(thrice.sd!).toBeLessThan(once.sd!)
  })

  test('layers that the card’s cascade leaves out are named, and there is no verdict: the rule is about all of them', async () => {
    const partly = [{ ...classifier('a1', 'a', 1), leftTrained: ['stem.0'] }]
    const { rows } = await assess('randomisation', syntheticRun({ models: partly }))
    const row = headlineRow({ rows } as never, 'lesion')
    expect(row.verdict).toMatchObject({ state: 'not-assessable', reason: expect.stringContaining('stem.0') })
    expect(row.notes).toContainEqual('The card’s cascade leaves out 1 layer: stem.0 kept the trained weights.')
  })
})

describe('other ways to scramble and to compare', () => {
  const rowOf = (rows: readonly ResultRow[], criterion: string, metric: string): ResultRow =>
    rows.find((row) => row.criterion === criterion && row.metric === metric)!

  test('every similarity is the metric of its name, image by image', async () => {
    const run = syntheticRun()
    const { rows } = await assess('randomisation', run)
    const all = { kind: 'randomised', stages: ['fc', 'mixed2', 'mixed1', 'stem'], seed: 1 } as const
    const mapOf = async (weights: WeightState): Promise<ReducedMap> =>
      (await run.map({ modelId: 'a1', caseId: 'c4', methodId: 'lesion', weights }, quietJob())) as ReducedMap
    const [before, after] = [await mapOf({ kind: 'trained' }), await mapOf(all)]
    const inputs = { map: before.values, other: after.values, shape: before.shape }
    const expected = {
      ssim: value('ssim', inputs),
      'spearman-absolute': value('spearman', inputs),
      pearson: value('pearson', inputs),
      'mutual-information': value('mutual-information', inputs)
    }
    for (const [metric, number] of Object.entries(expected)) {
      const row = rowOf(rows, 'randomisation.cascading', metric)
      expect(row.perCase.find((one) => one.case === 'c4')!.value).toBeCloseTo(number!, 5)
      expect(row.headline).toBe(metric === 'ssim')
    }
    // 32 × 32 pixels are two cells of 16, fewer than a block; the sign of a painted map is not known.
    expect(rowOf(rows, 'randomisation.cascading', 'hog-similarity').excluded[0].reason).toContain('three cells')
    expect(rowOf(rows, 'randomisation.cascading', 'spearman').excluded[0].reason).toContain('sign')
  })

  test('signed maps are compared with their sign', async () => {
    const flipped = altered(syntheticRun(), (map, request) => ({
      ...map,
      signed: scrambled(request) ? map.values.map((x) => -x) : map.values
    }))
    const { rows } = await assess('randomisation', flipped, { similarities: 'spearman,spearman-absolute' })
    expect(rowOf(rows, 'randomisation.cascading', 'spearman').reduction).toContain('signed')
    expect(rowOf(rows, 'randomisation.cascading', 'ssim').reduction).toBeUndefined()
    const [signed, absolute] = ['spearman', 'spearman-absolute'].map((metric) =>
      rowOf(rows, 'randomisation.cascading', metric)
    )
    signed.perCase.forEach(({ value: own }, index) => expect(own).toBeCloseTo(-absolute.perCase[index].value!, 5))
  })

  test('one stage at a time: no verdict, the stages named, the cascade unchanged', async () => {
    const { rows, curves } = await assess('randomisation', syntheticRun(), { independentImages: 12 })
    const row = rowOf(rows, 'randomisation.independent', 'ssim')
    expect(row).toMatchObject({ n: 12, headline: false, verdict: { state: 'not-assessable' } })
    expect(row.verdict.reason).toContain('scrambled alone')
    const curve = curves.find((one) => one.criterion === 'randomisation.independent' && one.metric === 'ssim')!
    expect(curve.points.map(({ x }) => x)).toEqual(['fc', 'mixed2', 'mixed1', 'stem'])
    expect(row.value).toBeCloseTo(
      curve.points.reduce((sum, { value: own }) => sum + own! / 4, 0),
      10
    )
    const none = await assess('randomisation', syntheticRun(), { independentImages: 0 })
    expect(none.rows.every(({ criterion }) => criterion === 'randomisation.cascading')).toBe(true)
    expect(rowOf(none.rows, 'randomisation.cascading', 'ssim')).toEqual(rowOf(rows, 'randomisation.cascading', 'ssim'))
  })

  test('named stages are the points, each with all above it; an unknown one is said', async () => {
    const whole = await assess('randomisation', syntheticRun())
    const named = await assess('randomisation', syntheticRun(), { stages: 'fc, mixed1' })
    expect(named.curves[0].points.map(({ x }) => x)).toEqual(['none', 'fc', 'mixed1'])
    expect(named.curves[0].points[2].value).toBe(whole.curves[0].points[3].value)
    expect(named.rows[0].notes.join(' ')).toContain('stem kept the trained weights')
    expect(named.rows[0].verdict.rule).toContain('Stages named: fc, mixed1')
    expect(named.rows[0].verdict).toMatchObject({
      state: 'not-assessable',
      reason: 'The rule asks for weights that are all drawn anew: stem kept the trained ones.'
    })
    const down = await assess('randomisation', syntheticRun(), { stages: 'fc, stem' })
    expect(down.rows[0].verdict.state).toBe('pass')
    const wrong = await assess('randomisation', syntheticRun(), { stages: 'fc,head' })
    expect(wrong.rows[0].verdict.reason).toBe('The model has no stage head; its stages are fc, mixed2, mixed1, stem.')
  })

  test('how weights are drawn reaches the maps and the rule; the default is left unsaid', async () => {
    const asked: WeightState[] = []
    const run = altered(syntheticRun(), (map, request) => {
      asked.push(request.weights)
      return map
    })
    const { rows } = await assess('randomisation', run, { initialisation: 'permute' })
    expect(rows[0].verdict.rule).toContain('drawn anew: permute')
    const drawn = asked.filter((weights) => weights.kind === 'randomised')
    expect(drawn.length).toBeGreaterThan(0)
    expect(drawn.every(({ initialisation }) => initialisation === 'permute')).toBe(true)
  })

  test('pairs of methods are compared, null references left out; a wrong similarity is refused', async () => {
    const run = syntheticRun({ methods: { lesion: painters.lesion, token: painters.token, edge: painters.edge } })
    const { comparisons } = await assess('randomisation', run)
    const cascading = comparisons.filter((one) => one.criterion === 'randomisation.cascading' && one.metric === 'ssim')
    expect(cascading).toMatchObject([{ a: 'lesion', b: 'token' }])
    await expect(assess('randomisation', run, { similarities: 'mse' })).rejects.toMatchObject({
      code: 'bad-experiment'
    })
  })
})
