/** What STAPLE found: the probability of every voxel, and how well each reader did against it. */
export interface StapleResult {
  /** Probability that the voxel belongs to the reference, in the order of `voxels`. */
  readonly probability: Float32Array
  readonly sensitivity: readonly number[]
  readonly specificity: readonly number[]
  /** Probability of the reference before any mark is looked at: the mean share of voxels that a reader marked. */
  readonly prior: number
  readonly iterations: number
  readonly converged: boolean
}

const startPerformance = 0.99999
const mostIterations = 500
/** Largest change of any sensitivity or specificity between two rounds that counts as none. */
const settled = 1e-9

/**
 * Reference and readers' performance by expectation maximisation; prior = mean share of marks.
 * `masks` hold 0 and 1; `voxels` names the places used (the whole image inflates the specificity: see `ScoredRegion`).
 * Source: Warfield SK, Zou KH, Wells WM. Simultaneous truth and performance level estimation (STAPLE). IEEE Trans Med Imaging 2004;23:903–921.
 */
export function staple(masks: readonly Uint8Array[], voxels: Uint32Array): StapleResult {
  const patterns = patternsOf(masks, voxels)
  const prior =
    patterns.list.reduce((sum, { marks, count }) => sum + count * sumOf(marks), 0) / (voxels.length * masks.length)
  let sensitivity = masks.map(() => startPerformance)
  let specificity = masks.map(() => startPerformance)
  let iterations = 0
  let change = Infinity
  while (iterations < mostIterations && change > settled) {
    const weights = patterns.list.map(({ marks }) => weightOf(marks, { sensitivity, specificity, prior }))
    const next = performance(patterns.list, weights, masks.length)
    change = Math.max(...difference(next.sensitivity, sensitivity), ...difference(next.specificity, specificity))
    ;({ sensitivity, specificity } = next)
    iterations++
  }
  const final = patterns.list.map(({ marks }) => weightOf(marks, { sensitivity, specificity, prior }))
  const probability = Float32Array.from(patterns.of, (pattern) => final[pattern])
  return { probability, sensitivity, specificity, prior, iterations, converged: change <= settled }
}

/** Voxels that all readers marked alike are one term of the sums. */
interface Pattern {
  readonly marks: readonly number[]
  count: number
}

function patternsOf(masks: readonly Uint8Array[], voxels: Uint32Array): { list: Pattern[]; of: Uint32Array } {
  const numbers = new Map<string, number>()
  const list: Pattern[] = []
  const of = Uint32Array.from(voxels, (voxel) => {
    const marks = masks.map((mask) => (mask[voxel] === 0 ? 0 : 1))
    const key = marks.join('')
    let number = numbers.get(key)
    if (number === undefined) {
      number = list.length
      numbers.set(key, number)
      list.push({ marks, count: 0 })
    }
    list[number].count++
    return number
  })
  return { list, of }
}

interface Performance {
  readonly sensitivity: readonly number[]
  readonly specificity: readonly number[]
}

function weightOf(
  marks: readonly number[],
  { sensitivity, specificity, prior }: Performance & { prior: number }
): number {
  let inside = prior
  let outside = 1 - prior
  marks.forEach((mark, reader) => {
    inside *= mark === 1 ? sensitivity[reader] : 1 - sensitivity[reader]
    outside *= mark === 1 ? 1 - specificity[reader] : specificity[reader]
  })
  return inside + outside === 0 ? 0 : inside / (inside + outside)
}

function performance(
  patterns: readonly Pattern[],
  weights: readonly number[],
  readers: number
): { sensitivity: number[]; specificity: number[] } {
  let inside = 0
  let outside = 0
  const hits = new Float64Array(readers)
  const passes = new Float64Array(readers)
  patterns.forEach(({ marks, count }, index) => {
    const weight = weights[index] * count
    inside += weight
    outside += count - weight
    marks.forEach((mark, reader) => {
      if (mark === 1) hits[reader] += weight
      else passes[reader] += count - weight
    })
  })
  return {
    sensitivity: Array.from(hits, (hit) => (inside === 0 ? 1 : hit / inside)),
    specificity: Array.from(passes, (pass) => (outside === 0 ? 1 : pass / outside))
  }
}

const sumOf = (marks: readonly number[]): number => marks.reduce((sum, mark) => sum + mark, 0)

function difference(first: readonly number[], second: readonly number[]): number[] {
  return first.map((value, index) => Math.abs(value - second[index]))
}
