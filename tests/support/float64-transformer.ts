import type { Explainable } from '@engine/attribution/explainable'
import { floatsOf } from '@engine/graph/constant'
import type { GraphModel } from '@engine/graph/model'
import type { Tensor } from '@engine/tensor/tensor'
import { Matrix } from './matrix-tape'

/** What torchvision's VisionTransformer is made of; channels of the input are always three. */
export interface TransformerPlan {
  readonly image: number
  readonly patch: number
  readonly width: number
  readonly heads: number
  readonly layers: number
  readonly outputs: number
}

/** The float64 twin of a torchvision vision transformer, written by hand; weights from a dynamo export. */
export function float64Transformer(
  model: GraphModel,
  plan: TransformerPlan,
  ends: Pick<Explainable, 'black' | 'white'>
): Explainable {
  const { image, outputs } = plan
  const inputShape = [3, image, image]
  const run = transformer(model, plan)
  const noLayer = (tensor: string): never => {
    throw new Error(`The twin has no layer ${tensor}.`)
  }
  const rowsOf = ({ data, shape }: Tensor): Matrix[] =>
    Array.from({ length: shape[0] }, (_, index) => {
      const size = 3 * image * image
      return new Matrix([1, size], Float64Array.from(data.subarray(index * size, (index + 1) * size)))
    })
  const joined = (rows: readonly Float64Array[], rest: readonly number[]): Tensor => ({
    data: Float32Array.from(rows.flatMap((row) => [...row])),
    shape: [rows.length, ...rest]
  })
  return {
    ...ends,
    inputShape,
    outputs,
    layers: [],
    layer: noLayer,
    biasedLayers: () => [],
    predictFrom: ({ layer }) => noLayer(layer),
    predict: (batch) =>
      Promise.resolve(
        joined(
          rowsOf(batch).map((row) => run(row).data),
          [outputs]
        )
      ),
    backward: ({ input, start }) => {
      const pairs = rowsOf(input).map((row) => {
        const scores = run(row)
        scores.backward(Float64Array.from(start.data))
        return { scores: scores.data, gradient: row.gradient }
      })
      return Promise.resolve({
        scores: joined(
          pairs.map(({ scores }) => scores),
          [outputs]
        ),
        gradients: new Map([
          [
            'input',
            joined(
              pairs.map(({ gradient }) => gradient),
              inputShape
            )
          ]
        ]),
        activations: new Map()
      })
    }
  }
}

function transformer(model: GraphModel, plan: TransformerPlan): (image: Matrix) => Matrix {
  const { image, patch, width, heads, layers } = plan
  const own = (name: string): Float64Array => {
    const constant = model.constants.get(`m.${name}`)
    if (constant === undefined) throw new Error(`There is no weight ${name}.`)
    return Float64Array.from(floatsOf(constant))
  }
  // The dynamo exporter turns some weights around and renames them: they are taken in the order of their products.
  const products = model.nodes.flatMap(({ opType, inputs }) => {
    const constant = opType === 'MatMul' || opType === 'Gemm' ? model.constants.get(inputs[1]) : undefined
    if (constant === undefined) return []
    const values = Float64Array.from(floatsOf(constant))
    return [opType === 'MatMul' ? values : turned(values, constant.dims[1])]
  })
  const side = image / patch
  const tokens = side * side
  const kernel = turned(own('conv_proj.weight'), 3 * patch * patch)
  const position = own('encoder.pos_embedding')
  const normalised = (x: Matrix, name: string): Matrix =>
    scaled(x.perRow(standardise, standardiseBack), own(`${name}.weight`), own(`${name}.bias`))
  return (pixels) => {
    const patches = pixels.gathered(tokens, 3 * patch * patch, (index) => {
      const [token, inner] = [Math.floor(index / (3 * patch * patch)), index % (3 * patch * patch)]
      const [channel, y, x] = [Math.floor(inner / (patch * patch)), Math.floor(inner / patch) % patch, inner % patch]
      const [row, column] = [Math.floor(token / side) * patch + y, (token % side) * patch + x]
      return (channel * image + row) * image + column
    })
    const embedded = patches.linear(kernel, own('conv_proj.bias')).transposed()
    const first = new Matrix([width, 1], own('class_token'))
    let x = Matrix.beside([first, embedded])
      .transposed()
      .add(new Matrix([tokens + 1, width], position))
    for (let layer = 0; layer < layers; layer++) {
      const name = `encoder.layers.encoder_layer_${layer}`
      const [intoHeads, outOfHeads, up, down] = products.slice(4 * layer, 4 * layer + 4)
      const mixed = normalised(x, `${name}.ln_1`).linear(intoHeads, own(`${name}.self_attention.in_proj_bias`))
      x = x.add(attention(mixed, width, heads).linear(outOfHeads, own(`${name}.self_attention.out_proj.bias`)))
      const hidden = normalised(x, `${name}.ln_2`)
        .linear(up, own(`${name}.mlp.0.bias`))
        .map(gelu, geluSlope)
      x = x.add(hidden.linear(down, own(`${name}.mlp.3.bias`)))
    }
    const read = normalised(x, 'encoder.ln').gathered(1, width, (index) => index)
    return read.linear(products[4 * layers], own('heads.head.bias'))
  }
}

/** `[rows, columns]` to `[columns, rows]`. */
function turned(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns
  return values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)])
}

function attention(mixed: Matrix, width: number, heads: number): Matrix {
  const size = width / heads
  const parts = Array.from({ length: heads }, (_, head) => {
    const [query, key, value] = [0, 1, 2].map((which) => mixed.slice(which * width + head * size, size))
    const scale = 1 / Math.sqrt(size)
    const scores = query.times(key.transposed()).map(
      (x) => x * scale,
      () => scale
    )
    return scores.perRow(softmax, softmaxBack).times(value)
  })
  return Matrix.beside(parts)
}

function softmax(row: Float64Array): Float64Array {
  const largest = row.reduce((most, value) => Math.max(most, value), -Infinity)
  const powers = row.map((value) => Math.exp(value - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

function softmaxBack(row: Float64Array, gradient: Float64Array): Float64Array {
  const shares = softmax(row)
  const mean = shares.reduce((sum, share, index) => sum + share * gradient[index], 0)
  return shares.map((share, index) => share * (gradient[index] - mean))
}

const layerEpsilon = 1e-6

function standardise(row: Float64Array): Float64Array {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length
  return row.map((value) => (value - mean) / Math.sqrt(variance + layerEpsilon))
}

function standardiseBack(row: Float64Array, gradient: Float64Array): Float64Array {
  const y = standardise(row)
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length
  const average = gradient.reduce((sum, value) => sum + value, 0) / row.length
  const along = gradient.reduce((sum, value, index) => sum + value * y[index], 0) / row.length
  return gradient.map((value, index) => (value - average - y[index] * along) / Math.sqrt(variance + layerEpsilon))
}

function scaled(x: Matrix, weight: Float64Array, bias: Float64Array): Matrix {
  return x.perRow(
    (row) => row.map((value, index) => value * weight[index] + bias[index]),
    (_row, gradient) => gradient.map((value, index) => value * weight[index])
  )
}

const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2))
const geluSlope = (x: number): number =>
  0.5 * (1 + erf(x / Math.SQRT2)) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)

/** Maclaurin series within three, continued fraction of the complement beyond (Abramowitz and Stegun 7.1.5, 7.1.14). */
function erf(x: number): number {
  if (Math.abs(x) < 3) {
    let [sum, term] = [x, x]
    for (let n = 1; Math.abs(term) > 1e-18; n++) {
      term *= (-x * x) / n
      sum += term / (2 * n + 1)
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  const z = Math.abs(x)
  let fraction = z
  for (let k = 60; k > 0; k--) fraction = z + k / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction))
}
