/** Scores of a classifier sorted once, so that the AUC of many resamples costs one pass each. */
export interface RankedScores {
  /** Case indices by ascending score. */
  readonly order: Uint32Array
  /** 1 at the last position of every group of equal scores. */
  readonly groupEnd: Uint8Array
  readonly positive: readonly boolean[]
}

export function rankScores(scores: readonly number[], positive: readonly boolean[]): RankedScores {
  const order = Uint32Array.from(scores, (_, index) => index)
  order.sort((left, right) => scores[left] - scores[right])
  const groupEnd = new Uint8Array(order.length)
  for (let position = 0; position < order.length; position++) {
    const last = position + 1 === order.length || scores[order[position + 1]] !== scores[order[position]]
    groupEnd[position] = last ? 1 : 0
  }
  return { order, groupEnd, positive }
}

/** P(positive scores higher) + ½ P(equal) with a weight per case; NaN when one class has no weight. */
export function weightedAuc({ order, groupEnd, positive }: RankedScores, weights: ArrayLike<number>): number {
  let positives = 0
  let negatives = 0
  let wins = 0
  let groupPositives = 0
  let groupNegatives = 0
  for (let position = 0; position < order.length; position++) {
    const index = order[position]
    if (positive[index]) groupPositives += weights[index]
    else groupNegatives += weights[index]
    if (groupEnd[position] === 0) continue
    wins += groupPositives * (negatives + groupNegatives / 2)
    positives += groupPositives
    negatives += groupNegatives
    groupPositives = 0
    groupNegatives = 0
  }
  return positives > 0 && negatives > 0 ? wins / (positives * negatives) : NaN
}
