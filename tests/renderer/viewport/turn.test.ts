import { describe, expect, it } from 'vitest'
import {
  flipped,
  isUpright,
  rotated,
  turnedLetters,
  turnedPoint,
  turnedVector,
  unturnedPoint,
  unturnedVector,
  UPRIGHT,
  type Turn
} from '../../../src-renderer/viewport/turn'

const letters = { left: 'R', right: 'L', top: 'A', bottom: 'P' }
const around: Turn[] = [0, 1, 2, 3].flatMap((quarters) =>
  [false, true].map((mirrored) => ({ quarters, mirrored }) as Turn)
)

describe('a turned picture', () => {
  it('has the letters of its edges turned along', () => {
    expect(turnedLetters(rotated(UPRIGHT, 1), letters)).toEqual({ left: 'P', right: 'A', top: 'R', bottom: 'L' })
    expect(turnedLetters(rotated(UPRIGHT, -1), letters)).toEqual({ left: 'A', right: 'P', top: 'L', bottom: 'R' })
    expect(turnedLetters(flipped(UPRIGHT, 'across'), letters)).toEqual({ left: 'L', right: 'R', top: 'A', bottom: 'P' })
    expect(turnedLetters(flipped(UPRIGHT, 'down'), letters)).toEqual({ left: 'R', right: 'L', top: 'P', bottom: 'A' })
  })

  it('shows at every edge the letter of the direction that points there', () => {
    const directions = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, top: { x: 0, y: -1 }, bottom: { x: 0, y: 1 } }
    const edges = Object.keys(directions) as (keyof typeof directions)[]
    for (const turn of around) {
      const shown = turnedLetters(turn, letters)
      for (const edge of edges) {
        const inImage = unturnedVector(turn, directions[edge])
        const from = edges.find((one) => directions[one].x === inImage.x && directions[one].y === inImage.y)!
        expect(shown[edge]).toBe(letters[from])
        expect(turnedVector(turn, inImage)).toEqual(directions[edge])
      }
    }
  })

  it('mirrors what is on the screen, whatever was done before, and comes back', () => {
    for (const turn of around) {
      const before = turnedLetters(turn, letters)
      const across = turnedLetters(flipped(turn, 'across'), letters)
      expect(across).toEqual({ ...before, left: before.right, right: before.left })
      const down = turnedLetters(flipped(turn, 'down'), letters)
      expect(down).toEqual({ ...before, top: before.bottom, bottom: before.top })
      expect(flipped(flipped(turn, 'down'), 'down')).toEqual(turn)
    }
    expect(isUpright([1, 2, 3, 4].reduce((turn) => rotated(turn, 1), UPRIGHT))).toBe(true)
  })

  it('leads a point of the screen to the image', () => {
    // The image sees 300 × 200; on the screen a quarter turn makes it 200 × 300.
    const cell = { width: 300, height: 200 }
    const turn = rotated(UPRIGHT, 1)
    // Its top left corner went to the top right.
    expect(unturnedPoint(turn, cell, { x: 200, y: 0 })).toEqual({ x: 0, y: 0 })
    expect(unturnedPoint(turn, cell, { x: 0, y: 300 })).toEqual({ x: 300, y: 200 })
    expect(unturnedPoint(flipped(UPRIGHT, 'across'), cell, { x: 10, y: 20 })).toEqual({ x: 290, y: 20 })
    // And back, however it is turned.
    expect(turnedPoint(turn, cell, { x: 0, y: 0 })).toEqual({ x: 200, y: 0 })
    for (const one of around) {
      expect(unturnedPoint(one, cell, turnedPoint(one, cell, { x: 70, y: 30 }))).toEqual({ x: 70, y: 30 })
    }
  })
})
