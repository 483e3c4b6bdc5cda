import { describe, expect, test } from 'vitest'
import { gaussianSmoothed } from '@engine/geometry/smoothed-labelmap'
import { filledBetweenSlices } from '@engine/readers/drawing/between-slices'
import { combined } from '@engine/readers/drawing/combine'
import {
  componentsOf,
  largestPart,
  separateParts,
  withoutHoles,
  withoutSmallParts
} from '@engine/readers/drawing/components'
import { boxOfMasks, cropped, type DrawnMask, pasted, widened } from '@engine/readers/drawing/crop'
import { grownRegion } from '@engine/readers/drawing/grow-region'
import { grownSeeds } from '@engine/readers/drawing/grow-seeds'
import { closed, hollowed, opened, withMargin } from '@engine/readers/drawing/margin'
import { medianSmoothed } from '@engine/readers/drawing/median'
import { differences, golden, goldenMask } from './golden'

const mask = goldenMask(golden.mask)
const same = (found: DrawnMask, figure: readonly number[]): void =>
  expect(differences(found.voxels, goldenMask(figure).voxels)).toEqual([])

describe('the tools agree with SciPy voxel for voxel', () => {
  test('parts: label, keep largest, remove small', () => {
    expect(componentsOf(mask).sizes).toEqual(golden.parts.sizes)
    same(largestPart(mask), golden.parts.largest)
    same(withoutSmallParts(mask, 30), golden.parts.atLeast30)
  })

  test('holes: in the volume and slice by slice', () => {
    const shell = goldenMask(golden.holes.shell)
    same(withoutHoles(shell, false), golden.holes.volume)
    same(withoutHoles(shell, true), golden.holes.slices)
    same(withoutHoles(mask, true), golden.holes.masksSlices)
  })

  test('margins in millimetres on voxels of 0.6 × 0.8 × 2.5 mm', () => {
    same(withMargin(mask, 2.7), golden.margin.grown)
    same(withMargin(mask, 2.7), golden.margin.dilated)
    same(withMargin(mask, -1.3), golden.margin.shrunk)
    same(opened(mask, 0.9), golden.margin.opened)
    same(closed(mask, 1.7), golden.margin.closed)
    same(hollowed(mask, 1.3, 'inside'), golden.margin.hollowInside)
    same(hollowed(mask, 2.7, 'outside'), golden.margin.hollowOutside)
  })

  test('smoothing: median and Gaussian', () => {
    const inSlice = { ...mask, spacing: [1, 1, 10] as const }
    same(medianSmoothed(inSlice, 2), golden.median)
    same(medianSmoothed(mask, 2.5), golden.medianDeep)
    expect(differences(gaussianSmoothed(mask, 1.2), goldenMask(golden.gaussian).voxels)).toEqual([])
  })

  test('between slices by signed distances', () => {
    same(filledBetweenSlices(goldenMask(golden.between.drawn)), golden.between.filled)
  })

  test('a region grown from a seed', () => {
    const { seed, low, high } = golden.region
    const grow = (inSlice: boolean): DrawnMask =>
      grownRegion(mask, (index) => golden.grey[index], { voxel: seed, band: { low, high }, reach: null, inSlice })
    same(grow(false), golden.region.volume)
    same(grow(true), golden.region.slice)
  })

  test('seeds that share the image among them', () => {
    const seeds = new Uint8Array(golden.grey.length)
    golden.seeds.seeds.forEach((runs, at) =>
      goldenMask(runs).voxels.forEach((bit, index) => bit && (seeds[index] = at + 1))
    )
    const owner = grownSeeds({ ...mask, grey: Float32Array.from(golden.grey) }, seeds)
    // Nothing in the figures is a tie, so the rule for ties cannot hide a difference.
    expect(golden.seeds.ties).toBe(0)
    golden.seeds.owner.forEach((runs, at) =>
      expect(
        differences(
          owner.map((one) => (one === at + 1 ? 1 : 0)),
          goldenMask(runs).voxels
        )
      ).toEqual([])
    )
  })
})

describe('what holds for every mask', () => {
  test('separate parts are the mask again, the largest first', () => {
    const parts = separateParts(mask)
    expect(parts.length).toBe(golden.parts.sizes.length)
    const sizes = parts.map(({ voxels }) => voxels.reduce((sum, voxel) => sum + voxel, 0))
    expect(sizes).toEqual([...golden.parts.sizes].sort((a, b) => b - a))
    const union = parts.reduce((all, part) => combined(all, part, 'union'))
    expect(differences(union.voxels, mask.voxels)).toEqual([])
  })

  test('combinations by their truth tables', () => {
    const one: DrawnMask = { voxels: Uint8Array.of(0, 0, 1, 1), size: [4, 1, 1], spacing: [1, 1, 1] }
    const other: DrawnMask = { ...one, voxels: Uint8Array.of(0, 1, 0, 1) }
    const table = (how: Parameters<typeof combined>[2]): number[] => [...combined(one, other, how).voxels]
    expect(table('union')).toEqual([0, 1, 1, 1])
    expect(table('intersection')).toEqual([0, 0, 0, 1])
    expect(table('difference')).toEqual([0, 0, 1, 0])
    expect(table('exclusive')).toEqual([0, 1, 1, 0])
  })

  test('a crop beyond the image comes back where it was', () => {
    const box = widened(boxOfMasks([mask])!, [3, 2, 1])
    expect(differences(pasted(mask, cropped(mask, box), box).voxels, mask.voxels)).toEqual([])
    expect(cropped(mask, box).voxels.reduce((sum, voxel) => sum + voxel, 0)).toBe(
      mask.voxels.reduce((sum, voxel) => sum + voxel, 0)
    )
  })

  test('nothing drawn stays nothing', () => {
    const empty = { ...mask, voxels: new Uint8Array(mask.voxels.length) }
    expect(boxOfMasks([empty])).toBeNull()
    for (const tool of [filledBetweenSlices, largestPart, (one: DrawnMask) => withMargin(one, 3)]) {
      expect(tool(empty).voxels.includes(1)).toBe(false)
    }
  })
})
