/** Metrics written as their definitions read, slow and plain, to check the fast ones against. */

function counts(scores: Float32Array, mask: Uint8Array, threshold: number): { hits: number; selected: number } {
  let hits = 0
  let selected = 0
  scores.forEach((score, index) => {
    if (score < threshold) return
    selected++
    hits += mask[index]
  })
  return { hits, selected }
}

/** Precision and recall at every distinct score, highest first. */
function curve(scores: Float32Array, mask: Uint8Array): { precision: number; recall: number }[] {
  const positives = mask.reduce((sum, inside) => sum + inside, 0)
  const thresholds = [...new Set(scores)].sort((left, right) => right - left)
  return thresholds.map((threshold) => {
    const { hits, selected } = counts(scores, mask, threshold)
    return { precision: hits / selected, recall: hits / positives }
  })
}

export function naiveAveragePrecision(scores: Float32Array, mask: Uint8Array): number {
  let before = 0
  return curve(scores, mask).reduce((sum, { precision, recall }) => {
    const step = (recall - before) * precision
    before = recall
    return sum + step
  }, 0)
}

export function naiveAuprc(scores: Float32Array, mask: Uint8Array): number {
  let last = { precision: 1, recall: 0 }
  return curve(scores, mask).reduce((sum, point) => {
    const area = ((point.recall - last.recall) * (point.precision + last.precision)) / 2
    last = point
    return sum + area
  }, 0)
}

export function naiveRocAuc(scores: Float32Array, mask: Uint8Array): number {
  let wins = 0
  let pairs = 0
  scores.forEach((inside, i) => {
    if (mask[i] === 0) return
    scores.forEach((outside, j) => {
      if (mask[j] !== 0) return
      pairs++
      if (inside > outside) wins += 1
      else if (inside === outside) wins += 0.5
    })
  })
  return wins / pairs
}

export function naiveKendall(a: Float32Array, b: Float32Array): number | null {
  let sum = 0
  let untiedA = 0
  let untiedB = 0
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const signA = Math.sign(a[i] - a[j])
      const signB = Math.sign(b[i] - b[j])
      sum += signA * signB
      untiedA += Math.abs(signA)
      untiedB += Math.abs(signB)
    }
  }
  return untiedA * untiedB === 0 ? null : sum / Math.sqrt(untiedA * untiedB)
}

/** Mean SSIM with a uniform window of 7 along every axis, range 1, sample covariance. */
export function naiveSsim(a: Float32Array, b: Float32Array, shape: readonly number[]): number {
  const starts = cells(shape.map((size) => size - 6))
  const offsets = cells(shape.map(() => 7))
  const total = starts.reduce((sum, start) => {
    const window = offsets.map((offset) => position(start, offset, shape))
    return (
      sum +
      windowSimilarity(
        window.map((index) => a[index]),
        window.map((index) => b[index])
      )
    )
  }, 0)
  return total / starts.length
}

function windowSimilarity(x: number[], y: number[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  const spread = (p: number[], q: number[]): number =>
    p.reduce((sum, value, index) => sum + (value - mean(p)) * (q[index] - mean(q)), 0) / (p.length - 1)
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2]
  return (
    ((2 * mx * my + c1) * (2 * spread(x, y) + c2)) / ((mx * mx + my * my + c1) * (spread(x, x) + spread(y, y) + c2))
  )
}

function cells(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, size) => list.flatMap((cell) => Array.from({ length: size }, (_, index) => [...cell, index])),
    [[]]
  )
}

function position(start: readonly number[], offset: readonly number[], shape: readonly number[]): number {
  return shape.reduce((index, size, axis) => index * size + start[axis] + offset[axis], 0)
}
