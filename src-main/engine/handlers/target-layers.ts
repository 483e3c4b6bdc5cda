import type { LayerInfo } from '@engine/attribution/explainable'
import type { ModelDescription } from '@engine/compiler/describe'
import { Fault } from '@engine/fault'
import { sizesWithoutBatch } from '@engine/graph/layers'
import type { ProbedModel } from '@engine/graph/model'

/** Layers as a model card or a caller states them. */
export type StatedLayers = readonly Pick<LayerInfo, 'tensor' | 'title' | 'tokens'>[]

/** Target layers in the stated order, measured; the proposed ones when none is stated. */
export function targetLayers(
  model: ProbedModel,
  description: ModelDescription,
  stated: StatedLayers | undefined
): readonly LayerInfo[] {
  if (stated === undefined || stated.length === 0) return description.layers
  return stated.map((layer) => ({ ...layer, shape: sizesWithoutBatch(model, layer.tensor) }))
}

/** What is known of any tensor as a layer. Throws Fault `bad-parameter` for a name the model does not have. */
export function layerNamed(model: ProbedModel, tensor: string, known: readonly LayerInfo[]): LayerInfo {
  const found = known.find((candidate) => candidate.tensor === tensor)
  if (found !== undefined) return found
  if (!model.shapes.has(tensor)) {
    const names = known.map((candidate) => candidate.tensor)
    throw new Fault('bad-parameter', `The model ${model.origin.name} has no tensor "${tensor}".`, {
      subject: tensor,
      hint: `Target layers: ${[...new Set(names)].join(', ') || 'none'}. saliscope inspect lists every tensor.`
    })
  }
  return { tensor, title: tensor, shape: sizesWithoutBatch(model, tensor) }
}
