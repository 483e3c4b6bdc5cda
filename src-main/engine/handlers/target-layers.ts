import type { LayerInfo, LayerTokens } from '@engine/attribution/explainable'
import type { ModelDescription } from '@engine/compiler/describe'
import { Fault } from '@engine/fault'
import { layerAt, sizesWithoutBatch } from '@engine/graph/layers'
import type { ProbedModel } from '@engine/graph/model'
import { elementCount } from '@engine/tensor/tensor'

/** Layers as a model card or a caller states them; the axis of stated tokens is found by its length. */
export type StatedLayers = readonly {
  readonly tensor: string
  readonly title: string
  readonly tokens?: Pick<LayerTokens, 'grid' | 'drop'>
}[]

/**
 * Target layers in the stated order, measured; the proposed ones when none is stated. How tokens lie on the image is read from the
 * graph unless it is stated. Throws Fault `bad-card` for stated tokens that the tensor does not have.
 */
export function targetLayers(
  model: ProbedModel,
  description: ModelDescription,
  stated: StatedLayers | undefined
): readonly LayerInfo[] {
  if (stated === undefined || stated.length === 0) return description.layers
  return stated.map(({ tensor, title, tokens: own }) => {
    const shape = sizesWithoutBatch(model, tensor)
    const tokens =
      own === undefined ? layerAt(model, tensor, description.output.logits)?.tokens : placed(tensor, shape, own)
    return { tensor, title, shape, ...(tokens === undefined ? {} : { tokens }) }
  })
}

/** The axis as long as the grid and the tokens before it, or the axes that are the grid themselves. */
function placed(
  tensor: string,
  shape: readonly number[],
  { grid, drop }: Pick<LayerTokens, 'grid' | 'drop'>
): LayerTokens {
  const count = elementCount(grid) + drop
  const isSpread = drop === 0 && shape.length === grid.length + 1 && grid.every((size, axis) => size === shape[axis])
  const axis = isSpread ? 0 : shape.length === 2 ? shape.indexOf(count) : -1
  if (axis >= 0) return { grid, drop, axis }
  throw new Fault(
    'bad-card',
    `The target layer ${tensor} is stated to hold ${count} tokens, but its shape is [${shape.join(', ')}] for one image.`,
    { subject: tensor, hint: 'State the grid and the number of class tokens before it, or leave them out.' }
  )
}

/** What is known of any tensor as a layer. Throws Fault `bad-parameter` for a name the model does not have. */
export function layerNamed(
  { model, logits }: { model: ProbedModel; logits: string },
  tensor: string,
  known: readonly LayerInfo[]
): LayerInfo {
  const found = known.find((candidate) => candidate.tensor === tensor)
  if (found !== undefined) return found
  if (!model.shapes.has(tensor)) {
    const names = known.map((candidate) => candidate.tensor)
    throw new Fault('bad-parameter', `The model ${model.origin.name} has no tensor "${tensor}".`, {
      subject: tensor,
      hint: `Target layers: ${[...new Set(names)].join(', ') || 'none'}. saliscope inspect lists every tensor.`
    })
  }
  return layerAt(model, tensor, logits) ?? { tensor, title: tensor, shape: sizesWithoutBatch(model, tensor) }
}
