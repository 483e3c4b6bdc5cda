import type { GraphNode } from '@engine/graph/model'
import { readersOf } from '@engine/graph/path'
import { type BatchNormMode, canonicalLayers, isFixedNormalization } from '../../canonizers/linear-layer'
import { nonNegativeTensors } from '../../canonizers/non-negative'
import { fedTensors } from '../../positions'
import type { BackwardRule, CompositeMaker, CompositeScope } from '../../rule'
import { type AffineRule, affineRule } from './affine-rule'
import type { LayerRule } from './layer-rules'
import type { RelevanceLedger } from './ledger'
import { linearMap } from './linear-map'
import { type MadeBy, passRule } from './pass-rules'

/** Which rule each kind of layer gets. */
export interface RelevancePlan {
  /** For the layers that read the image; `kind` says whether a dense first layer gets it too. */
  readonly first?: { readonly rule: LayerRule; readonly kind: 'convolution' | 'any' }
  readonly convolution: LayerRule
  readonly dense: LayerRule
  /** For batch normalizations that stand alone. */
  readonly affine: AffineRule
  /** False for plans whose rules do not multiply by the input everywhere: then an inactive unit can carry relevance. */
  readonly followsActivity: boolean
}

export interface RelevanceOptions {
  readonly batchnorm: BatchNormMode
  readonly ledger: RelevanceLedger
}

/**
 * Layer-wise relevance propagation: the backward pass with relevance in place of gradients. Layers get the plan's rules,
 * activations pass, sums and average pools share by contribution, maxima go to the winner.
 */
export function relevanceComposite(plan: RelevancePlan, { batchnorm, ledger }: RelevanceOptions): CompositeMaker {
  return (scope) => {
    const { layers, absorbed } = canonicalLayers(scope, batchnorm)
    const nonNegative = nonNegativeTensors(scope.model)
    const madeBy = activityOf(scope, nonNegative, plan.followsActivity)
    return (node, position): BackwardRule | undefined => {
      if (absorbed.has(node.index)) return passData
      const layer = layers.get(node.index)
      if (layer === undefined) {
        if (!isFixedNormalization(node)) return passRule(node, madeBy)
        return batchnorm === 'pass' ? passData : affineRule(plan.affine, { madeBy, ledger })
      }
      const isFirst = position.isFirst && (plan.first?.kind === 'any' || layer.kind === 'convolution')
      const rule = isFirst && plan.first !== undefined ? plan.first.rule : plan[layer.kind]
      return ({ w, target, outgoing }) => {
        const map = linearMap(w, layer, target)
        const share = rule({
          map,
          relevance: outgoing,
          isNonNegative: nonNegative.has(map.x),
          made: madeBy(layer.output),
          takenByBias: (bias, s) => ledger.take(bias, s, layer.output)
        })
        return [share, ...node.inputs.slice(1).map(() => null)]
      }
    }
  }
}

const passData: BackwardRule = ({ node, outgoing, needs }) =>
  node.inputs.map((_, index) => (needs[index] ? outgoing : null))

/**
 * Where a ReLU alone reads an output, relevance is zero wherever the ReLU is: its output can stand for the other, is never
 * negative, and leaves ONNX Runtime free to compute layer and ReLU as one. That holds behind the first layer, from where on
 * every rule multiplies by the input.
 */
function activityOf(
  { model, path }: CompositeScope,
  nonNegative: ReadonlySet<string>,
  followsActivity: boolean
): MadeBy {
  const readers = readersOf(model)
  const fed = fedTensors(model, path)
  const onlyRelu = (output: string): GraphNode | undefined => {
    const all = readers.get(output) ?? []
    return all.length === 1 && all[0].opType === 'Relu' && all[0].domain === '' ? all[0] : undefined
  }
  return (output) => {
    if (nonNegative.has(output)) return { tensor: output, sign: 'positive' }
    const relu = followsActivity && fed.has(output) ? onlyRelu(output) : undefined
    return relu === undefined ? { tensor: output, sign: 'any' } : { tensor: relu.outputs[0], sign: 'positive' }
  }
}
