import { describe, expect, test } from 'vitest'
import { Fault } from '@engine/fault'
import { assess, headlineRow, stateOf } from '../../support/assess'
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
    expect(result.rows).toHaveLength(8)
    for (const row of result.rows) {
      expect(row.references.map((reference) => reference.id)).toEqual([
        'prevalence',
        'constant',
        'random',
        'edge',
        'average-mask',
        'randomised-model'
      ])
      for (const reference of row.references.filter((item) => item.decides)) {
        expect(reference.difference!.n).toBe(24)
        expect(reference.difference!.pHolm).toBeGreaterThanOrEqual(reference.difference!.p!)
      }
      expect(row.excluded).toContainEqual({ reason: 'no finding, so nothing to point at', n: 10 })
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
    expect(lost.verdict.state).toBe('not-assessable')
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
      reason: 'The run failed.'
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
