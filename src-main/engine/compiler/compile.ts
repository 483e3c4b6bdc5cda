import { Fault } from '@engine/fault'
import { oldestOpset } from '@engine/graph/missing-kernel'
import type { Dim, ElementType, ModelSource, ProbedModel } from '@engine/graph/model'
import { fixedDim } from '@engine/graph/model'
import { GraphWriter } from '@engine/graph/writer'
import { appendBackward } from './backward'
import { withKeptEpsilon } from './canonizers/kept-epsilon'
import { chooseComposite, type CompositeRequest } from './composite-request'
import { castTo } from './operators'
import { targets } from './targets'
import type { TargetId } from './targets/target'

/** What to compile. */
export interface CompileRequest {
  readonly model: ProbedModel
  /** Tensor that is explained, for example the logits: `[N, outputs]`, trailing axes of size 1 allowed. */
  readonly of: string
  /** Tensors whose gradient is wanted: the model's input, inner layers, or both. */
  readonly wrt: readonly string[]
  readonly composite: CompositeRequest
  readonly target: TargetId
  /** Tensors to be returned with the gradients. */
  readonly activations?: readonly string[]
  /** `float32`: whatever the model computes in, the start and all outputs are float32, cast inside the graph. */
  readonly border?: 'own' | 'float32'
}

/** One ONNX graph that does the forward and the backward pass in one run. */
export interface CompiledGraph {
  readonly source: ModelSource
  /** Graph input that takes the start of the backward pass: the weight of each output in what is explained. */
  readonly startInput: string
  /** Its shape, `[N, outputs]`; for a model with spatial outputs, their own shape. */
  readonly startShape: readonly Dim[]
  /** Graph input that takes the baseline, in the input's shape; null for composites that compare with none. */
  readonly baselineInput: string | null
  readonly batch: 'dynamic' | number
  readonly outputs: {
    /** The explained tensor in the start's shape. */
    readonly logits: string
    /** Tensor asked for to graph output with its gradient. */
    readonly gradients: Readonly<Record<string, string>>
    /** Tensor asked for to graph output with its value. */
    readonly activations: Readonly<Record<string, string>>
    /** Relevance that biases took and that so never reaches the input, `[N, 1]`; null for gradients. */
    readonly taken: string | null
  }
}

/** Name of the graph input that starts the backward pass. */
export const startInput = 'saliscope/start'

/**
 * Appends the backward pass to a model. One compiled graph serves every class, class difference and start value.
 * Throws Fault `unsupported-op` when a node on the way has no backward rule, `unsupported-model` for an operator set
 * before 7, `bad-parameter` when a tensor is unknown
 * or does not influence what is explained.
 */
export function compileBackward(request: CompileRequest): CompiledGraph {
  const { of, wrt } = request
  if (request.model.opset < oldestOpset) throw tooOld(request.model)
  const model = forwardModel(request)
  for (const tensor of [of, ...wrt, ...(request.activations ?? [])]) checkKnown(model, tensor)
  const w = new GraphWriter(model)
  const startShape = outputShape(w.shapeOf(of))
  const cast = request.border === 'float32'
  const shaped = startOf(w, startInput, request)
  const composite = chooseComposite(request.composite, w, of)
  const outgoing = composite.startsFromLogit ? w.op('Mul', [shaped, of]) : shaped
  const logits = asRows(w, of)
  const out = (tensor: string, like: string): string => (cast ? asFloat32(w, tensor, w.ownTypeOf(like)) : tensor)
  const own = appendBackward({
    w,
    of,
    outgoing,
    wrt,
    composite: composite.make,
    target: targets[request.target]
  })
  const taken = composite.taken()
  const outputs = {
    logits: out(logits, of),
    gradients: Object.fromEntries(
      Object.entries(own).map(([tensor, gradient]) => [
        tensor,
        cast ? asFloat32(w, gradient, w.typeOf(tensor)) : gradient
      ])
    ),
    activations: Object.fromEntries((request.activations ?? []).map((tensor) => [tensor, out(tensor, tensor)])),
    taken: taken === null ? null : out(taken, of)
  }
  const source = w.source(fetched(outputs))
  const { baselineInput } = composite
  return { source, startInput, startShape, baselineInput, batch: model.batch, outputs }
}

/** Adds the graph input of one start and answers it in the explained tensor's own shape and element type. */
export function startOf(w: GraphWriter, name: string, { of, model, border }: CompileRequest): string {
  const startShape = outputShape(w.shapeOf(of))
  const cast = border === 'float32'
  const start = w.input({
    name,
    elementType: cast ? 'float32' : w.typeOf(of),
    dims: startShape.map((dim) =>
      dim.perBatch === 0 ? dim.fixed : dim.perBatch === 1 && dim.fixed === 0 ? batchName(model) : null
    )
  })
  const given = cast && w.typeOf(of) !== 'float32' ? castTo(w, start, w.typeOf(of)) : start
  if (startShape.length !== w.shapeOf(of).length) return w.reshapeLike(given, of)
  // A graph input cannot be a graph output as well, which it would be when the explained tensor's own gradient is asked
  // for.
  return given === start ? w.op('Identity', [start]) : given
}

/** Every tensor a compiled graph answers with. */
function fetched({ logits, gradients, activations, taken }: CompiledGraph['outputs']): string[] {
  return [logits, ...Object.values(gradients), ...Object.values(activations), ...(taken === null ? [] : [taken])]
}

/** The model that is run: its own, or the one a composite stands on. */
function forwardModel({ model, composite, wrt, of }: CompileRequest): ProbedModel {
  const keepsEpsilon = typeof composite !== 'string' && 'batchnorm' in composite && composite.batchnorm === 'pass'
  const isKnown = [of, ...wrt].every((tensor) => model.shapes.has(tensor))
  return keepsEpsilon && isKnown ? withKeptEpsilon(model, wrt, of) : model
}

/** The explained tensor as rows of outputs: reshaped where its own shape has other axes. */
export function asRows(w: GraphWriter, tensor: string): string {
  const own = w.shapeOf(tensor)
  const rows = outputShape(own)
  if (rows.length === own.length) return tensor
  return w.op('Reshape', [tensor, w.int64s(rows.map((dim) => (dim.perBatch === 0 ? dim.fixed : -1)))])
}

/** A tensor of an element type in float32: itself where it is float32 already. */
export function asFloat32(w: GraphWriter, tensor: string, elementType: ElementType): string {
  return elementType === 'float32' ? tensor : castTo(w, tensor, 'float32')
}

/** Some models of old operator sets run; the nodes a backward pass needs do not. */
function tooOld(model: ProbedModel): Fault {
  const message = `A gradient needs operator set ${oldestOpset} or newer; ${model.origin.name} uses ${model.opset}.`
  return new Fault('unsupported-model', message, {
    subject: model.origin.name,
    hint: 'Convert it with onnx.version_converter. Methods that only run the model forward work as it is.'
  })
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
