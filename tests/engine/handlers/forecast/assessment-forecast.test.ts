import { describe, expect, it } from 'vitest'
import { AssessmentForecast } from '@engine/handlers/forecast/assessment-forecast'
import { MeasuredCosts } from '@engine/handlers/forecast/costs'
import { type Demand, emptyDemand, pairKey } from '@engine/handlers/forecast/demand'
import { randomStream } from '@engine/tensor/random'

/** A criterion of the made-up assessment: so many maps of each pair, and its own milliseconds a map. */
interface Made {
  readonly id: string
  readonly maps: number
  readonly openings: number
  readonly ownMs: number
}

const models = ['small', 'large']
const methods = ['gradient', 'smoothgrad']
/** Milliseconds of a map; the slowest takes 48 times the quickest. */
const mapMs: Readonly<Record<string, number>> = {
  [pairKey('small', 'gradient')]: 20,
  [pairKey('small', 'smoothgrad')]: 320,
  [pairKey('large', 'gradient')]: 60,
  [pairKey('large', 'smoothgrad')]: 960
}
const openingMs = 400
/** Uneven on purpose: the second is sixty times the first, the last asks for no map at all. */
const criteria: readonly Made[] = [
  { id: 'localisation', maps: 40, openings: 1, ownMs: 4000 },
  { id: 'randomisation', maps: 500, openings: 10, ownMs: 60_000 },
  { id: 'repeatability', maps: 0, openings: 0, ownMs: 8000 },
  { id: 'completeness', maps: 0, openings: 0, ownMs: 20_000 }
]

function demandOf({ maps, openings, ownMs }: Made): Demand {
  const demand = emptyDemand()
  for (const pair of Object.keys(mapMs)) {
    if (maps > 0) demand.maps.set(pair, { maps, openings })
    demand.cells.set(pair, { requests: 40, cases: new Set(Array.from({ length: 10 }, (_, index) => `c${index}`)) })
  }
  demand.ownMs = ownMs
  return demand
}

interface Glance {
  readonly at: number
  readonly left: number
  readonly fraction: number
}

/** Lets the assessment pass on a clock of its own; `off` times the counted own time is what criteria really take. */
function pass(seed: number, off: number): { glances: Glance[]; total: number } {
  let clock = 1000
  let busy = 0
  const random = randomStream(seed, 'forecast')
  const jitter = (ms: number): number => ms * (0.6 + 0.8 * random.uniform())
  const costs = new MeasuredCosts()
  const forecast = new AssessmentForecast(
    costs,
    () => clock,
    () => busy
  )
  const compute = (pair: string, kind: 'map' | 'opening'): void => {
    const [modelId, methodId] = pair.split('\u0000')
    const since = clock
    clock += jitter(mapMs[pair] + (kind === 'opening' ? openingMs : 0))
    forecast.computed({ kind, modelId, methodId, count: 1 }, since)
  }
  const glances: Glance[] = []
  const look = (): void => {
    glances.push({ at: (clock - 1000) / 1000, left: forecast.secondsLeft()!, fraction: forecast.fraction() })
  }
  for (const pair of Object.keys(mapMs)) for (const kind of ['opening', 'map'] as const) compute(pair, kind)
  forecast.plan(criteria.map((one) => ({ id: one.id, demand: demandOf(one) })))
  for (const { id, maps, openings, ownMs } of criteria) {
    forecast.begin(id)
    for (const model of models) {
      for (const method of methods) {
        const pair = pairKey(model, method)
        for (let request = 0; request < 40; request++) {
          for (let index = 0; index < Math.round(maps / 40); index++)
            compute(pair, request * Math.round(maps / 40) + index < openings ? 'opening' : 'map')
          const own = jitter((off * ownMs) / 160)
          clock += own
          busy += own
          forecast.asked(model, method, `c${request % 10}`)
          look()
        }
      }
    }
    forecast.finish()
  }
  return { glances, total: (clock - 1000) / 1000 }
}

const seeds = [1, 2, 3]
const afterTenth = ({ glances, total }: ReturnType<typeof pass>): Glance[] =>
  glances.filter(({ at }) => at >= 0.1 * total && at <= 0.9 * total)

describe('the forecast of an assessment', () => {
  it.each([0.5, 1, 2])('is within 30 % from the first tenth on, own times counted %s times right', (off) => {
    for (const seed of seeds) {
      const passed = pass(seed, off)
      const worst = Math.max(...afterTenth(passed).map(({ at, left }) => Math.abs(left / (passed.total - at) - 1)))
      expect(worst, `seed ${seed}`).toBeLessThan(0.3)
    }
  })

  it('never goes back, and ends at the whole', () => {
    const { glances } = pass(3, 1.5)
    for (const [index, { fraction }] of glances.entries())
      expect(fraction).toBeGreaterThanOrEqual(glances[index - 1]?.fraction ?? 0)
    expect(glances[glances.length - 1].fraction).toBeGreaterThan(0.99)
  })

  it('would be wrong by more than 30 % if every criterion weighed alike', () => {
    const passed = pass(1, 1)
    const steps = passed.glances.length
    const alike = passed.glances.map(({ at }, index) => ({ at, left: at / ((index + 1) / steps) - at }))
    const worst = Math.max(
      ...afterTenth({ glances: alike.map((one) => ({ ...one, fraction: 0 })), total: passed.total }).map(
        ({ at, left }) => Math.abs(left / (passed.total - at) - 1)
      )
    )
    expect(worst).toBeGreaterThan(0.3)
  })

  it('knows nothing before anything is counted', () => {
    const forecast = new AssessmentForecast(new MeasuredCosts(), () => 5)
    expect(forecast.secondsLeft()).toBeNull()
    expect(forecast.fraction()).toBe(0)
  })
})
