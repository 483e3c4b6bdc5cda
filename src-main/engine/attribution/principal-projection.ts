import { randomStream } from '@engine/tensor/random'

/** A matrix, row major, in double precision. */
export interface Matrix {
  readonly data: Float64Array
  readonly rows: number
  readonly columns: number
}

/** Directions followed at once: the first converges as fast as the last is weaker. */
const followed = 8
const mostRounds = 2000
const tolerance = 1e-12

/**
 * The rows of a matrix, centred by column, projected on their first principal component: `rows` values whose sign is arbitrary.
 * Subspace iteration on the covariance with Rayleigh–Ritz (Golub and Van Loan, Matrix Computations, §8.2). Zeros when all rows
 * are equal.
 */
export function principalProjection(matrix: Matrix): Float64Array {
  const centred = centreColumns(matrix)
  if (centred.data.every((value) => value === 0)) return new Float64Array(matrix.rows)
  const width = Math.min(followed, matrix.rows, matrix.columns)
  const stream = randomStream(1, 'principal-projection')
  let basis: Float64Array[] = Array.from({ length: width }, () =>
    Float64Array.from({ length: matrix.columns }, () => stream.normal())
  )
  for (let round = 0; round < mostRounds; round++) {
    basis = orthonormal(basis)
    const images = basis.map((direction) => times(centred, direction))
    const { values, vectors } = symmetricEigen(basis.map((_, i) => basis.map((__, j) => dot(images[i], images[j]))))
    const ritz = vectors.map((weights) => combination(basis, weights))
    const pulled = ritz.map((direction) => transposedTimes(centred, times(centred, direction)))
    const residual = norm(pulled[0].map((value, index) => value - values[0] * ritz[0][index]))
    if (residual <= tolerance * values[0]) return times(centred, ritz[0])
    basis = pulled
  }
  return times(centred, orthonormal(basis)[0])
}

function centreColumns({ data, rows, columns }: Matrix): Matrix {
  const mean = new Float64Array(columns)
  for (let index = 0; index < data.length; index++) mean[index % columns] += data[index] / rows
  return { data: data.map((value, index) => value - mean[index % columns]), rows, columns }
}

/** Gram–Schmidt, twice for accuracy; directions that vanish are left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = []
  for (const vector of vectors) {
    const length = norm(vector)
    const left = Float64Array.from(vector)
    for (let pass = 0; pass < 2; pass++) for (const done of basis) subtract(left, done, dot(left, done))
    const rest = norm(left)
    if (rest > 1e-13 * length) basis.push(left.map((value) => value / rest))
  }
  return basis
}

/** Eigenvalues, largest first, with their vectors as rows: cyclic Jacobi rotations of a small symmetric matrix. */
function symmetricEigen(matrix: readonly (readonly number[])[]): { values: number[]; vectors: number[][] } {
  const n = matrix.length
  const a = matrix.map((line) => [...line])
  const vectors = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)))
  // Convergence is quadratic: eight directions are done in six or seven sweeps.
  for (let sweep = 0; sweep < 12; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q)
  }
  const order = a.map((_, index) => index).sort((i, j) => a[j][j] - a[i][i])
  return { values: order.map((index) => a[index][index]), vectors: order.map((index) => vectors[index]) }
}

/** The rotation that makes a[p][q] zero; `vectors` holds eigenvectors as rows. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  const turn = (lines: number[][]): void => {
    const [first, second] = [lines[p], lines[q]]
    lines[p] = first.map((value, index) => cosine * value - sine * second[index])
    lines[q] = first.map((value, index) => sine * value + cosine * second[index])
  }
  turn(a)
  for (const line of a) [line[p], line[q]] = [cosine * line[p] - sine * line[q], sine * line[p] + cosine * line[q]]
  turn(vectors)
}

function times({ data, rows, columns }: Matrix, vector: Float64Array): Float64Array {
  const result = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let column = 0; column < columns; column++) sum += data[row * columns + column] * vector[column]
    result[row] = sum
  }
  return result
}

function transposedTimes({ data, rows, columns }: Matrix, vector: Float64Array): Float64Array {
  const result = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column] += data[row * columns + column] * vector[row]
  }
  return result
}

function combination(basis: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const result = new Float64Array(basis[0].length)
  basis.forEach((vector, index) => subtract(result, vector, -weights[index]))
  return result
}

function subtract(from: Float64Array, vector: Float64Array, factor: number): void {
  for (let index = 0; index < from.length; index++) from[index] -= factor * vector[index]
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index]
  return sum
}

const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector))
