import { expect, it } from 'vitest'
import type { SheetPanel } from '@shared/comparison'
import { turnedPanel } from '../../../src-renderer/viewport/turned-panel'
import { UPRIGHT } from '../../../src-renderer/viewport/turn'

/** Two rows of three pixels: 0 1 2 above 3 4 5. */
const panel = {
  ...{ mapId: 'map', view: 'magnitude', size: [3, 2], spacingMm: [1, 2], slices: 9 },
  grey: Uint8Array.of(0, 1, 2, 3, 4, 5),
  values: Float32Array.of(0, 1, 2, 3, 4, 5),
  outline: Uint8Array.of(1, 0, 0, 0, 0, 0),
  letters: { left: 'L', right: 'R', top: 'A', bottom: 'P' }
} as unknown as SheetPanel

it('mirrors picture, map, outline and letters together', () => {
  const found = turnedPanel(panel, { quarters: 0, mirrored: true })
  expect([...found.grey]).toEqual([2, 1, 0, 5, 4, 3])
  expect([...found.values]).toEqual([2, 1, 0, 5, 4, 3])
  expect([...(found.outline ?? [])]).toEqual([0, 0, 1, 0, 0, 0])
  expect(found.letters).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  expect([found.size, found.spacingMm]).toEqual([
    [3, 2],
    [1, 2]
  ])
})

it('turns clockwise by a quarter, and the sizes of pixels along', () => {
  const found = turnedPanel(panel, { quarters: 1, mirrored: false })
  expect([...found.grey]).toEqual([3, 0, 4, 1, 5, 2])
  expect(found.letters).toEqual({ left: 'P', right: 'A', top: 'L', bottom: 'R' })
  expect([found.size, found.spacingMm]).toEqual([
    [2, 3],
    [2, 1]
  ])
})

it('leaves what stands upright as it is', () => {
  expect(turnedPanel(panel, UPRIGHT)).toBe(panel)
})
