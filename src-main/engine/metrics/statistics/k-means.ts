import { randomStream } from '@engine/tensor/random'

export interface Partition {
  /** Group of every point, groups numbered from 0 in the order of their first member. */
  readonly groups: Uint16Array
  /** Sum of squared distances to the centres. */
  readonly inertia: number
}

const mostRounds = 300

/**
 * k-means of points of one length, the best of several seeded starts.
 * Sources: Lloyd SP. IEEE Trans Inf Theory 1982;28:129–137; seeding: Arthur D, Vassilvitskii S. k-means++. SODA 2007, 1027–1035.
 */
export function kMeans(
  points: readonly Float32Array[],
  groups: number,
  { seed, starts = 10 }: { seed: number; starts?: number }
): Partition {
  let best: Partition | null = null
  for (let start = 0; start < starts; start++) {
    const found = lloyd(points, seeded(points, groups, randomStream(seed, 'k-means', groups, start)))
    if (best === null || found.inertia < best.inertia - 1e-12) best = found
  }
  return { groups: renumbered(best!.groups), inertia: best!.inertia }
}

function seeded(
  points: readonly Float32Array[],
  groups: number,
  random: ReturnType<typeof randomStream>
): Float64Array[] {
  const centres = [Float64Array.from(points[random.integer(points.length)])]
  const nearest = points.map((point) => squaredDistance(point, centres[0]))
  while (centres.length < groups) {
    const total = nearest.reduce((sum, distance) => sum + distance, 0)
    let left = random.uniform() * total
    let chosen = nearest.findIndex((distance) => (left -= distance) < 0)
    if (chosen < 0) chosen = nearest.length - 1
    const centre = Float64Array.from(points[chosen])
    centres.push(centre)
    points.forEach((point, index) => (nearest[index] = Math.min(nearest[index], squaredDistance(point, centre))))
  }
  return centres
}

function lloyd(points: readonly Float32Array[], centres: Float64Array[]): Partition {
  const groups = new Uint16Array(points.length)
  let inertia = Infinity
  for (let round = 0; round < mostRounds; round++) {
    let sum = 0
    points.forEach((point, index) => {
      const distances = centres.map((centre) => squaredDistance(point, centre))
      groups[index] = distances.indexOf(Math.min(...distances))
      sum += distances[groups[index]]
    })
    if (!(sum < inertia)) break
    inertia = sum
    moveCentres(points, groups, centres)
  }
  return { groups, inertia }
}

/** To the mean of the members; a centre without members stays. */
function moveCentres(points: readonly Float32Array[], groups: Uint16Array, centres: Float64Array[]): void {
  const counts = new Uint32Array(centres.length)
  const sums = centres.map((centre) => new Float64Array(centre.length))
  points.forEach((point, index) => {
    counts[groups[index]]++
    const sum = sums[groups[index]]
    for (let axis = 0; axis < sum.length; axis++) sum[axis] += point[axis]
  })
  sums.forEach((sum, group) => {
    if (counts[group] > 0) centres[group].set(sum.map((value) => value / counts[group]))
  })
}

function renumbered(groups: Uint16Array): Uint16Array {
  const numbers = new Map<number, number>()
  return groups.map((group) => {
    if (!numbers.has(group)) numbers.set(group, numbers.size)
    return numbers.get(group)!
  })
}

export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] - b[index]) ** 2
  return sum
}
