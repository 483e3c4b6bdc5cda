import { describe, expect, test } from 'vitest'
import { Fault } from '@engine/fault'
import { scoredMetricIds } from '@engine/criteria/localisation-metrics'
import type { ReducedMap, ScoringMask } from '@engine/criteria/experiment-run'
import { insideOutside } from '@engine/metrics/inside-outside'
import { value } from '../../support/golden-metric'
import { assess, headlineRow, stateOf } from '../../support/assess'
import { quietJob } from '@engine/job'
import type { ResultRow } from '@shared/report'
import { painters, syntheticRun } from '../../support/synthetic-run'

const methods = {
  lesion: painters.lesion,
  token: painters.token,
  noise: painters.noise,
  edge: painters.edge,
  flat: painters.flat
}

describe('localisation', () => {
  test('a map on the lesion passes; token, noise, edge and flat maps do not', async () => {
    const result = await assess('localisation', syntheticRun({ methods }))
    expect(stateOf(result, 'lesion')).toBe('pass')
    expect(stateOf(result, 'token')).toBe('fail')
    expect(stateOf(result, 'noise')).toBe('fail')
    expect(stateOf(result, 'edge')).toBe('fail')
    expect(headlineRow(result, 'flat').verdict).toMatchObject({
      state: 'not-assessable',
      reason: expect.stringContaining('same everywhere')
    })
    expect(headlineRow(result, 'lesion').verdict.reason).toContain('hottest point inside the outline in 24 of 24')
    expect(headlineRow(result, 'token').verdict.reason).toContain('never saw the patient')
  })

  test('every row states all references, the deciding ones with a paired difference', async () => {
    const result = await assess('localisation', syntheticRun({ methods: { lesion: painters.lesion } }))
    const rows = result.rows.filter((row) => row.criterion === 'localisation.utility')
    expect(rows.map((row) => row.metric)).toEqual(scoredMetricIds)
    for (const row of rows) {
      expect(row.references.map((reference) => reference.id)).toEqual([
        'prevalence',
        'constant',
        'random',
        'edge',
        'average-mask',
        'localiser',
        'readers',
        'randomised-model'
      ])
      for (const reference of row.references.filter((item) => item.decides)) {
        expect(reference.difference!.n).toBe(24)
        const { p, pHolm } = reference.difference!
        // Where every pair is tied (all hit) there is no test.
        if (p === null) expect(pHolm).toBeNull()
        else expect(pHolm).toBeGreaterThanOrEqual(p)
      }
      expect(row.excluded).toContainEqual({ reason: 'no finding: scored apart', n: 10 })
    }
    const row = headlineRow(result, 'lesion')
    const random = row.references.find((reference) => reference.id === 'random')!
    expect(random.difference!.value).toBeCloseTo(row.value! - random.value!, 10)
    expect(row.references[0].value).toBeCloseTo(row.references[1].value!, 10)
  })

  test('the average of perCase is the value', async () => {
    const row = headlineRow(await assess('localisation', syntheticRun()), 'lesion')
    expect(row.perCase.reduce((total, item) => total + item.value!, 0) / row.n).toBeCloseTo(row.value!, 12)
  })

  test('masks of other patients make it fail', async () => {
    const honest = syntheticRun()
    const ids = honest.spec.cases.filter((item) => item.hasMask).map((item) => item.id)
    const other = (id: string): string => ids[(ids.indexOf(id) + 7) % ids.length]
    const shuffled = syntheticRun({ override: { mask: (modelId, caseId) => honest.mask(modelId, other(caseId)) } })
    expect(stateOf(await assess('localisation', honest), 'lesion')).toBe('pass')
    expect(stateOf(await assess('localisation', shuffled), 'lesion')).toBe('fail')
  })

  test('nine patients are not assessable, ten are', async () => {
    const nine = headlineRow(await assess('localisation', syntheticRun({ patients: 9 })), 'lesion')
    expect(nine.verdict).toMatchObject({ state: 'not-assessable', reason: expect.stringContaining('9 patients') })
    expect(nine.value).not.toBeNull()
    expect(stateOf(await assess('localisation', syntheticRun({ patients: 10 })), 'lesion')).toBe('pass')
  })

  test('without outlines, and with outlines lost on the grid, nothing is assessed', async () => {
    const none = headlineRow(await assess('localisation', syntheticRun({ withMasks: false })), 'lesion')
    expect(none.verdict).toMatchObject({
      state: 'not-assessable',
      reason: 'No outlines to compare with: draw at least 10.'
    })
    const lost = headlineRow(await assess('localisation', syntheticRun({ emptyMasks: true })), 'lesion')
    expect(lost.verdict).toMatchObject({
      state: 'not-assessable',
      reason: 'No outline can be compared with: the outline is empty: nothing is marked in it (24 images).'
    })
    expect(lost.value).toBeNull()
  })

  test('a missing average mask or weights that cannot be scrambled are named, not passed over', async () => {
    const noAverage = syntheticRun({
      override: { averageMask: () => Promise.resolve({ unavailable: 'there is no other outline' }) }
    })
    expect(headlineRow(await assess('localisation', noAverage), 'lesion').verdict).toMatchObject({
      state: 'not-assessable',
      reason: 'Nothing to compare with: average of all outlines (there is no other outline).'
    })
    const noStages = syntheticRun({ override: { stages: () => Promise.resolve([]) } })
    expect(headlineRow(await assess('localisation', noStages), 'lesion').verdict.reason).toContain('re-initialised')
  })

  test('maps made elsewhere are judged without the randomised model', async () => {
    const run = syntheticRun()
    const imported = {
      ...run,
      spec: { ...run.spec, methods: run.spec.methods.map((method) => ({ ...method, imported: true })) }
    }
    const row = headlineRow(await assess('localisation', imported), 'lesion')
    expect(row.verdict.state).toBe('pass')
    expect(row.references.find((reference) => reference.id === 'randomised-model')).toMatchObject({
      decides: false,
      value: null
    })
  })

  test('a case that fails is listed and left out; the others are assessed', async () => {
    const honest = syntheticRun()
    const run = syntheticRun({
      override: {
        map: (request, job) =>
          request.caseId === 'c3'
            ? Promise.reject(new Fault('inference-failed', 'The run failed.'))
            : honest.map(request, job)
      }
    })
    const result = await assess('localisation', run)
    const row = headlineRow(result, 'lesion')
    expect(row).toMatchObject({ n: 23, verdict: { state: 'pass' } })
    expect(row.perCase.find((item) => item.case === 'c3')).toEqual({
      case: 'c3',
      value: null,
      reason: 'The run failed'
    })
    expect(result.failed).toEqual([{ case: 'c3', model: 'a1', method: 'lesion', reason: 'The run failed.' }])
  })

  test('the same experiment gives the same rows; pairs of methods are compared', async () => {
    const twoMethods = { lesion: painters.lesion, token: painters.token, edge: painters.edge }
    const first = await assess('localisation', syntheticRun({ methods: twoMethods }))
    expect(await assess('localisation', syntheticRun({ methods: twoMethods }))).toEqual(first)
    const pairs = first.comparisons.filter((item) => item.metric === 'average-precision')
    expect(pairs).toHaveLength(1)
    expect(pairs[0]).toMatchObject({ a: 'lesion', b: 'token' })
    expect(pairs[0].difference.ci95![0]).toBeGreaterThan(0)
  })

  test('cancelling ends the assessment with a fault', async () => {
    const stop = new AbortController()
    const job = { signal: stop.signal, progress: () => stop.abort() }
    const running = assess(
      'localisation',
      syntheticRun({ methods: { lesion: painters.lesion, token: painters.token } }),
      {},
      job
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('what stands beside the localisation rows', () => {
  const run = syntheticRun({ methods: { lesion: painters.lesion, token: painters.token, edge: painters.edge } })
  const rowOf = (rows: readonly ResultRow[], metric: string, method = 'lesion'): ResultRow =>
    rows.find((row) => row.metric === metric && row.method === method)!

  test('a localisation model is the upper reference, readers are held against each other', async () => {
    const outlined = run.spec.cases.find((item) => item.hasMask)!
    const maskOf = async (modelId: string, caseId: string) => (await run.mask(modelId, caseId)) as ScoringMask
    const upper = syntheticRun({
      override: {
        localiserMap: async (modelId, caseId) => ({
          values: Float32Array.from((await maskOf(modelId, caseId)).mask),
          shape: [32, 32],
          localiser: 'net'
        }),
        readers: async (modelId, caseId) => {
          const { mask } = await maskOf(modelId, caseId)
          const reader = (name: string, own: Uint8Array) => ({ reader: name, mask: own, afterReveal: null })
          return { readers: [reader('a', mask), reader('b', eroded(mask))], shape: [32, 32] }
        }
      }
    })
    const { rows } = await assess('localisation', upper)
    const row = rowOf(rows, 'average-precision')
    const of = (id: string) => row.references.find((reference) => reference.id === id)!
    expect(of('localiser')).toMatchObject({ value: 1, decides: false })
    expect(row.verdict.state).toBe('pass')
    // Each reader's outline as a map against the other's, by hand for one image.
    const { mask } = await maskOf('a1', outlined.id)
    const small = eroded(mask)
    const shape = [32, 32]
    const first = value('average-precision', { map: Float32Array.from(mask), mask: small, shape })!
    const second = value('average-precision', { map: Float32Array.from(small), mask, shape })!
    expect(of('readers').value).toBeCloseTo((first + second) / 2, 2)
    // Three readers, the third elsewhere: nothing is left of the comparison where the others agree on no pixel.
    const apart = syntheticRun({
      override: {
        readers: async (modelId, caseId) => {
          const { mask } = await maskOf(modelId, caseId)
          const elsewhere = mask.map((value) => 1 - value)
          const masks = { a: mask, b: eroded(mask), c: elsewhere }
          const readers = Object.entries(masks).map(([reader, own]) => ({ reader, mask: own, afterReveal: null }))
          return { readers, shape: [32, 32] }
        }
      }
    })
    const dispute = rowOf((await assess('localisation', apart)).rows, 'average-precision')
    expect(dispute.references.find(({ id }) => id === 'readers')).toMatchObject({
      value: null,
      reason: 'the other readers have no pixel in common'
    })
    const without = rowOf((await assess('localisation', run)).rows, 'average-precision')
    expect(without.references.find(({ id }) => id === 'readers')).toMatchObject({
      value: null,
      reason: 'one reader only: readers cannot be compared'
    })
  })

  test('images without a finding are scored apart: area and energy, with those of the finding beside them', async () => {
    const { rows } = await assess('localisation', run)
    for (const metric of ['hot-area', 'map-energy']) {
      const row = rowOf(rows, metric)
      expect(row).toMatchObject({ criterion: 'localisation.no-finding', n: 10, headline: false, better: 'lower' })
      expect(row.references[0]).toMatchObject({ id: 'with-finding', decides: false })
      expect(row.verdict).toMatchObject({
        state: 'not-assessable',
        reason: expect.stringContaining('all of it is false')
      })
    }
    const energies = await Promise.all(
      run.spec.cases
        .filter((item) => item.label === null)
        .map(async ({ id }) => {
          const map = await run.map(
            { modelId: 'a1', caseId: id, methodId: 'lesion', weights: { kind: 'trained' } },
            quietJob()
          )
          return value('map-energy', { map: (map as ReducedMap).values, shape: [32, 32] })!
        })
    )
    expect(rowOf(rows, 'map-energy').value).toBeCloseTo(energies.reduce((a, b) => a + b, 0) / 10, 10)
  })

  test('histograms inside and outside add up to one, and the tests of an image are those of its pixels', async () => {
    const { distributions } = await assess('localisation', run)
    const found = distributions.find(({ method }) => method === 'lesion')!
    expect(found.n).toBe(24)
    for (const side of [found.inside, found.outside]) {
      expect(side).toHaveLength(100)
      expect(side.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10)
    }
    const [first] = found.perCase
    const map = await run.map(
      { modelId: 'a1', caseId: first.case, methodId: 'lesion', weights: { kind: 'trained' } },
      quietJob()
    )
    const { mask } = (await run.mask('a1', first.case)) as ScoringMask
    const own = insideOutside({ map: (map as ReducedMap).values, shape: [32, 32], mask })
    if (typeof own === 'string') throw new Error(own)
    expect(first.welch.p).toBe(own.welch.p)
    expect(first.inside.mean).toBe(own.inside.mean)
  })

  test('soft Dice outside follows the energy of a map and has no rule, nor has the percentile of the best Dice', async () => {
    const { rows } = await assess('localisation', run)
    expect(rowOf(rows, 'soft-dice-outside')).toMatchObject({ better: 'none' })
    expect(rowOf(rows, 'soft-dice-outside', 'token').verdict.state).toBe('not-assessable')
    expect(rowOf(rows, 'max-dice-percentile').verdict.state).toBe('not-assessable')
    expect(rowOf(rows, 'auprc-trapezoid').notes.join()).toContain('(1 + share outlined) / 2')
    const constant = rowOf(rows, 'auprc-trapezoid').references.find(({ id }) => id === 'constant')!
    const prevalence = rowOf(rows, 'auprc-trapezoid').references.find(({ id }) => id === 'prevalence')!
    expect(constant.value).toBeCloseTo((1 + prevalence.value!) / 2, 6)
  })
})

/** A mask without its last rows. */
function eroded(mask: Uint8Array): Uint8Array {
  const last = mask.lastIndexOf(1)
  return mask.map((inside, index) => (index > last - 64 ? 0 : inside))
}
