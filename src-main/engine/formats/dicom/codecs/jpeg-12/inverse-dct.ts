/** Cosine basis, `basis[x * 8 + u] = C(u)/2 · cos((2x + 1)uπ/16)`. Source: ITU-T T.81 A.3.3. */
const basis = Float64Array.from({ length: 64 }, (_, index) => {
  const [x, u] = [index >> 3, index & 7]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})

const rows = new Float64Array(64)

/** Inverse transform of one 8 × 8 block in float64; `block` is in natural order and receives the samples before the level shift. */
export function inverseDct(block: Float64Array): void {
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0
      for (let u = 0; u < 8; u++) sum += basis[x * 8 + u] * block[v * 8 + u]
      rows[v * 8 + x] = sum
    }
  }
  for (let x = 0; x < 8; x++) {
    for (let y = 0; y < 8; y++) {
      let sum = 0
      for (let v = 0; v < 8; v++) sum += basis[y * 8 + v] * rows[v * 8 + x]
      block[y * 8 + x] = sum
    }
  }
}

/** Natural position of the k-th coefficient of a zigzag sequence. Source: ITU-T T.81 figure A.6. */
export const zigzag = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63
])
