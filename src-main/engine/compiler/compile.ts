import { Fault } from '@engine/fault'
import type { Dim, ModelSource, ProbedModel } from '@engine/graph/model'
import { fixedDim } from '@engine/graph/model'
import { GraphWriter } from '@engine/graph/writer'
import { appendBackward } from './backward'
import { composites, type CompositeId } from './composites'
import { targets } from './targets'
import type { TargetId } from './targets/target'

/** What to compile. */
export interface CompileRequest {
  readonly model: ProbedModel
  /** Tensor that is explained, for example the logits: `[N, outputs]`, trailing axes of size 1 allowed. */
  readonly of: string
  /** Tensors whose gradient is wanted: the model's input, inner layers, or both. */
  readonly wrt: readonly string[]
  readonly composite: CompositeId
  readonly target: TargetId
  /** Tensors to be returned with the gradients. */
  readonly activations?: readonly string[]
}

/** One ONNX graph that does the forward and the backward pass in one run. */
export interface CompiledGraph {
  readonly source: ModelSource
  /** Graph input that takes the start of the backward pass: the weight of each output in what is explained. */
  readonly startInput: string
  /** Its shape, `[N, outputs]`; for a model with spatial outputs, their own shape. */
  readonly startShape: readonly Dim[]
  readonly batch: 'dynamic' | number
  readonly outputs: {
    /** The explained tensor in the start's shape. */
    readonly logits: string
    /** Tensor asked for to graph output with its gradient. */
    readonly gradients: Readonly<Record<string, string>>
    /** Tensor asked for to graph output with its value. */
    readonly activations: Readonly<Record<string, string>>
  }
}

/** Name of the graph input that starts the backward pass. */
export const startInput = 'saliscope/start'

/**
 * Appends the backward pass to a model. One compiled graph serves every class, class difference and start value.
 * Throws Fault `unsupported-op` when a node on the way has no backward rule, `bad-parameter` when a tensor is unknown
 * or does not influence what is explained.
 */
export function compileBackward(request: CompileRequest): CompiledGraph {
  const { model, of, wrt } = request
  for (const tensor of [of, ...wrt, ...(request.activations ?? [])]) checkKnown(model, tensor)
  const w = new GraphWriter(model)
  const startShape = outputShape(w.shapeOf(of))
  const start = w.input({
    name: startInput,
    elementType: w.typeOf(of),
    dims: startShape.map((dim) =>
      dim.perBatch === 0 ? dim.fixed : dim.perBatch === 1 && dim.fixed === 0 ? batchName(model) : null
    )
  })
  const sameRank = startShape.length === w.shapeOf(of).length
  // A graph input cannot be a graph output as well, which it would be when the explained tensor's own gradient is asked
  // for.
  const outgoing = sameRank ? w.op('Identity', [start]) : w.reshapeLike(start, of)
  const logits = sameRank
    ? of
    : w.op('Reshape', [of, w.int64s(startShape.map((dim) => (dim.perBatch === 0 ? dim.fixed : -1)))])
  const gradients = appendBackward({
    w,
    of,
    outgoing,
    wrt,
    composite: composites[request.composite],
    target: targets[request.target]
  })
  const activations = Object.fromEntries((request.activations ?? []).map((tensor) => [tensor, tensor]))
  const source = w.source([logits, ...Object.values(gradients), ...Object.values(activations)])
  return { source, startInput: start, startShape, batch: model.batch, outputs: { logits, gradients, activations } }
}

/** The name the model gives its batch axis, so that ONNX Runtime knows the start to have as many rows. */
function batchName(model: ProbedModel): string {
  const declared = model.inputs[0]?.dims?.[0]
  return typeof declared === 'string' ? declared : 'N'
}

function checkKnown(model: ProbedModel, tensor: string): void {
  if (model.shapes.has(tensor)) return
  throw new Fault('bad-parameter', `The model ${model.origin.name} has no tensor "${tensor}".`, {
    subject: tensor,
    hint: 'saliscope inspect lists the layers that can be named.'
  })
}

/**
 * The explained tensor as rows of outputs: `[N, C, 1, 1]` becomes `[N, C]`, `[N]` becomes `[N, 1]`, and `[C]` of a
 * model without a batch axis becomes `[1, C]`. Outputs with real spatial axes keep them.
 */
export function outputShape(shape: readonly Dim[]): readonly Dim[] {
  const dims = [...shape]
  while (dims.length > 2 && isOne(dims[dims.length - 1])) dims.pop()
  if (dims.length >= 2) return dims
  if (dims.length === 0) return [fixedDim(1), fixedDim(1)]
  const isBatch = dims[0].perBatch !== 0 || isOne(dims[0])
  return isBatch ? [dims[0], fixedDim(1)] : [fixedDim(1), dims[0]]
}

function isOne(dim: Dim): boolean {
  return dim.perBatch === 0 && dim.fixed === 1
}
