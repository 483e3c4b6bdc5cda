import { asFloat32, asRows } from '@engine/compiler/compile'
import type { ModelSource, ProbedModel } from '@engine/graph/model'
import { GraphWriter } from '@engine/graph/writer'

/** The model's own forward pass with the explained tensors as outputs. */
export interface ForwardGraph {
  readonly source: ModelSource
  /** Tensors of the model by name, with the graph outputs that carry them in float32. */
  readonly float32: Readonly<Record<string, string>>
}

/** Asks a model for tensors as rows of float32. */
export const forwardGraph = (model: ProbedModel, tensors: readonly string[]): ForwardGraph =>
  asked(model, tensors, asRows)

/** Asks a model for tensors in float32 and in their own shape, which may be another one for every image: how many boxes there are. */
export const asTheyAre = (model: ProbedModel, tensors: readonly string[]): ForwardGraph =>
  asked(model, tensors, (_w, tensor) => tensor)

function asked(
  model: ProbedModel,
  tensors: readonly string[],
  shaped: (w: GraphWriter, tensor: string) => string
): ForwardGraph {
  const w = new GraphWriter(model)
  const float32 = Object.fromEntries(
    tensors.map((tensor) => [tensor, asFloat32(w, shaped(w, tensor), w.ownTypeOf(tensor))])
  )
  return { source: w.source(Object.values(float32)), float32 }
}
