import { ascendingOrder } from '@engine/tensor/ascending-order'
import { gaussianFilter } from '@engine/tensor/gaussian-filter'

/** An image to be cut into segments: one plane of `height · width` values per channel. */
export interface PlanarImage {
  readonly planes: readonly Float64Array[]
  readonly height: number
  readonly width: number
}

/** Segment number of each pixel, counted from 0 in the order of their first pixels. */
export interface Labels {
  readonly labels: Int32Array
  readonly count: number
}

/** Differences between neighbouring pixels, sorted from small to large; shared by all scales. */
export interface PixelGraph {
  readonly pixels: number
  readonly first: Uint32Array
  readonly second: Uint32Array
  readonly cost: Float64Array
}

/**
 * The 8-neighbour graph of a smoothed image: each edge costs the Euclidean distance of its two pixels over the channels.
 * Source: Felzenszwalb and Huttenlocher, Efficient Graph-Based Image Segmentation, IJCV 59(2), 2004.
 */
export function pixelGraph({ planes, height, width }: PlanarImage, sigma: number): PixelGraph {
  const smooth = planes.map((data) => gaussianFilter({ data, shape: [height, width] }, [sigma, sigma], 'mirrored'))
  // Down, right, down-right, up-right: scikit-image's order, which decides between equal costs.
  const steps = [
    { rows: [1, height], columns: [0, width], back: width },
    { rows: [0, height], columns: [1, width], back: 1 },
    { rows: [1, height], columns: [1, width], back: width + 1 },
    { rows: [1, height], columns: [0, width - 1], back: width - 1 }
  ] as const
  const edges = steps.reduce((sum, { rows, columns }) => sum + (rows[1] - rows[0]) * (columns[1] - columns[0]), 0)
  const [first, second] = [new Uint32Array(edges), new Uint32Array(edges)]
  let edge = 0
  for (const { rows, columns, back } of steps) {
    for (let y = rows[0]; y < rows[1]; y++) {
      for (let x = columns[0]; x < columns[1]; x++, edge++) {
        first[edge] = y * width + x
        second[edge] = first[edge] - back
      }
    }
  }
  const cost = distances(smooth, first, second)
  const order = ascendingOrder(cost)
  return {
    pixels: height * width,
    first: picked(first, order, new Uint32Array(edges)),
    second: picked(second, order, new Uint32Array(edges)),
    cost: picked(cost, order, new Float64Array(edges))
  }
}

/** Euclidean distance over the planes between the two pixels of each edge. */
function distances(planes: readonly Float64Array[], first: Uint32Array, second: Uint32Array): Float64Array {
  const cost = new Float64Array(first.length)
  for (const plane of planes) {
    for (let edge = 0; edge < cost.length; edge++) {
      const difference = plane[first[edge]] - plane[second[edge]]
      cost[edge] += difference * difference
    }
  }
  for (let edge = 0; edge < cost.length; edge++) cost[edge] = Math.sqrt(cost[edge])
  return cost
}

function picked<Values extends Uint32Array | Float64Array>(values: Values, order: Uint32Array, into: Values): Values {
  for (let index = 0; index < order.length; index++) into[index] = values[order[index]]
  return into
}

/**
 * Segments at one scale: neighbours join while their difference is below what both sides hold inside plus scale ÷ size;
 * segments under `minSize` pixels join a neighbour afterwards. Equals scikit-image's `felzenszwalb`, labels included.
 */
export function felzenszwalb(graph: PixelGraph, scale: number, minSize: number): Labels {
  const { first, second, cost, pixels } = graph
  const forest = new Forest(pixels)
  const inside = new Float64Array(pixels)
  const slack = scale / 255
  for (let edge = 0; edge < cost.length; edge++) {
    const a = forest.root(first[edge])
    const b = forest.root(second[edge])
    if (a === b) continue
    const bound = Math.min(inside[a] + slack / forest.size[a], inside[b] + slack / forest.size[b])
    if (cost[edge] < bound) inside[forest.join(a, b)] = cost[edge]
  }
  for (let edge = 0; edge < cost.length; edge++) {
    const a = forest.root(first[edge])
    const b = forest.root(second[edge])
    if (a !== b && (forest.size[a] < minSize || forest.size[b] < minSize)) forest.join(a, b)
  }
  return forest.labels()
}

/** Disjoint sets of pixels; the root of a set is its first pixel. */
class Forest {
  readonly size: Uint32Array
  private readonly parent: Uint32Array

  constructor(pixels: number) {
    this.parent = Uint32Array.from({ length: pixels }, (_, index) => index)
    this.size = new Uint32Array(pixels).fill(1)
  }

  root(pixel: number): number {
    const { parent } = this
    let node = pixel
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]]
      node = parent[node]
    }
    return node
  }

  join(a: number, b: number): number {
    const [root, child] = a < b ? [a, b] : [b, a]
    this.parent[child] = root
    this.size[root] += this.size[child]
    return root
  }

  labels(): Labels {
    const labels = new Int32Array(this.parent.length)
    let count = 0
    for (let pixel = 0; pixel < labels.length; pixel++) {
      const root = this.root(pixel)
      labels[pixel] = root === pixel ? count++ : labels[root]
    }
    return { labels, count }
  }
}
