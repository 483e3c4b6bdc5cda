import { describe, expect, test } from 'vitest'
import type { ReaderOutline, ReducedMap } from '@engine/criteria/experiment-run'
import { humanOverlap, readerOverlap, revealChange } from '@engine/criteria/human-overlap'
import { noWorseThanAReader } from '@engine/criteria/human-rows'
import { assess, headlineRow, stateOf } from '../../support/assess'
import { painters, syntheticRun, type SyntheticOptions } from '../../support/synthetic-run'

const shape = [4, 4]
const map = (values: readonly number[], flat = false): ReducedMap => ({
  values: Float32Array.from(values),
  shape,
  flat,
  activations: 'normal'
})
const mask = (...pixels: number[]): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, index) => Number(pixels.includes(index)))
const reader = (name: string, before: Uint8Array, afterReveal: Uint8Array | null = null): ReaderOutline => ({
  reader: name,
  mask: before,
  afterReveal
})

describe('overlap at equal area', () => {
  const slope = map(Array.from({ length: 16 }, (_, index) => index))

  test('is the Dice of the hottest pixels, as many as the reader outlined', () => {
    // The four hottest are 12…15; of those the first reader has two, the second one.
    const found = humanOverlap(
      slope,
      { readers: [reader('a', mask(12, 13, 0, 1)), reader('b', mask(15, 0))], shape },
      'dice'
    )
    expect(found).toMatchObject({ mapToReader: (0.5 + 0.5) / 2, readerToReader: (2 * 1) / 6, readers: 2 })
    expect((found as { byChance: number }).byChance).toBeCloseTo((4 / 16 + 2 / 16) / 2, 12)
  })

  test('IoU is Dice / (2 − Dice)', () => {
    const readers = [reader('a', mask(12, 13, 0, 1)), reader('b', mask(12, 13, 0, 1))]
    expect(humanOverlap(slope, { readers, shape }, 'iou')).toMatchObject({ mapToReader: 0.5 / 1.5, readerToReader: 1 })
  })

  test('pixels that tie at the cut count by their expected share', () => {
    const plateau = map([1, 1, 1, 1, ...new Array<number>(12).fill(0)])
    const readers = [reader('a', mask(0, 8)), reader('b', mask(0, 8))]
    // Two of the four ones are taken, one of four hits: 2 · ¼ hits of 2.
    expect(humanOverlap(plateau, { readers, shape }, 'dice')).toMatchObject({ mapToReader: 0.25 })
  })

  test('says what is missing', () => {
    expect(humanOverlap(slope, { readers: [reader('a', mask(1))], shape }, 'dice')).toBe('one reader only')
    expect(humanOverlap(slope, { readers: [reader('a', mask()), reader('b', mask())], shape }, 'dice')).toBe(
      'no reader outlined anything'
    )
    expect(humanOverlap(slope, { readers: [reader('a', mask(1)), reader('b', mask())], shape }, 'dice')).toBe(
      'one reader only outlined something'
    )
    const flat = map(new Array<number>(16).fill(0), true)
    expect(humanOverlap(flat, { readers: [reader('a', mask(1)), reader('b', mask(1))], shape }, 'dice')).toBe(
      'the map is the same everywhere'
    )
  })

  test('two outlines of the golden discs have the Dice of the definitions', () => {
    const disc = (row: number, column: number, radius: number): Uint8Array =>
      Uint8Array.from({ length: 64 * 64 }, (_, index) =>
        Number((Math.floor(index / 64) - row) ** 2 + ((index % 64) - column) ** 2 <= radius * radius)
      )
    expect(readerOverlap(disc(26, 32, 8), disc(27, 33, 9), 'dice')).toBeCloseTo(0.857778, 6)
    expect(readerOverlap(disc(26, 32, 8), disc(30, 30, 7), 'dice')).toBeCloseTo(0.606936, 6)
  })
})

describe('change after reveal', () => {
  const slope = map(Array.from({ length: 16 }, (_, index) => index))

  test('outlines that move onto the map move towards it', () => {
    const found = revealChange(slope, { readers: [reader('a', mask(14, 0), mask(14, 15))], shape }, 'dice')
    expect(found).toEqual({ kept: 0.5, towardsMap: 0.5 })
  })

  test('nobody shown, nothing said', () => {
    expect(revealChange(slope, { readers: [reader('a', mask(1))], shape }, 'dice')).toBe('no reader was shown a map')
  })
})

describe('the verdict', () => {
  /** Two readers a case who shift the lesion's outline by a pixel each way. */
  function shifted(by: number, after = false): SyntheticOptions {
    const world = syntheticRun()
    return {
      methods: {
        lesion: painters.lesion,
        token: painters.token,
        flat: painters.flat
      },
      override: {
        readers: async (modelId, caseId) => {
          const answer = await world.mask(modelId, caseId)
          const moved = (offset: number): Uint8Array =>
            (answer as { mask: Uint8Array }).mask.map((_, index, all) => all[index + offset] ?? 0)
          const revealed = after ? moved(0) : null
          return {
            readers: [
              { reader: 'a', mask: moved(-by), afterReveal: revealed },
              { reader: 'b', mask: moved(by), afterReveal: revealed }
            ],
            shape: [32, 32]
          }
        }
      }
    }
  }

  test('a map between two readers agrees with them as they do, one on the token does not', async () => {
    const result = await assess('human', syntheticRun(shifted(1)))
    expect(stateOf(result, 'lesion')).toBe('pass')
    expect(stateOf(result, 'token')).toBe('fail')
    expect(headlineRow(result, 'lesion').references.map(({ id }) => id)).toEqual(['reader-to-reader', 'chance'])
    expect(headlineRow(result, 'flat').verdict.reason).toMatch(/the map is the same everywhere/)
  })

  test('one reader only is said', async () => {
    const row = headlineRow(await assess('human', syntheticRun()), 'lesion')
    expect(row.verdict).toMatchObject({ state: 'not-assessable', reason: 'Nothing can be compared: one reader only.' })
  })

  test('too few patients are said', async () => {
    const row = headlineRow(await assess('human', syntheticRun({ ...shifted(1), patients: 4 })), 'lesion')
    expect(row.verdict.reason).toMatch(/Only 4 patients outlined by two readers/)
  })

  test('outlines that move to the lesion after the reveal move towards a map of it', async () => {
    const { rows } = await assess('human', syntheticRun(shifted(3, true)))
    const move = rows.find((row) => row.method === 'lesion' && row.metric === 'move-towards-map')!
    expect(move.ci95![0]).toBeGreaterThan(0)
    expect(move.verdict.reason).toMatch(/no verdict on the map/)
  })

  test('the rule is read off the interval and the margin', () => {
    expect(noWorseThanAReader([-0.04, 0.1], 0.05)).toBe('pass')
    expect(noWorseThanAReader([-0.06, 0.1], 0.05)).toBe('inconclusive')
    expect(noWorseThanAReader([-0.2, -0.06], 0.05)).toBe('fail')
    expect(noWorseThanAReader(null, 0.05)).toBe('not-assessable')
  })
})
