import { describe, expect, it } from 'vitest'
import { labelPlace } from '../../../src-renderer/viewport/label-place'
import { rotated, UPRIGHT } from '../../../src-renderer/viewport/turn'

const square = (x: number, y: number, edge: number): (readonly [number, number])[] => [
  [x, y],
  [x + edge, y],
  [x + edge, y + edge],
  [x, y + edge]
]
const seen = {
  toCell: (point: { x: number; y: number }) => point,
  cell: { width: 400, height: 300 },
  turn: UPRIGHT,
  height: 58
}

describe('the label of an outline', () => {
  it('hangs below the largest part, not below a speck at the lower edge', () => {
    expect(labelPlace([square(100, 50, 80), square(200, 296, 2)], seen)).toEqual({ x: 180, y: 130, above: false })
  })

  it('stands above where it would be cut off below', () => {
    expect(labelPlace([square(100, 160, 100)], seen)).toEqual({ x: 100, y: 160, above: true })
  })

  it('is left out where neither has room, and where nothing is drawn', () => {
    expect(labelPlace([square(0, 20, 270)], seen)).toBeNull()
    expect(labelPlace([square(10, 400, 20)], seen)).toBeNull()
    expect(labelPlace([], seen)).toBeNull()
  })

  it('goes by what is below on the screen when the picture is turned', () => {
    // Upside down, the upper edge of the square is the lower one; as the image sees it the cell is as large.
    const upended = rotated(rotated(UPRIGHT, 1), 1)
    expect(labelPlace([square(100, 160, 100)], { ...seen, turn: upended })).toMatchObject({ y: 160, above: false })
    // On its side the screen's lower edge is the right edge of the image.
    const aside = labelPlace([square(300, 100, 60)], { ...seen, turn: rotated(UPRIGHT, 1) })
    expect(aside).toMatchObject({ x: 300, above: true })
  })
})
