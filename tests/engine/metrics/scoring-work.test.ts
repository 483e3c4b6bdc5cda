import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareMaps, comparable, prepareComparable, similarity, similarityIds } from '@engine/criteria/similarities'
import { replacedInput } from '@engine/metrics/perturbation/imputed-input'
import { withReplaced } from '@engine/metrics/perturbation/perturbed-input'
import { scoringPool } from '@engine/metrics/scoring-pool'
import { scoreWith, scoringBusy, scoringPlaces, scoringWork, type ScoringThreads } from '@engine/metrics/scoring-work'
import { prepareForSsim, ssimToEach } from '@engine/metrics/ssim-work'
import { prepareMap, ssim } from '@engine/metrics/structural-similarity'
import { randomStream } from '@engine/tensor/random'
import { builtWorker } from '../formats/test-pool'
import { fileURLToPath } from 'node:url'

const shape = [64, 64]
const mapOf = (seed: number): Float32Array => {
  const random = randomStream(seed, 'scoring work')
  return Float32Array.from({ length: 64 * 64 }, (_, at) => Math.abs(Math.sin(at / 40 + seed)) + 0.1 * random.uniform())
}
const maps = [1, 2, 3].map(mapOf)
const reduced = maps.map((values) => ({
  values,
  shape,
  signed: values.map((value, at) => (at % 3 === 0 ? -value : value))
}))

let pool: ScoringThreads & { close(): Promise<void> }
beforeAll(async () => {
  const entry = fileURLToPath(new URL('../../../src-main/pool-worker.ts', import.meta.url))
  pool = scoringPool(await builtWorker('scoring-work', entry), 2)
  scoreWith(pool)
})
afterAll(async () => {
  scoreWith()
  await pool.close()
})

describe('scoring in threads', () => {
  it('gives the very numbers of this thread', async () => {
    const here = reduced.map((map) => comparable(map, similarityIds))
    const there = await Promise.all(reduced.map((map) => prepareComparable({ map, ids: similarityIds })))
    const [one, ...others] = there
    if (typeof one === 'string' || others.some((map) => typeof map === 'string')) throw new Error('not comparable')
    const found = await compareMaps({ one, others: others as never, ids: similarityIds })
    const [first, ...rest] = here
    expect(found).toEqual(rest.map((map) => similarityIds.map((id) => similarity(first as never, map as never, id))))
    expect(found[0].every((value) => typeof value === 'number')).toBe(true)
  })

  it('keeps what is compared again in shared memory', async () => {
    const prepared = (await prepareForSsim({ values: maps[0], shape }))!
    expect(prepared.means.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(prepared.variances).toEqual(prepareMap(maps[0], shape)!.variances)
    const other = (await prepareForSsim({ values: maps[1], shape }))!
    expect(await ssimToEach({ one: prepared, others: [other, prepared] })).toEqual([ssim(maps[0], maps[1], shape), 1])
    expect(await prepareForSsim({ values: new Float32Array(9), shape: [3, 3] })).toBeNull()
  })

  it('fills images alike, in memory that can go to another process', async () => {
    const input = { data: maps[0], shape: [1, 1, 64, 64] }
    const removed = Uint8Array.from(maps[1], (value) => Number(value > 0.5))
    const order = { input, removed, replacement: 'road', noise: { deviation: 0.01, seed: 4 } } as const
    const there = await replacedInput(order)
    expect(there).toEqual(withReplaced(input, removed, 'road', order.noise))
    expect(there.data.buffer).toBeInstanceOf(ArrayBuffer)
    expect(scoringPlaces()).toBe(3)
  })

  it('says what went wrong there as it would be said here', async () => {
    const wrong = {
      input: { data: maps[0], shape: [1, 1, 64, 64] },
      removed: null as never,
      replacement: 'road'
    } as const
    await expect(replacedInput(wrong)).rejects.toMatchObject({ code: 'internal' })
    scoreWith()
    await expect(replacedInput(wrong)).rejects.toThrow(TypeError)
    expect(scoringPlaces()).toBe(1)
    expect(await scoringWork('twice', (value: number) => 2 * value)(21)).toBe(42)
    scoreWith(pool)
  })
})

describe('the clock of scoring threads', () => {
  it('runs while at least one piece of work is out, and once for several', async () => {
    const ends: (() => void)[] = []
    const run: ScoringThreads['run'] = () =>
      new Promise((resolve) => ends.push(() => resolve({ answer: 1, fault: null })))
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15))
    const ask = scoringWork('clock of a test', () => 1)
    scoreWith({ count: 2, run })
    try {
      const before = scoringBusy()
      const [first, second] = [ask(null), ask(null)]
      await pause()
      ends[0]()
      await first
      await pause()
      const both = scoringBusy() - before
      expect(both).toBeGreaterThanOrEqual(25)
      ends[1]()
      await second
      const after = scoringBusy()
      await pause()
      expect(scoringBusy()).toBe(after)
    } finally {
      scoreWith(pool)
    }
  })
})
