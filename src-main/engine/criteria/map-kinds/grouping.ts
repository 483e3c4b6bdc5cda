import type { ReducedMap } from '@engine/criteria/experiment-run'
import { kMeans } from '@engine/metrics/statistics/k-means'
import { mean } from '@engine/metrics/statistics/moments'
import { spectralEmbedding } from '@engine/metrics/statistics/spectral-clustering'
import { silhouettes } from '@engine/metrics/statistics/silhouette'
import type { MapClusters } from '@shared/group-evidence'
import { eigengap } from '@shared/eigengap'

export interface SmallMap {
  /** Row by row, sum 1. */
  readonly values: Float32Array
  readonly height: number
  readonly width: number
  /** Rows and columns of the map itself that a cell stands for. */
  readonly cell: readonly [down: number, across: number]
}

/** A map averaged over its slices and over cells of a grid of at most `side` × `side`, scaled to the sum 1; a phrase for a flat one. */
export function smallMap({ values, shape, flat }: ReducedMap, side: number): SmallMap | string {
  if (flat) return 'the map is the same everywhere'
  const [rows, columns] = shape.slice(-2)
  const [height, width] = [Math.min(side, rows), Math.min(side, columns)]
  const sums = new Float64Array(height * width)
  const counts = new Uint32Array(height * width)
  for (let index = 0; index < values.length; index++) {
    const row = Math.floor(((Math.floor(index / columns) % rows) * height) / rows)
    const column = Math.floor(((index % columns) * width) / columns)
    sums[row * width + column] += values[index]
    counts[row * width + column]++
  }
  const means = sums.map((sum, cell) => sum / counts[cell])
  const total = means.reduce((sum, value) => sum + value, 0)
  if (!(total > 0)) return 'the map is the same everywhere'
  return {
    values: Float32Array.from(means, (value) => value / total),
    height,
    width,
    cell: [rows / height, columns / width]
  }
}

export interface Kinds {
  readonly groups: Uint16Array
  readonly silhouettes: Float64Array
  readonly tried: MapClusters['tried']
  /** Of the normalised Laplacian, ascending; of a spectral grouping. */
  readonly eigenvalues?: readonly number[]
}

export const groupings = ['k-means', 'spectral'] as const

export interface Grouping {
  readonly most: number
  readonly seed: number
  /** Default `k-means`: the best mean silhouette decides how many groups; `spectral`: the largest gap of the eigenvalues. */
  readonly grouping?: (typeof groupings)[number]
  /** Of the graph of the spectral grouping. */
  readonly neighbours?: number
}

/** Maps in groups, 2 … `most`; null for fewer than three maps, or maps that are all alike. */
export function kindsOf(points: readonly Float32Array[], options: Grouping): Kinds | null {
  return options.grouping === 'spectral' ? spectralKinds(points, options) : nearestKinds(points, options)
}

/** Spectral relevance analysis: groups along the first eigenvectors of the graph of nearest neighbours. */
function spectralKinds(points: readonly Float32Array[], { most, seed, neighbours = 10 }: Grouping): Kinds | null {
  const limit = Math.min(most, points.length - 1)
  if (limit < 2 || points.every((point) => point.every((value, cell) => value === points[0][cell]))) return null
  const { values, places } = spectralEmbedding(points, { neighbours, values: limit + 1, seed })
  const partitions = Array.from({ length: limit - 1 }, (_, index) => {
    const { groups } = kMeans(places(index + 2), index + 2, { seed })
    return { groups, silhouettes: silhouettes(points, groups) }
  })
  const tried = partitions.map(({ silhouettes: found }, index) => ({
    groups: index + 2,
    silhouette: found === null ? null : mean(found)
  }))
  const { groups, silhouettes: own } = partitions[eigengap(values, limit) - 2]
  return own === null ? null : { groups, silhouettes: own, tried, eigenvalues: [...values] }
}

function nearestKinds(points: readonly Float32Array[], { most, seed }: Grouping): Kinds | null {
  let best: { groups: Uint16Array; silhouettes: Float64Array; value: number } | null = null
  const tried: MapClusters['tried'] = []
  for (let count = 2; count <= Math.min(most, points.length - 1); count++) {
    const { groups } = kMeans(points, count, { seed })
    const found = silhouettes(points, groups)
    const value = found === null ? null : mean(found)
    tried.push({ groups: count, silhouette: value })
    if (found !== null && value !== null && (best === null || value > best.value))
      best = { groups, silhouettes: found, value }
  }
  return best === null ? null : { groups: best.groups, silhouettes: best.silhouettes, tried }
}
