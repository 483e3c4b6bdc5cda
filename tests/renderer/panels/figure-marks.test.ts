import { beforeEach, expect, it, vi } from 'vitest'
import type { Measurement } from '@shared/measuring'
import type { DisplayImage } from '@shared/vocabulary'
import type { Turn } from '../../../src-renderer/viewport/turn'

const image = {
  caseId: 'c',
  size: [64, 48, 4],
  samples: 1,
  spacingMm: [1.5, 2, 4],
  unit: 'HU',
  voxels: Float32Array.from({ length: 64 * 48 * 4 }, (_, at) => 10 * (at % 64) + (Math.floor(at / 64) % 48))
} as unknown as DisplayImage

const measured = (kind: Measurement['kind'], points: [number, number][], slice = 2): Measurement => ({
  ...{ id: kind, kind, name: kind, slice, points }
})

async function parts() {
  vi.resetModules()
  const { marksOn, turnedLay } = await import('../../../src-renderer/panels/measure/figure-marks')
  const { measuring } = await import('../../../src-renderer/state/measuring.svelte')
  const { viewer } = await import('../../../src-renderer/state/viewer.svelte')
  viewer.image = image

  return { marksOn, measuring, turnedLay }
}

let here: Awaited<ReturnType<typeof parts>>
const asStored = ({ x, y }: { x: number; y: number }): { x: number; y: number } => ({ x, y })

beforeEach(async () => {
  here = await parts()
})

it('holds the measurements of the slice with their figures, and none where they are to be left out', () => {
  here.measuring.own = [
    measured('length', [
      [10, 10],
      [30, 30]
    ]),
    measured('rectangle', [
      [4, 2],
      [8, 4]
    ]),
    measured(
      'angle',
      [
        [1, 1],
        [2, 2],
        [3, 1]
      ],
      1
    )
  ]
  const found = here.marksOn(image, 2, asStored)
  expect(found.map(({ words }) => words)).toEqual([
    ['50.0 mm'],
    // Columns 4 to 7, rows 2 and 3: 6 mm × 4 mm; mean and deviation as NumPy gives them (ddof 1).
    ['24.0 mm²', 'mean 57.5 HU, SD 12.0 HU', '42.0 HU to 73.0 HU']
  ])
  expect(found.map(({ closed, ends }) => [closed, ends])).toEqual([
    [false, true],
    [true, false]
  ])
  expect(found[0].line).toEqual([
    { x: 10 / 64, y: 10 / 48 },
    { x: 30 / 64, y: 30 / 48 }
  ])
  here.measuring.inFigures = false
  expect(here.marksOn(image, 2, asStored)).toEqual([])
})

it('draws an ellipse through its four ends, between its corners', () => {
  here.measuring.own = [
    measured('ellipse', [
      [8, 12],
      [40, 36]
    ])
  ]
  const [{ line }] = here.marksOn(image, 2, asStored)
  const across = line.map(({ x }) => 64 * x)
  const down = line.map(({ y }) => 48 * y)
  expect([Math.min(...across), Math.max(...across), Math.min(...down), Math.max(...down)].map(Math.round)).toEqual([
    8, 40, 12, 36
  ])
  for (const [at, x] of across.entries()) expect(((x - 24) / 16) ** 2 + ((down[at] - 24) / 12) ** 2).toBeCloseTo(1, 10)
})

it('turns as the picture does: mirrored first, then clockwise by quarters', () => {
  // A place a quarter across and a tenth down.
  const place = { x: 0.25, y: 0.1 }
  const laid = (turn: Turn): number[] => {
    const { x, y } = here.turnedLay(turn)(place)

    return [x, y].map((share) => Number(share.toFixed(10)))
  }
  const quarters = [0, 1, 2, 3] as const
  expect(quarters.map((count) => laid({ quarters: count, mirrored: false }))).toEqual([
    [0.25, 0.1],
    [0.9, 0.25],
    [0.75, 0.9],
    [0.1, 0.75]
  ])
  expect(quarters.map((count) => laid({ quarters: count, mirrored: true }))).toEqual([
    [0.75, 0.1],
    [0.9, 0.75],
    [0.25, 0.9],
    [0.1, 0.25]
  ])
})
