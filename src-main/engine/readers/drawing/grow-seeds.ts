import { neighboursIn } from '@engine/geometry/lattice-neighbours'
import { latticeOfMask } from '@engine/readers/drawing/components'
import type { DrawnMask } from '@engine/readers/drawing/crop'

/** A millimetre of way costs as much as this share of the range of grey values. */
const wayShare = 0.01

export interface SeedImage {
  readonly size: DrawnMask['size']
  readonly spacing: DrawnMask['spacing']
  readonly grey: Float32Array
}

/**
 * Gives every voxel to the seed that reaches it at the least cost; a step between two voxels that share a face costs the
 * difference of their grey values plus a hundredth of the range of grey values for every millimetre. Of equal costs the seed of
 * the lower number wins. `seeds`: 0 nothing, else the number of a seed. Returns the number each voxel goes to.
 * The shortest paths are Dijkstra's (Numer Math 1959;1:269–271), from all seeds at once.
 */
export function grownSeeds({ size, spacing, grey }: SeedImage, seeds: Uint8Array): Uint8Array {
  const owner = seeds.slice()
  const cost = new Float64Array(seeds.length).fill(Infinity)
  const queue = new CostQueue(cost, owner)
  for (let index = 0; index < seeds.length; index++) {
    if (seeds[index] === 0) continue
    cost[index] = 0
    queue.push(index)
  }
  const range = rangeOf(grey)
  const plane = size[0] * size[1]
  const wayOf = (difference: number): number =>
    wayShare * range * (difference === 1 ? spacing[0] : difference === plane && size[2] > 1 ? spacing[2] : spacing[1])
  const neighbours = neighboursIn(latticeOfMask(size), 1)
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const from = index
    neighbours(from, (to) => {
      const reached = cost[from] + Math.abs(grey[to] - grey[from]) + wayOf(Math.abs(to - from))
      if (reached > cost[to] || (reached === cost[to] && owner[from] >= owner[to])) return
      cost[to] = reached
      owner[to] = owner[from]
      queue.push(to)
    })
  }
  return owner
}

function rangeOf(values: Float32Array): number {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  // A flat image still has ways of different lengths.
  return high > low ? high - low : 1
}

/** A binary heap of voxels by cost, then by owner; a voxel may stand in it more than once, the later ones do nothing. */
class CostQueue {
  readonly #heap: { index: number; cost: number }[] = []

  constructor(
    private readonly cost: Float64Array,
    private readonly owner: Uint8Array
  ) {}

  push(index: number): void {
    const heap = this.#heap
    let at = heap.push({ index, cost: this.cost[index] }) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(heap[at], heap[parent])) return
      ;[heap[at], heap[parent]] = [heap[parent], heap[at]]
      at = parent
    }
  }

  pop(): number | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined) return undefined
    if (heap.length > 0) {
      heap[0] = last
      this.#sink()
    }
    return first.index
  }

  #sink(): void {
    const heap = this.#heap
    for (let at = 0; ;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#before(heap[child], heap[least])) least = child
      }
      if (least === at) return
      ;[heap[at], heap[least]] = [heap[least], heap[at]]
      at = least
    }
  }

  #before(one: { index: number; cost: number }, other: { index: number; cost: number }): boolean {
    return one.cost < other.cost || (one.cost === other.cost && this.owner[one.index] < this.owner[other.index])
  }
}
