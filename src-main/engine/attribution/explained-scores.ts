import type { Tensor } from '@engine/tensor/tensor'

/** What is explained of each row: the scores `[N, outputs]` weighted by the start `[1, outputs]`. */
export function explainedScores(scores: Tensor, start: Tensor): number[] {
  const outputs = scores.shape[1]
  return Array.from({ length: scores.shape[0] }, (_, row) => {
    let value = 0
    for (let output = 0; output < outputs; output++) value += start.data[output] * scores.data[row * outputs + output]
    return value
  })
}
