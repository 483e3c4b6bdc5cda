import { describe, expect, it } from 'vitest'
import { type ExperimentRun, trained } from '@engine/criteria/experiment-run'
import { printOf } from '@engine/handlers/map-prints'
import { type ReportCases, type ReportOrigin, ReportShelf } from '@engine/handlers/report-shelf'
import { printAgain } from '@engine/handlers/verification/rerun-print'
import type { Rerun } from '@engine/handlers/verification/rerun'
import { quietJob } from '@engine/job'
import { randomStream } from '@engine/tensor/random'

const side = 64

/** A map of one hot spot of 6 × 6 pixels, 1 % of it; 0 elsewhere. */
function hotSpot(row: number, column: number): Float32Array {
  const values = new Float32Array(side * side)
  for (let y = 0; y < 6; y++) for (let x = 0; x < 6; x++) values[(row + y) * side + column + x] = 1 - 0.1 * y
  return values
}

/** What is said of `now`, where `kept` was written. */
function again(kept: Float32Array, now: Float32Array, caseId = 'p0001'): Rerun {
  const request = { modelId: 'honest', methodId: 'gradcam', caseId, weights: trained }
  const print = (values: Float32Array) =>
    printOf(request, { values, shape: [side, side], flat: false, activations: 'normal' })
  return printAgain('map', print(kept), print(now))
}

describe('the print of a map', () => {
  it('never takes one hot spot for another', () => {
    const random = randomStream(1, 'spots')
    const states = Array.from({ length: 200 }, (_none, index) => {
      const at = (from: number): number => from + random.integer(side / 2 - 6)
      return again(hotSpot(at(0), at(0)), hotSpot(at(side / 2), at(side / 2)), `case-${index}`).state
    })
    expect(new Set(states)).toEqual(new Set(['differs']))
  })

  it('calls identical what is the same bit for bit, and nothing else', () => {
    const kept = hotSpot(3, 40)
    expect(again(kept, hotSpot(3, 40))).toEqual({ file: 'map', state: 'identical', off: 0, reason: '' })
    const next = hotSpot(3, 40)
    next[0] = 1e-30
    expect(again(kept, next).state).toBe('alike')
  })

  it('takes rounding noise for what it is where most of the map is faint', () => {
    const random = randomStream(2, 'faint')
    const kept = hotSpot(3, 40).map((value) => value + 3e-5 * random.uniform())
    const noisy = kept.map((value) => value + 1e-7 * (random.uniform() - 0.5))
    expect(again(kept, noisy).state).toBe('alike')
  })

  it('says how far apart two maps are, as their difference itself does', () => {
    const random = randomStream(3, 'noise')
    const ratios = Array.from({ length: 100 }, (_none, index) => {
      const kept = Float32Array.from({ length: side * side }, () => random.uniform())
      const now = kept.map((value) => value + 0.02 * random.normal())
      const exact = Math.sqrt(kept.reduce((sum, value, at) => sum + (value - now[at]) ** 2, 0) / kept.length)
      return squaredRatio(kept, now, exact, `case-${index}`)
    })
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
    // The standard error of the mean of 100 estimates from 32 sums is 2.5 %.
    expect(mean).toBeGreaterThan(0.92)
    expect(mean).toBeLessThan(1.08)
  })

  it('tells a map with values that are no numbers, and one without a range', () => {
    const kept = hotSpot(3, 40)
    const broken = hotSpot(3, 40)
    broken[7] = Number.NaN
    expect(again(kept, broken).state).toBe('differs')
    expect(again(new Float32Array(side * side), kept).state).toBe('differs')
    expect(again(new Float32Array(side * side), new Float32Array(side * side)).state).toBe('identical')
  })
})

it('is known of a report that is asked again, whose maps are then remembered', async () => {
  const shelf = new ReportShelf()
  const place = (follows: string | null) =>
    shelf.entry(shelf.place('Mine', {} as ReportCases, { follows } as ReportOrigin))
  const map = () => Promise.resolve({ values: hotSpot(3, 40), shape: [side, side], flat: false, activations: 'normal' })
  const first = place(null)
  const request = { modelId: 'honest', methodId: 'gradcam', caseId: 'p0001', weights: trained }
  await first.prints.watch({ map } as unknown as ExperimentRun).map(request, quietJob())
  expect(first.prints.list()).toMatchObject([{ model: 'honest', method: 'gradcam', case: 'p0001', range: '0 1' }])
  expect(place('report-1').prints.list()).toEqual(first.prints.list())
  expect(place(null).prints.list()).toEqual([])
})

/** The square of the difference as the sums alone give it, over the true one. */
function squaredRatio(kept: Float32Array, now: Float32Array, exact: number, caseId: string): number {
  const request = { modelId: 'honest', methodId: 'gradcam', caseId, weights: trained }
  const sums = (values: Float32Array): number[] =>
    printOf(request, { values, shape: [side, side], flat: false, activations: 'normal' })
      .sums.split(' ')
      .map(Number)
  const [before, after] = [sums(kept), sums(now)]
  const squares = before.reduce((sum, value, at) => sum + (value - after[at]) ** 2, 0)
  return squares / (exact ** 2 * kept.length)
}
