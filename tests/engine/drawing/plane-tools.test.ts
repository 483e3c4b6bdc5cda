import { describe, expect, test } from 'vitest'
import { boxOf, ellipsePatch, polygonPatch, rectanglePatch } from '@shared/drawing/area-shapes'
import { ballPatches, brushPatch } from '@shared/drawing/brush-shape'
import { snapped } from '@shared/drawing/edge-snap'
import { longestAxis } from '@shared/drawing/longest-axis'
import type { DrawnGrid, Patch } from '@shared/drawing/patch'
import { pixelsOfRuns, runsOfPixels } from '@shared/drawing/runs'
import { runsOfIndices, SegmentPlanes } from '@shared/drawing/segment-planes'
import { bandAround, connectedTo, inBand, type GreyPlane } from '@shared/drawing/value-band'
import { randomStream } from '@engine/tensor/random'
import { differences, expand, golden } from './golden'

const grid: DrawnGrid = { columns: 31, rows: 26, slices: 9, spacing: { x: 0.6, y: 0.8, z: 2.5 } }

/** Pixels of a patch as a whole slice. */
function laid({ columns, rows }: Pick<DrawnGrid, 'columns' | 'rows'>, patch: Patch): Uint8Array {
  const plane = new Uint8Array(columns * rows)
  patch.bits.forEach((bit, index) => {
    plane[(patch.y + Math.floor(index / patch.width)) * columns + patch.x + (index % patch.width)] = bit
  })
  return plane
}

const every = (rule: (x: number, y: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: 31 * 26 }, (_, index) => (rule((index % 31) + 0.5, Math.floor(index / 31) + 0.5) ? 1 : 0))

describe('shapes mark the pixels whose centre they hold', () => {
  test('a brush where it stands and on its way', () => {
    const from = { x: 10.3, y: 8.2 }
    const disc = brushPatch(grid, { from, to: from, diameter: 6 })
    const inMm = (x: number, y: number, at: { x: number; y: number }): number =>
      Math.hypot((x - at.x) * 0.6, (y - at.y) * 0.8)
    expect(
      differences(
        laid(grid, disc),
        every((x, y) => inMm(x, y, from) <= 3)
      )
    ).toEqual([])

    // The way as ten thousand stands: none of them is further than a thousandth of a millimetre from the way between.
    const to = { x: 21.7, y: 19.1 }
    const way = brushPatch(grid, { from, to, diameter: 4.4 })
    const stands = Array.from({ length: 10_001 }, (_, step) => ({
      x: from.x + ((to.x - from.x) * step) / 10_000,
      y: from.y + ((to.y - from.y) * step) / 10_000
    }))
    const swept = every((x, y) => stands.some((at) => inMm(x, y, at) <= 2.2))
    expect(differences(laid(grid, way), swept)).toEqual([])
  })

  test('the smallest brush marks the pixel under it and leaves no gap', () => {
    const point = { x: 4.9, y: 7.1 }
    const dot = laid(grid, brushPatch(grid, { from: point, to: point, diameter: 0.01 }))
    expect(runsOfPixels(dot)).toEqual(Uint32Array.of(7 * 31 + 4, 1))

    const line = laid(grid, brushPatch(grid, { from: { x: 0.5, y: 3.5 }, to: { x: 30.5, y: 3.5 }, diameter: 0.01 }))
    expect(runsOfPixels(line)).toEqual(Uint32Array.of(3 * 31, 31))
  })

  test('a ball is the circle it has on each slice', () => {
    const at = { x: 15.5, y: 12.5 }
    const patches = ballPatches(grid, { from: at, to: at, diameter: 11 }, 4)
    expect(patches.map(({ slice }) => slice)).toEqual([2, 3, 4, 5, 6])
    for (const { slice, patch } of patches) {
      const ball = every((x, y) => Math.hypot((x - at.x) * 0.6, (y - at.y) * 0.8, (slice - 4) * 2.5) <= 5.5)
      expect(differences(laid(grid, patch), ball)).toEqual([])
    }
    expect(ballPatches(grid, { from: at, to: at, diameter: 11 }, 0).map(({ slice }) => slice)).toEqual([0, 1, 2])
  })

  test('rectangle and ellipse', () => {
    const [from, to] = [
      { x: 22.4, y: 3.5 },
      { x: 4.5, y: 18.2 }
    ]
    const inside = every((x, y) => x >= 4.5 && x < 22.4 && y >= 3.5 && y < 18.2)
    expect(differences(laid(grid, rectanglePatch(grid, from, to)), inside)).toEqual([])
    const round = every((x, y) => ((x - 13.45) / 8.95) ** 2 + ((y - 10.85) / 7.35) ** 2 <= 1)
    expect(differences(laid(grid, ellipsePatch(grid, from, to)), round)).toEqual([])
  })

  test('polygons as scikit-image draws them, also crossed and beyond the image', () => {
    for (const { corners, mask } of golden.polygons) {
      const patch = polygonPatch(
        grid,
        corners.map(([x, y]) => ({ x, y }))
      )
      expect(differences(laid(grid, patch), expand(mask, 31 * 26))).toEqual([])
    }
  })

  test('two polygons with a common edge share no pixel and leave none', () => {
    const left = polygonPatch(grid, [
      { x: 2.5, y: 2.5 },
      { x: 10.5, y: 2.5 },
      { x: 14.5, y: 20.5 },
      { x: 2.5, y: 20.5 }
    ])
    const right = polygonPatch(grid, [
      { x: 10.5, y: 2.5 },
      { x: 24.5, y: 2.5 },
      { x: 24.5, y: 20.5 },
      { x: 14.5, y: 20.5 }
    ])
    const sum = laid(grid, left).map((bit, index) => bit + laid(grid, right)[index])
    expect(
      differences(
        sum,
        every((x, y) => x >= 2.5 && x < 24.5 && y >= 2.5 && y < 20.5)
      )
    ).toEqual([])
  })

  test('a box covers whole pixels, at least one', () => {
    expect(boxOf(grid, { x: 12.6, y: 9.4 }, { x: 3.4, y: 2.5 })).toEqual([3, 3, 13, 9])
    expect(boxOf(grid, { x: 5.1, y: 5.1 }, { x: 5.2, y: 5.2 })).toEqual([5, 5, 6, 6])
    expect(boxOf(grid, { x: -9, y: -9 }, { x: 99, y: 99 })).toEqual([0, 0, 31, 26])
    expect(boxOf(grid, { x: 98, y: 98 }, { x: 99, y: 99 })).toEqual([30, 25, 31, 26])
  })
})

describe('grey values', () => {
  const values = golden.grey.slice(4 * 31 * 26, 5 * 31 * 26)
  const plane: GreyPlane = { columns: 31, rows: 26, value: (index) => values[index] }

  test('the adaptive band is mean ± 2.5 deviations of 5 × 5 pixels', () => {
    const near = [-2, -1, 0, 1, 2].flatMap((y) => [-2, -1, 0, 1, 2].map((x) => values[(12 + y) * 31 + 15 + x]))
    const mean = near.reduce((sum, value) => sum + value, 0) / 25
    const deviation = Math.sqrt(near.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 25)
    const band = bandAround(plane, 15, 12, 0)
    expect(band.low).toBeCloseTo(mean - 2.5 * deviation, 9)
    expect(band.high).toBeCloseTo(mean + 2.5 * deviation, 9)
    expect(bandAround({ ...plane, value: () => 7 }, 0, 0, 3)).toEqual({ low: 4, high: 10 })
  })

  test('only values in the band, and only what hangs together with the start', () => {
    const all = rectanglePatch(grid, { x: 0, y: 0 }, { x: 31, y: 26 })
    const { low, high, seed, slice } = golden.region
    const region = connectedTo(inBand(all, plane, { low, high }), [[seed[0], seed[1]]])
    const onSlice = expand(slice, 31 * 26 * 9).subarray(4 * 31 * 26, 5 * 31 * 26)
    expect(differences(laid(grid, region), onSlice)).toEqual([])
    expect(connectedTo(all, [[99, 99]]).width).toBe(0)
  })

  test('a point snaps to the steepest pixel within reach, and stays on a flat image', () => {
    const edge: GreyPlane = { columns: 31, rows: 26, value: (index) => (index % 31 < 15 ? 0 : 100) }
    const spacing = { x: 1, y: 1 }
    expect(snapped(edge, { x: 17.2, y: 9.5 }, { reach: 3, spacing })).toEqual({ x: 15.5, y: 9.5 })
    expect(snapped(edge, { x: 12.9, y: 9.5 }, { reach: 3, spacing })).toEqual({ x: 14.5, y: 9.5 })
    expect(snapped(edge, { x: 22, y: 9 }, { reach: 3, spacing })).toEqual({ x: 22, y: 9 })
  })
})

describe('planes of a segment', () => {
  test('count, box and pixels stay right through a thousand changes', () => {
    const random = randomStream(7)
    const planes = new SegmentPlanes(31, 26)
    const truth = new Uint8Array(31 * 26)
    for (let step = 0; step < 1000; step++) {
      const at = (): { x: number; y: number } => ({ x: 34 * random.uniform() - 2, y: 30 * random.uniform() - 2 })
      const patch = rectanglePatch(grid, at(), at())
      const mark = random.uniform() < 0.5
      const changed = planes.put(3, patch, mark)
      const before = truth.slice()
      laid(grid, patch).forEach((bit, index) => bit && (truth[index] = mark ? 1 : 0))
      expect(changed).toEqual(differences(before, truth))
      const marked = [...truth.keys()].filter((index) => truth[index] === 1)
      expect(planes.count(3)).toBe(marked.length)
      if (step % 20 !== 0) continue
      const columns = marked.map((index) => index % 31)
      const rows = marked.map((index) => Math.floor(index / 31))
      expect(planes.bounds(3)).toEqual(
        marked.length === 0
          ? null
          : { x0: Math.min(...columns), y0: Math.min(...rows), x1: Math.max(...columns) + 1, y1: Math.max(...rows) + 1 }
      )
    }
    expect(planes.touched).toEqual(planes.count(3) > 0 ? [3] : [])
  })

  test('turning runs over twice changes nothing', () => {
    const planes = new SegmentPlanes(31, 26)
    const changed = planes.put(0, ellipsePatch(grid, { x: 3, y: 3 }, { x: 20, y: 15 }), true)
    const runs = runsOfIndices(changed)
    expect(pixelsOfRuns(runs, 31 * 26)).toEqual(planes.bits(0))
    planes.toggle(0, runs)
    expect(planes.voxels).toBe(0)
    planes.toggle(0, runs)
    expect(runsOfPixels(planes.bits(0)!)).toEqual(runs)
  })

  test('the longest axis is the Feret diameter of scikit-image', () => {
    const bits = expand(golden.axis.mask, 31 * 26)
    const axis = longestAxis({ bits, columns: 31, bounds: { x0: 0, y0: 0, x1: 31, y1: 26 } }, { x: 1, y: 1 })
    expect(axis?.length).toBeCloseTo(golden.axis.feret, 9)
    const bar = rectanglePatch(grid, { x: 2, y: 2 }, { x: 12, y: 3 })
    const planes = new SegmentPlanes(31, 26)
    planes.put(0, bar, true)
    const flat = longestAxis({ bits: planes.bits(0)!, columns: 31, bounds: planes.bounds(0)! }, { x: 0.6, y: 0.8 })
    expect(flat?.length).toBeCloseTo(6, 9)
  })
})
