import type { Dim, ModelSource } from '@engine/graph/model'
import { GraphWriter } from '@engine/graph/writer'
import { appendBackward } from './backward'
import { asFloat32, asRows, type CompileRequest, outputShape, startInput, startOf } from './compile'
import { chooseComposite } from './composite-request'
import type { CompositeId } from './composites'
import { targets } from './targets'

/** One graph with a forward pass and several backward passes, each from a start of its own. */
export interface CompiledTogether {
  readonly source: ModelSource
  readonly startInputs: readonly string[]
  readonly startShape: readonly Dim[]
  readonly outputs: {
    readonly logits: string
    /** Per start: tensor asked for to graph output with its gradient. */
    readonly gradients: readonly Readonly<Record<string, string>>[]
    readonly activations: Readonly<Record<string, string>>
  }
}

/** What to compile; relevance propagation keeps sums of its own for each start and is compiled one by one. */
export interface TogetherRequest extends CompileRequest {
  readonly composite: CompositeId
  readonly starts: number
}

/**
 * Appends a backward pass for each of several starts to one forward pass; everything goes in and out as float32.
 * What depends on the forward pass alone (masks, kernels turned around) is written once where rules remember it.
 * Throws what `compileBackward` throws.
 */
export function compileTogether(request: TogetherRequest): CompiledTogether {
  const { model, of, wrt, activations = [] } = request
  const w = new GraphWriter(model)
  const startInputs = Array.from({ length: request.starts }, (_, index) => `${startInput}/${index}`)
  const gradients = startInputs.map((name) => {
    const outgoing = startOf(w, name, { ...request, border: 'float32' })
    const composite = chooseComposite(request.composite, w, of).make
    const own = appendBackward({ w, of, outgoing, wrt, composite, target: targets[request.target] })
    return Object.fromEntries(
      Object.entries(own).map(([tensor, gradient]) => [tensor, asFloat32(w, gradient, w.typeOf(tensor))])
    )
  })
  const outputs = {
    logits: asFloat32(w, asRows(w, of), w.ownTypeOf(of)),
    gradients,
    activations: Object.fromEntries(activations.map((tensor) => [tensor, asFloat32(w, tensor, w.ownTypeOf(tensor))]))
  }
  const source = w.source([
    outputs.logits,
    ...gradients.flatMap((own) => Object.values(own)),
    ...Object.values(outputs.activations)
  ])
  return { source, startInputs, startShape: outputShape(w.shapeOf(of)), outputs }
}
