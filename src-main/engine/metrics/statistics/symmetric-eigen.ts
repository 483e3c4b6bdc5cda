export interface Eigen {
  /** Ascending. */
  readonly values: Float64Array
  /** One vector of length 1 for every value. */
  readonly vectors: readonly Float64Array[]
}

const mostSweeps = 60

/**
 * All eigenvalues and eigenvectors of a small symmetric matrix, row by row, by cyclic Jacobi rotations.
 * Source: Golub GH, Van Loan CF. Matrix Computations, 4th ed. 2013, §8.5.
 */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): Eigen {
  const size = matrix.length
  const rows = matrix.map((row) => Float64Array.from(row))
  const vectors = Array.from({ length: size }, (_, own) => {
    const vector = new Float64Array(size)
    vector[own] = 1
    return vector
  })
  for (let sweep = 0; sweep < mostSweeps && offDiagonal(rows) > 1e-30; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(rows, vectors, p, q)
  }
  const order = rows.map((_, index) => index).sort((a, b) => rows[a][a] - rows[b][b])
  return { values: Float64Array.from(order, (index) => rows[index][index]), vectors: order.map((at) => vectors[at]) }
}

function offDiagonal(rows: readonly Float64Array[]): number {
  let sum = 0
  rows.forEach((row, own) => row.forEach((value, other) => (sum += own === other ? 0 : value * value)))
  return sum
}

/** Makes the element (p, q) zero; `vectors[i]` is the i-th column of the product of rotations. */
function rotate(rows: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const own = rows[p][q]
  if (own === 0) return
  const theta = (rows[q][q] - rows[p][p]) / (2 * own)
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (const row of rows) {
    const [a, b] = [row[p], row[q]]
    row[p] = cosine * a - sine * b
    row[q] = sine * a + cosine * b
  }
  for (const pair of [
    [rows[p], rows[q]],
    [vectors[p], vectors[q]]
  ]) {
    const [first, second] = pair
    for (let index = 0; index < first.length; index++) {
      const [a, b] = [first[index], second[index]]
      first[index] = cosine * a - sine * b
      second[index] = sine * a + cosine * b
    }
  }
}
