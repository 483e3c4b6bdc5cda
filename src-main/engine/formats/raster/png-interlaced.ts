import { Fault } from '@engine/fault'

/** Start and step of the seven passes, `[x, y, dx, dy]`. Source: PNG specification, third edition, section 8.2. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2]
] as const

interface PackedPicture {
  readonly width: number
  readonly height: number
  /** 1, 2 or 4: one sample a pixel. */
  readonly depth: number
}

/** Samples of an interlaced picture of fewer than 8 bits, one byte each; the decoder does not do these. Throws Fault `bad-image`. */
export function interlacedSamples(raw: Uint8Array, { width, height, depth }: PackedPicture, name: string): Uint8Array {
  const samples = new Uint8Array(width * height)
  let position = 0
  for (const [left, top, dx, dy] of passes) {
    const columns = Math.ceil((width - left) / dx)
    const rows = Math.ceil((height - top) / dy)
    if (columns <= 0 || rows <= 0) continue
    const rowBytes = Math.ceil((columns * depth) / 8)
    let above: Uint8Array = new Uint8Array(rowBytes)
    for (let row = 0; row < rows; row++) {
      const line = Uint8Array.from(raw.subarray(position + 1, position + 1 + rowBytes))
      if (line.length < rowBytes) throw cutOff(name)
      unfilter(line, above, raw[position])
      position += 1 + rowBytes
      for (let column = 0; column < columns; column++) {
        const bit = column * depth
        const value = (line[bit >> 3] >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
        samples[(top + row * dy) * width + left + column * dx] = value
      }
      above = line
    }
  }
  return samples
}

/** Undoes the filter of a row in place; pixels of fewer than 8 bits have the byte before as their neighbour. Source: section 9.2. */
function unfilter(line: Uint8Array, above: Uint8Array, filter: number): void {
  for (let at = 0; at < line.length; at++) {
    const left = at === 0 ? 0 : line[at - 1]
    const up = above[at]
    const corner = at === 0 ? 0 : above[at - 1]
    if (filter === 1) line[at] += left
    else if (filter === 2) line[at] += up
    else if (filter === 3) line[at] += (left + up) >> 1
    else if (filter === 4) line[at] += paeth(left, up, corner)
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

function cutOff(name: string): Fault {
  return new Fault('bad-image', `“${name}” is not a readable PNG: it ends before its last row.`, {
    subject: name,
    hint: 'Save the picture again as PNG.'
  })
}
