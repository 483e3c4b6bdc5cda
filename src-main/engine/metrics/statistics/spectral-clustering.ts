import { squaredDistance } from '@engine/metrics/statistics/k-means'
import { symmetricEigen } from '@engine/metrics/statistics/symmetric-eigen'
import { randomStream } from '@engine/tensor/random'

export interface SpectralEmbedding {
  /** The smallest eigenvalues of the normalised Laplacian, ascending; as many as asked for, or as there are points. */
  readonly values: Float64Array
  /** A point's place along the first `dimensions` eigenvectors, each over the square root of the point's degree. */
  places(dimensions: number): Float32Array[]
}

/** Links of one point: the others and how strong. */
type Links = readonly { readonly to: number; readonly weight: number }[]

/** Vectors beside those asked for: the iteration converges by the gap to the first one left out. */
const spare = 8
const mostRounds = 3000
const settled = 1e-13

/**
 * Points on the first eigenvectors of the normalised Laplacian of their graph of nearest neighbours (each point counts among its own), half a link for a
 * neighbour on one side only. Sources: Ng AY, Jordan MI, Weiss Y. On spectral clustering. NeurIPS 2001; von Luxburg U. Statistics and Computing
 * 2007;17:395–416; the conventions are those of scikit-learn's SpectralClustering with `affinity="nearest_neighbors"`.
 */
export function spectralEmbedding(
  points: readonly Float32Array[],
  { neighbours, values, seed }: { neighbours: number; values: number; seed: number }
): SpectralEmbedding {
  const links = neighbourGraph(points, neighbours)
  const degrees = links.map((own) => own.reduce((sum, { weight }) => sum + weight, 0))
  const scale = degrees.map((degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0))
  const { shares, vectors } = largest(links, scale, Math.min(values, points.length), seed)
  return {
    // The iteration is of I + D^−½ A D^−½, whose eigenvalues are 2 − those of the Laplacian.
    values: Float64Array.from(shares, (share) => Math.max(0, 2 - share)),
    places: (dimensions) =>
      points.map((_, point) =>
        Float32Array.from(vectors.slice(0, dimensions), (vector) => vector[point] * scale[point])
      )
  }
}

function neighbourGraph(points: readonly Float32Array[], neighbours: number): Links[] {
  const nearest = points.map((point, own) => {
    const far = points.map((other, index) => ({ index, distance: index === own ? -1 : squaredDistance(point, other) }))
    far.sort((a, b) => a.distance - b.distance || a.index - b.index)
    return new Set(far.slice(0, Math.min(neighbours, points.length)).map(({ index }) => index))
  })
  return points.map((_, own) =>
    points.flatMap((_other, to) => {
      const weight = (Number(nearest[own].has(to)) + Number(nearest[to].has(own))) / 2
      // A link to oneself carries no information and is left out of the Laplacian.
      return weight > 0 && to !== own ? [{ to, weight }] : []
    })
  )
}

/** The largest eigenvalues of I + D^−½ A D^−½ and their vectors, descending, by subspace iteration with Rayleigh–Ritz. */
function largest(
  links: readonly Links[],
  scale: readonly number[],
  wanted: number,
  seed: number
): { shares: number[]; vectors: Float64Array[] } {
  const size = links.length
  const random = randomStream(seed, 'spectral', size)
  let block: Float64Array[] = Array.from({ length: Math.min(size, wanted + spare) }, () =>
    Float64Array.from({ length: size }, () => random.normal())
  )
  let shares: number[] = []
  for (let round = 0; round < mostRounds; round++) {
    block = orthonormal(block)
    const images = block.map((vector) => applied(links, scale, vector))
    const { values, vectors } = symmetricEigen(block.map((row) => images.map((image) => dot(row, image))))
    const order = [...values.keys()].reverse()
    const found = order.slice(0, wanted).map((at) => values[at])
    const moved = found.some((value, index) => !(Math.abs(value - (shares[index] ?? Infinity)) < settled))
    shares = found
    if (!moved || block.length === size)
      return { shares, vectors: order.slice(0, wanted).map((at) => combined(block, vectors[at])) }
    block = order.map((at) => combined(images, vectors[at]))
  }
  return { shares, vectors: orthonormal(block).slice(0, wanted) }
}

function applied(links: readonly Links[], scale: readonly number[], vector: Float64Array): Float64Array {
  return vector.map((value, own) => {
    let sum = value
    for (const { to, weight } of links[own]) sum += scale[own] * weight * scale[to] * vector[to]
    return sum
  })
}

/** Gram–Schmidt, twice: once is not enough for vectors that are nearly alike. */
function orthonormal(block: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = []
  for (const vector of block) {
    const own = Float64Array.from(vector)
    for (let pass = 0; pass < 2; pass++) {
      for (const other of done) {
        const share = dot(own, other)
        for (let index = 0; index < own.length; index++) own[index] -= share * other[index]
      }
    }
    const length = Math.sqrt(dot(own, own))
    done.push(length > 0 ? own.map((value) => value / length) : own)
  }
  return done
}

function combined(block: readonly Float64Array[], shares: Float64Array): Float64Array {
  const sum = new Float64Array(block[0].length)
  block.forEach((vector, at) => vector.forEach((value, index) => (sum[index] += shares[at] * value)))
  return sum
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index]
  return sum
}
