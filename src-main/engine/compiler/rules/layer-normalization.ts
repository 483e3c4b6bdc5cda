import { numberAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { axisOf, everyAxis } from '../axes'
import { sumToShape } from '../broadcast'
import { unsupportedUse } from '../faults'
import {
  inverseRootMeanSquare,
  type Moments,
  momentsOf,
  throughNormalized,
  throughRootMeanSquare
} from '../formulations/moments'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** Scale and shift may depend on the image too (adaptive normalization), so all three inputs are answered. */
const layerNormalization: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [x, gamma, beta] = node.inputs
  const axes = everyAxis(w, x).slice(axisOf(w, node, -1))
  const moments = layerMoments(w, node, axes)
  const normalized = (): string => w.op('Mul', [w.op('Sub', [x, moments.mean]), moments.inverse])
  const scaled = (): string => w.op('Mul', [outgoing, gamma])
  return [
    needs[0] ? throughNormalized(w, { x, gradient: scaled(), axes }, moments) : null,
    needs[1] ? sumToShape(w, w.op('Mul', [outgoing, normalized()]), { from: x, to: gamma }) : null,
    needs[2] ? sumToShape(w, outgoing, { from: x, to: beta }) : null
  ]
}

/**
 * The node itself can state its moments; in half precision it states them in another type, so they are computed again.
 */
function layerMoments(w: GraphWriter, node: GraphNode, axes: readonly number[]): Moments {
  const [x] = node.inputs
  if (w.typeOf(x) === 'float32')
    return { mean: w.requestOutput(node.index, 1), inverse: w.requestOutput(node.index, 2) }
  return momentsOf(w, x, axes, { like: x, epsilon: numberAttribute(node, 'epsilon', 1e-5) })
}

/** Without a mean: x times the reciprocal of its root mean square, times the scale. */
const rootMeanSquare: BackwardRule = ({ w, node, outgoing, needs }) => {
  const [x, gamma] = node.inputs
  const axes = everyAxis(w, x).slice(axisOf(w, node, -1))
  const inverse = inverseRootMeanSquare(w, x, axes, { like: x, epsilon: numberAttribute(node, 'epsilon', 1e-5) })
  const scaled = (): string => w.op('Mul', [outgoing, gamma])
  const toGamma = (): string =>
    sumToShape(w, w.op('Mul', [outgoing, w.op('Mul', [x, inverse])]), { from: x, to: gamma })
  return [
    needs[0] ? throughRootMeanSquare(w, { x, gradient: scaled(), axes }, inverse) : null,
    needs[1] ? toGamma() : null
  ]
}

/**
 * A residual sum and its normalization in one node. The node can state the sum as its fourth output, which may itself
 * lead on as the next residual.
 */
function afterResidual(normalize: (w: GraphWriter, gradient: string, about: ResidualCase) => string): BackwardRule {
  return ({ w, node, outgoings, needs }) => {
    const [input, skip, gamma] = node.inputs
    if (outgoings[1] ?? outgoings[2]) throw unsupportedUse(node, w.model, 'its moments lead to the explained tensor')
    const sum = w.requestOutput(node.index, 3)
    const axes = [w.shapeOf(input).length - 1]
    const epsilon = numberAttribute(node, 'epsilon', 1e-5)
    const [output, , , further] = outgoings
    const inner = output ? normalize(w, w.op('Mul', [output, gamma]), { sum, axes, like: input, epsilon }) : null
    const total = inner && further ? w.op('Add', [inner, further]) : (inner ?? further)
    if (total === null) return [null, null]
    return [total, needs[1] ? sumToShape(w, total, { from: input, to: skip }) : null]
  }
}

interface ResidualCase {
  readonly sum: string
  readonly axes: readonly number[]
  readonly like: string
  readonly epsilon: number
}

const skipLayerNormalization = afterResidual((w, gradient, { sum, axes, like, epsilon }) =>
  throughNormalized(w, { x: sum, gradient, axes }, momentsOf(w, sum, axes, { like, epsilon }))
)

const skipRootMeanSquare = afterResidual((w, gradient, { sum, axes, like, epsilon }) =>
  throughRootMeanSquare(w, { x: sum, gradient, axes }, inverseRootMeanSquare(w, sum, axes, { like, epsilon }))
)

/** Normalizations over the last axes. SimplifiedLayerNormalization is ONNX Runtime's older name in the same domain. */
export const layerNormalizations: RuleFamily = {
  LayerNormalization: layerNormalization,
  RMSNormalization: rootMeanSquare,
  SimplifiedLayerNormalization: rootMeanSquare
}

/** The same behind a residual sum, as ONNX Runtime's optimisers fuse them. */
export const fusedLayerNormalizations: RuleFamily = {
  SkipLayerNormalization: skipLayerNormalization,
  SkipSimplifiedLayerNormalization: skipRootMeanSquare
}
