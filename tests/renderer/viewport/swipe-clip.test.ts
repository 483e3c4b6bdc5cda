import { describe, expect, it } from 'vitest'
import { swipeAt, swipeClip } from '../../../src-renderer/viewport/swipe-clip'
import { turnedVector, unturnedSize, type Turn } from '../../../src-renderer/viewport/turn'

const cell = { width: 300, height: 200 }
const turns = ([0, 1, 2, 3] as const).flatMap((quarters) =>
  [false, true].map((mirrored): Turn => ({ quarters, mirrored }))
)

/** Corners of a clip on the screen: the other way round from how they are made. */
function onScreen(turn: Turn, clip: string): { x: number; y: number }[] {
  const outer = unturnedSize(turn, cell)

  return [...clip.matchAll(/([-\d.]+)px ([-\d.]+)px/gu)].map(([, x, y]) => {
    const vector = turnedVector(turn, { x: Number(x) - cell.width / 2, y: Number(y) - cell.height / 2 })

    return { x: vector.x + outer.width / 2, y: vector.y + outer.height / 2 }
  })
}

describe('the two sides of a swipe', () => {
  it.each(turns)('meet in an upright line on the screen, turned by $quarters quarters, mirrored $mirrored', (turn) => {
    const { width, height } = unturnedSize(turn, cell)
    const at = swipeAt(turn, cell, 0.3)
    expect(at).toBe(Math.round(0.3 * width))
    const [left, right] = (['left', 'right'] as const).map((side) => onScreen(turn, swipeClip(turn, cell, 0.3, side)))
    expect([...new Set(left.map(({ x }) => x))].sort((a, b) => a - b)).toEqual([0, at])
    expect([...new Set(right.map(({ x }) => x))].sort((a, b) => a - b)).toEqual([at, width])
    for (const side of [left, right])
      expect([...new Set(side.map(({ y }) => y))].sort((a, b) => a - b)).toEqual([0, height])
  })
})
