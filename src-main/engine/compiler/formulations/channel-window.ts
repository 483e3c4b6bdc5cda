import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'

/**
 * The terms of a local response normalization: y = x / (bias + alpha / size · Σ x²)^beta over `size` neighbouring
 * channels.
 */
export interface ChannelWindowCase {
  readonly node: GraphNode
  readonly size: number
  readonly alpha: number
  readonly beta: number
  readonly bias: number
}

/**
 * Gradient of a local response normalization. With s the sum in brackets, dx = dy · s^-beta - 2 · alpha · beta / size ·
 * x · Σ dy · y / s, the sum over the channels whose window holds this one. Krizhevsky et al., ImageNet Classification
 * with Deep Convolutional Neural Networks, NIPS 2012, section 3.3.
 */
export function channelWindowGradient(
  w: GraphWriter,
  gradient: string,
  { node, size, alpha, beta, bias }: ChannelWindowCase
): string {
  const [x] = node.inputs
  const [y] = node.outputs
  const channels = w.sizesOf(x)[1]
  const rows = (tensor: string): string =>
    w.op('Reshape', [
      tensor,
      w.int64s([
        0,
        channels,
        w
          .sizesOf(x)
          .slice(2)
          .reduce((product, length) => product * length, 1)
      ])
    ])
  const xs = rows(x)
  const dy = rows(gradient)
  const share = alpha / size
  const squares = w.op('MatMul', [
    band(w, { channels, size, factor: share, turned: false, like: x }),
    w.op('Mul', [xs, xs])
  ])
  const sums = w.op('Add', [squares, w.scalar(bias, x)])
  const direct = w.op('Mul', [dy, w.op('Pow', [sums, w.scalar(-beta, x)])])
  const spread = w.op('Div', [w.op('Mul', [dy, rows(y)]), sums])
  const gathered = w.op('MatMul', [
    band(w, { channels, size, factor: 2 * share * beta, turned: true, like: x }),
    spread
  ])
  return w.reshapeLike(w.op('Sub', [direct, w.op('Mul', [xs, gathered])]), x)
}

interface Band {
  readonly channels: number
  readonly size: number
  readonly factor: number
  readonly turned: boolean
  readonly like: string
}

/**
 * `[channels, channels]`, `factor` where the column lies in the row's window (turned: the row in the column's). An even
 * window reaches further up.
 */
function band(w: GraphWriter, { channels, size, factor, turned, like }: Band): string {
  const [down, up] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]
  const values = Float32Array.from({ length: channels * channels }, (_, index) => {
    const [row, column] = [Math.floor(index / channels), index % channels]
    const distance = turned ? row - column : column - row
    return distance >= -down && distance <= up ? factor : 0
  })
  return w.floats(values, [channels, channels], like)
}
