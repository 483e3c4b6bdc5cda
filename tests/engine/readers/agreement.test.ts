import { describe, expect, test } from 'vitest'
import { agreementOf } from '@engine/readers/agreement'
import { consensusOf } from '@engine/readers/consensus'
import { squaredDistances } from '@engine/readers/distance-transform'
import { intraclassCorrelation } from '@engine/readers/intraclass-correlation'
import type { MaskGrid, ReaderMask } from '@engine/readers/reader-mask'
import { parseRegion } from '@engine/readers/scored-region'
import { staple } from '@engine/readers/staple'
import { surfaceDistances } from '@engine/readers/surface-distance'
import { randomStream } from '@engine/tensor/random'

/** The three discs of the shared definitions (E): row, column, radius on a grid of 64 × 64. */
const grid: MaskGrid = { size: [64, 64, 1], spacingMm: [1, 1, 1] }
const disc = (row: number, column: number, radius: number): Uint8Array =>
  Uint8Array.from({ length: 4096 }, (_, index) =>
    (Math.floor(index / 64) - row) ** 2 + ((index % 64) - column) ** 2 <= radius ** 2 ? 1 : 0
  )
const discs: readonly ReaderMask[] = [
  { reader: 'one', voxels: disc(26, 32, 8) },
  { reader: 'two', voxels: disc(27, 33, 9) },
  { reader: 'three', voxels: disc(30, 30, 7) }
]
const whole = { kind: 'whole' } as const
const everywhere = Uint32Array.from({ length: 4096 }, (_, index) => index)

describe('golden values of three discs', () => {
  const agreement = agreementOf(discs, grid, whole)

  test('Dice, Fleiss κ', () => {
    ;[0.857778, 0.606936, 0.626866].forEach((value, pair) => expect(agreement.pairs[pair].dice).toBeCloseTo(value, 6))
    expect(agreement.fleissKappa.value).toBeCloseTo(0.692875, 6)
  })

  test('surface distances', () => {
    const { hdMm, hd95Mm, hd95PooledMm, assdMm } = agreement.pairs[1]
    expect(hdMm.value).toBeCloseTo(5.656854, 6)
    expect(hd95Mm.value).toBeCloseTo(5.385165, 6)
    expect(hd95PooledMm.value).toBeCloseTo(5.113327, 6)
    expect(assdMm.value).toBeCloseTo(2.745248, 6)
  })

  test('STAPLE', () => {
    const { sensitivity, specificity, probability, prior, iterations, converged } = staple(
      discs.map(({ voxels }) => voxels),
      everywhere
    )
    expect(converged).toBe(true)
    ;[0.850086, 1, 0.554202].forEach((value, reader) => expect(sensitivity[reader]).toBeCloseTo(value, 5))
    ;[0.998958, 0.99328, 0.994004].forEach((value, reader) => expect(specificity[reader]).toBeCloseTo(value, 5))
    expect(probability.filter((value) => value >= 0.5)).toHaveLength(214)
    // Pixels of the three discs, counted by row: 197, 253, 149.
    expect(prior).toBeCloseTo((197 + 253 + 149) / (3 * 4096), 12)
    // Rounds of the same expectation maximisation in NumPy 2, until no figure moves by 1e-9.
    expect(iterations).toBe(36)
  })

  test('majority', () => {
    const { voxels, warnings } = consensusOf(discs, grid, { method: 'majority', region: whole })
    expect(voxels.filter((value) => value === 1)).toHaveLength(214)
    expect(warnings).toEqual([])
  })
})

describe('the chance-corrected figures', () => {
  test("Krippendorff's α exceeds Fleiss' κ by the correction for a finite sample", () => {
    const { fleissKappa, krippendorffAlpha, voxels } = agreementOf(discs, grid, whole)
    // α = 1 − (1 − κ)·(n − 1)/n with n marks in all.
    const marks = 3 * voxels
    expect(krippendorffAlpha.value).toBeCloseTo(1 - ((1 - fleissKappa.value!) * (marks - 1)) / marks, 12)
  })

  test("ICC(2,1) of Shrout and Fleiss' table 2", () => {
    const ratings = [
      [9, 6, 8, 7, 10, 6],
      [2, 1, 4, 1, 5, 2],
      [5, 3, 6, 2, 6, 4],
      [8, 2, 8, 6, 9, 7]
    ]
    // Table 4 of the paper prints .29.
    expect(intraclassCorrelation(ratings).value).toBeCloseTo(0.2898, 4)
  })

  test('the region is cropped to what anyone marked', () => {
    const all = agreementOf(discs, grid, whole)
    const cropped = agreementOf(discs, grid, parseRegion('union:2'))
    // Rows 16 to 39 and columns 22 to 44 of all discs, widened by two.
    expect(cropped.voxels).toBe((37 - 18 + 1 + 4) * (42 - 23 + 1 + 4))
    expect(cropped.fleissKappa.value!).toBeLessThan(all.fleissKappa.value!)
    expect(cropped.region).toBe('union:2')
  })

  test('an unknown region is a usage fault', () => {
    expect(() => parseRegion('half')).toThrow(/no region to score agreement in/)
  })
})

describe('masks with nothing in them', () => {
  const empty: ReaderMask = { reader: 'none', voxels: new Uint8Array(4096) }

  test('two empty masks agree, and have no distance', () => {
    const { pairs, fleissKappa } = agreementOf([empty, { ...empty, reader: 'nobody' }], grid, whole)
    expect(pairs[0]).toMatchObject({ dice: 1, iou: 1, hd95Mm: { value: null, reason: 'both masks are empty' } })
    expect(fleissKappa).toMatchObject({ value: null })
  })

  test('an empty one beside a full one has Dice 0 and no distance', () => {
    const { pairs } = agreementOf([empty, discs[0]], grid, whole)
    expect(pairs[0]).toMatchObject({ dice: 0, assdMm: { value: null, reason: 'one of the two masks is empty' } })
  })

  test('the union of nothing is no region', () => {
    const { icc, krippendorffAlpha } = agreementOf([empty, empty], grid, parseRegion('union'))
    expect(icc.value).toBeNull()
    expect(krippendorffAlpha).toEqual({ value: null, reason: 'no reader marked anything' })
    expect(consensusOf([empty, empty], grid, { method: 'staple', region: parseRegion('union') }).warnings).toHaveLength(
      1
    )
  })
})

describe('distances', () => {
  test('equal a search over all marked voxels, on an anisotropic grid', () => {
    const odd: MaskGrid = { size: [7, 9, 5], spacingMm: [0.5, 1.25, 3] }
    const random = randomStream(3, 'distance')
    const marked = Uint8Array.from({ length: 315 }, () => (random.integer(20) === 0 ? 1 : 0))
    const places = Array.from(marked, (_, index) => [index % 7, Math.floor(index / 7) % 9, Math.floor(index / 63)])
    const squares = squaredDistances(marked, odd)
    places.forEach((here, index) => {
      const nearest = Math.min(
        ...places.flatMap((there, other) =>
          marked[other] === 0
            ? []
            : here.reduce((sum, x, axis) => sum + ((x - there[axis]) * odd.spacingMm![axis]) ** 2, 0)
        )
      )
      expect(squares[index]).toBeCloseTo(nearest, 9)
    })
  })

  test('two parallel planes lie their spacing apart', () => {
    const odd: MaskGrid = { size: [4, 4, 6], spacingMm: [1, 1, 2.5] }
    const plane = (slice: number): Uint8Array =>
      Uint8Array.from({ length: 96 }, (_, index) => (Math.floor(index / 16) === slice ? 1 : 0))
    expect(surfaceDistances(plane(1), plane(4), odd)).toEqual({
      hausdorff: 7.5,
      hausdorff95: 7.5,
      pooled95: 7.5,
      average: 7.5,
      pooledAverage: 7.5
    })
  })
})

test('readers who split evenly give no majority, said', () => {
  const { voxels, warnings } = consensusOf([discs[0], discs[2]], grid, { method: 'majority', region: whole })
  expect(warnings).toHaveLength(1)
  expect(Array.from(voxels)).toEqual(Array.from(discs[0].voxels, (value, index) => value & discs[2].voxels[index]))
})

test('the soft consensus is the share of readers', () => {
  const { voxels } = consensusOf(discs, grid, { method: 'soft', region: whole })
  expect(voxels[27 * 64 + 31]).toBe(1)
  expect(new Set(Array.from(voxels, (value) => Math.round(value * 3)))).toEqual(new Set([0, 1, 2, 3]))
})
