import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combineDeltas, type Delta } from '@shared/drawing/deltas'
import {
  countPixels,
  flipPixels,
  noRuns,
  pixelsOfRuns,
  type Runs,
  runsOfChange,
  runsOfPixels,
  whatIsWrongWith,
  xorRuns
} from '@shared/drawing/runs'

const count = 61
/** Slices of long runs and of single pixels alike. */
const pixels = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 1, max: 9 })), { maxLength: 40 })
  .map((runs) =>
    Uint8Array.from(
      { length: count },
      (_pixel, index) => runs.flatMap(([value, length]) => Array<number>(length).fill(value))[index] ?? 0
    )
  )

/** The definition, pixel by pixel. */
const xorByHand = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((value, index) => value ^ b[index])

test('runs of one row by hand', () => {
  expect([...runsOfPixels(Uint8Array.from([0, 1, 1, 0, 1]))]).toEqual([1, 2, 1, 1])
  expect([...runsOfPixels(Uint8Array.from([9, 0, 0, 0, 1]))]).toEqual([0, 1, 3, 1])
  expect([...runsOfPixels(new Uint8Array(5))]).toEqual([])
  expect([...runsOfPixels(new Uint8Array(5).fill(1))]).toEqual([0, 5])
})

test('pixels come back from their runs, and the runs are canonical', () => {
  fc.assert(
    fc.property(pixels, (slice) => {
      const runs = runsOfPixels(slice)
      expect(pixelsOfRuns(runs, count)).toEqual(slice)
      expect(countPixels(runs)).toBe(slice.reduce((sum, value) => sum + value, 0))
      expect(whatIsWrongWith(runs, count)).toBeNull()
    })
  )
})

test('a change leads from before to after, and back', () => {
  fc.assert(
    fc.property(pixels, pixels, (before, after) => {
      const change = runsOfChange(before, after)
      expect(pixelsOfRuns(change, count)).toEqual(xorByHand(before, after))
      const shown = before.slice()
      flipPixels(shown, change)
      expect(shown).toEqual(after)
      flipPixels(shown, change)
      expect(shown).toEqual(before)
    })
  )
})

test('exclusive or of runs is that of their pixels, in the one canonical form', () => {
  fc.assert(
    fc.property(pixels, pixels, (a, b) => {
      const runs = xorRuns(runsOfPixels(a), runsOfPixels(b))
      expect([...runs]).toEqual([...runsOfPixels(xorByHand(a, b))])
    })
  )
})

test('deltas combine per segment and slice, in any order; what cancels out is gone', () => {
  const delta = fc.record({
    segment: fc.constantFrom('a', 'b'),
    slice: fc.integer({ min: 0, max: 2 }),
    runs: pixels.map(runsOfPixels)
  })
  const byPlace = (deltas: readonly Delta[]): Map<string, number[]> =>
    new Map(deltas.map(({ segment, slice, runs }): [string, number[]] => [`${segment} ${slice}`, [...runs]]).sort())
  fc.assert(
    fc.property(fc.array(delta, { maxLength: 8 }), (deltas) => {
      const combined = combineDeltas(deltas)
      expect(byPlace(combineDeltas([...deltas].reverse()))).toEqual(byPlace(combined))
      expect(combineDeltas([...deltas, ...combined])).toEqual([])
      expect(combined.every(({ runs }) => runs.length > 0)).toBe(true)
    })
  )
})

test.each<[string, Runs, RegExp]>([
  ['odd count', Uint32Array.of(1), /odd/],
  ['empty flip', Uint32Array.of(1, 0), /empty/],
  ['empty skip in the middle', Uint32Array.of(0, 2, 0, 1), /empty/],
  ['beyond the slice', Uint32Array.of(60, 2), /beyond the 61 pixels/],
  ['far beyond the slice', Uint32Array.of(4294967295, 4294967295), /beyond/]
])('refuses runs that are none: %s', (_title, runs, reason) => {
  expect(whatIsWrongWith(runs, count)).toMatch(reason)
})

test('nothing is a valid change', () => {
  expect(whatIsWrongWith(noRuns, count)).toBeNull()
})
