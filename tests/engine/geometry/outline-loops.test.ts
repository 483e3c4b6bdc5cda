import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Loop, outlineLoops } from '@engine/geometry/outline-loops'

/** Pixels inside by the even-odd rule of all loops together, tested at their centres. */
function filled(loops: readonly Loop[], columns: number, rows: number): number[] {
  return Array.from({ length: columns * rows }, (_, index) => {
    const [x, y] = [(index % columns) + 0.5, Math.floor(index / columns) + 0.5]
    let crossings = 0
    for (const loop of loops) {
      loop.forEach(([ax, ay], at) => {
        const [bx, by] = loop[(at + 1) % loop.length]
        if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) crossings++
      })
    }
    return crossings % 2
  })
}

test('outlines of random masks fill to the same masks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 144, maxLength: 144 }),
      (columns, rows, bits) => {
        const mask = Array.from({ length: columns * rows }, (_, index) => bits[index])
        const loops = outlineLoops((x, y) => mask[y * columns + x] === 1, columns, rows)
        expect(filled(loops, columns, rows)).toEqual(mask)
        for (const loop of loops) expect(loop.length).toBeGreaterThanOrEqual(4)
      }
    ),
    { numRuns: 200, seed: 3 }
  )
})

test('two pixels that touch at a corner are two squares', () => {
  const loops = outlineLoops((x, y) => x === y, 2, 2)
  expect(loops.map((loop) => loop.length)).toEqual([4, 4])
})
