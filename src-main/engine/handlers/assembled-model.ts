import type {
  BackwardRequest,
  BackwardResult,
  BiasedLayer,
  Explainable,
  Explained,
  GradientAlong,
  InputLine,
  LayerInfo,
  LayerReplacement
} from '@engine/attribution/explainable'
import { compileBackward, type CompiledGraph } from '@engine/compiler/compile'
import { type CompiledTogether, compileTogether } from '@engine/compiler/compile-each'
import { type ModelDescription } from '@engine/compiler/describe'
import type { TargetId } from '@engine/compiler/targets/target'
import { Fault } from '@engine/fault'
import { biasedTensors } from '@engine/graph/biases'
import { cutAtLayer, type ModelHead } from '@engine/graph/cut'
import type { ProbedModel } from '@engine/graph/model'
import { baselineFeed, startFor } from '@engine/handlers/backward-feeds'
import { batchPlan } from '@engine/handlers/batch-plan'
import { CompiledSessions, type Variant } from '@engine/handlers/compiled-sessions'
import { forwardGraph, type ForwardGraph } from '@engine/handlers/forward-graph'
import { layerNamed, type StatedLayers } from '@engine/handlers/target-layers'
import { type Job } from '@engine/job'
import type { BatchPlan } from '@engine/runtime/batches'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { Provider } from '@engine/runtime/messages'
import { sessionOptions } from '@engine/runtime/session-policy'
import { elementCount, type Tensor } from '@engine/tensor/tensor'

export interface ExplainableOptions {
  /** Model-input value of black and white per channel. */
  readonly black: readonly number[]
  readonly white: readonly number[]
  /** Target layers in the card's order; the proposed ones when not given. */
  readonly layers?: StatedLayers
  /** The graph output with the scores, where the card names it. */
  readonly output?: string
  /** Threads inside one operator. */
  readonly threads: number
  readonly provider?: Provider | 'auto'
  /** What `auto` tries, best first; what this machine has when not given. */
  readonly automatic?: readonly Provider[]
  /** Told whenever another provider, or fewer rows at once, are used than were asked for: one sentence that names the model. */
  readonly onProviderChange?: (sentence: string) => void
  /** Rows per run instead of the built-in choice (`usual`: its first guess, never another); ignored for a model with a fixed batch. */
  readonly rows?: number | 'usual'
}

/** Everything one model is put together from; `used` is the provider it is compiled for. */
export interface Assembly {
  readonly model: ProbedModel
  readonly description: ModelDescription
  readonly host: InferenceHost
  readonly options: ExplainableOptions
  readonly inputShape: readonly number[]
  readonly layers: readonly LayerInfo[]
  readonly used: Provider
}

/** A measured model compiled for one provider: functions that predict and go backward. Compiling happens on first use. */
export class AssembledModel implements Explainable {
  private readonly model: ProbedModel
  private readonly description: ModelDescription
  readonly inputShape: readonly number[]
  readonly outputs: number
  readonly black: readonly number[]
  readonly white: readonly number[]
  readonly layers: readonly LayerInfo[]
  private readonly input: string
  private readonly target: TargetId
  private readonly plan: BatchPlan
  private readonly forward: CompiledSessions<ForwardGraph>
  private readonly backwards: CompiledSessions<CompiledGraph>
  private readonly together: CompiledSessions<CompiledTogether>
  private readonly heads: CompiledSessions<ModelHead>

  constructor({ model, description, host, options, inputShape, layers, used }: Assembly) {
    this.model = model
    this.description = description
    this.inputShape = inputShape
    this.outputs = description.output.classes
    this.black = options.black
    this.white = options.white
    this.layers = layers
    this.input = description.input.name
    this.target = used
    const inputElements = elementCount(inputShape)
    this.plan = batchPlan(model, inputElements, options.rows)
    const session = sessionOptions({ provider: used, threads: options.threads, inputElements })
    this.forward = new CompiledSessions(host, model.origin.name, session)
    this.backwards = new CompiledSessions(host, model.origin.name, session)
    this.together = new CompiledSessions(host, model.origin.name, session)
    this.heads = new CompiledSessions(host, model.origin.name, session)
  }

  /** Rows the model is given at once. */
  get rows(): number {
    return this.plan.size
  }

  /** The model takes that many rows and no others. */
  get fixedBatch(): boolean {
    return this.plan.fixed
  }

  async predict(batch: Tensor, of: Explained, job: Job): Promise<Tensor> {
    const tensor = this.explained(of)
    const { outputs } = await this.forward.run(
      {
        key: 'forward',
        compile: () =>
          forwardGraph(
            this.model,
            ['logit', 'output'].map((end) => this.explained(end as Explained))
          ),
        plan: this.plan
      },
      {
        feeds: () => new Map([[this.input, this.shaped(batch)]]),
        fetches: (graph) => [graph.float32[tensor]]
      },
      job
    )
    return this.rowsOfScores([...outputs.values()][0])
  }

  async predictFrom({ layer, activation, input, of }: LayerReplacement, job: Job): Promise<Tensor> {
    const tensor = this.explained(of)
    const { outputs } = await this.heads.run(
      {
        key: JSON.stringify([layer, of]),
        compile: () => cutAtLayer(this.model, layer, [tensor]),
        plan: this.plan
      },
      {
        feeds: ({ layerInput, inputs }) =>
          new Map([[layerInput, activation], ...inputs.map((name): [string, Tensor] => [name, this.shaped(input)])]),
        fetches: (head) => [head.float32[tensor]]
      },
      job
    )
    return this.rowsOfScores([...outputs.values()][0])
  }

  layer(tensor: string): LayerInfo {
    const logits = this.explained('logit')
    return layerNamed({ model: this.model, logits }, tensor, [...this.layers, ...this.description.layers])
  }

  biasedLayers(of: Explained): readonly BiasedLayer[] {
    return biasedTensors(this.model, this.input, this.explained(of))
  }

  async backward(request: BackwardRequest, job: Job): Promise<BackwardResult> {
    const { wrt, activations = [] } = request
    const tensors = wrt.map((name) => this.tensorOf(name))
    const { graph, outputs } = await this.backwards.run(
      this.backwardVariant(request),
      {
        feeds: (compiled) =>
          new Map([
            [this.input, this.shaped(request.input)],
            [compiled.startInput, startFor(compiled.startShape, request.start)],
            ...baselineFeed(compiled, request.baseline)
          ]),
        fetches: (compiled) => [
          compiled.outputs.logits,
          ...tensors.map((tensor) => compiled.outputs.gradients[tensor]),
          ...activations.map((tensor) => compiled.outputs.activations[tensor]),
          ...(compiled.outputs.taken === null ? [] : [compiled.outputs.taken])
        ]
      },
      job
    )
    return {
      scores: this.rowsOfScores(taken(outputs, graph.outputs.logits)),
      gradients: new Map(wrt.map((name, index) => [name, taken(outputs, graph.outputs.gradients[tensors[index]])])),
      activations: new Map(activations.map((tensor) => [tensor, taken(outputs, graph.outputs.activations[tensor])])),
      ...(graph.outputs.taken === null ? {} : { taken: taken(outputs, graph.outputs.taken) })
    }
  }

  gradientAlong({ input, start, of }: GradientAlong, line: InputLine, job: Job): Promise<Float64Array> {
    return this.backwards.runAlong(
      this.backwardVariant({ composite: 'gradient', of, wrt: ['input'] }),
      {
        feeds: ({ startInput, startShape }) =>
          new Map([
            [this.input, this.shaped(input)],
            [startInput, startFor(startShape, start)]
          ]),
        fetch: ({ outputs }) => outputs.gradients[this.input],
        path: { input: this.input, ...line }
      },
      job
    )
  }

  async backwardEach(
    request: Omit<BackwardRequest, 'start'>,
    starts: readonly Tensor[],
    job: Job
  ): Promise<readonly BackwardResult[]> {
    const { composite, of, wrt, activations = [] } = request
    if (typeof composite !== 'string' || starts.length === 1)
      return Promise.all(starts.map((start) => this.backward({ ...request, start }, job)))
    const tensors = wrt.map((name) => this.tensorOf(name))
    const asked = { wrt: tensors, composite, activations, starts: starts.length }
    const { graph, outputs } = await this.together.run(
      {
        key: JSON.stringify([of, asked]),
        compile: () => compileTogether({ model: this.model, of: this.explained(of), target: this.target, ...asked }),
        plan: this.plan
      },
      {
        feeds: ({ startInputs, startShape }) =>
          new Map([
            [this.input, this.shaped(request.input)],
            ...starts.map((start, index): [string, Tensor] => [startInputs[index], startFor(startShape, start)])
          ]),
        fetches: ({ outputs: names }) => [
          names.logits,
          ...names.gradients.flatMap((own) => Object.values(own)),
          ...Object.values(names.activations)
        ]
      },
      job
    )
    const scores = this.rowsOfScores(taken(outputs, graph.outputs.logits))
    const values = new Map(activations.map((tensor) => [tensor, taken(outputs, graph.outputs.activations[tensor])]))
    return graph.outputs.gradients.map((own) => ({
      scores,
      gradients: new Map(wrt.map((name, index) => [name, taken(outputs, own[tensors[index]])])),
      activations: values
    }))
  }

  close(): void {
    this.forward.close()
    this.backwards.close()
    this.together.close()
    this.heads.close()
  }

  private backwardVariant({
    composite,
    of,
    wrt,
    activations = []
  }: Omit<BackwardRequest, 'input' | 'start'>): Variant<CompiledGraph> {
    const tensors = wrt.map((name) => this.tensorOf(name))
    return {
      key: JSON.stringify([composite, of, tensors, activations]),
      compile: () =>
        compileBackward({
          model: this.model,
          of: this.explained(of),
          wrt: tensors,
          composite,
          target: this.target,
          activations,
          border: 'float32'
        }),
      plan: this.plan
    }
  }

  private explained(of: Explained): string {
    return of === 'logit' ? this.description.output.logits : this.description.output.name
  }

  /** `'input'` stands for the model's input, whatever its name is. */
  private tensorOf(name: string): string {
    return name === 'input' ? this.input : name
  }

  private shaped(batch: Tensor): Tensor {
    const expected = this.inputShape
    if (batch.shape.slice(1).join() === expected.join()) return batch
    throw new Fault(
      'geometry-mismatch',
      `The input has shape [${batch.shape.join(', ')}], but ${this.model.origin.name} takes [N, ${expected.join(', ')}].`,
      { subject: 'input', hint: 'Prepare the image by the model card, or give an array of this shape.' }
    )
  }

  private rowsOfScores(scores: Tensor): Tensor {
    return { data: scores.data, shape: [scores.data.length / this.outputs, this.outputs] }
  }
}

function taken(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Fault('internal', `The run did not return "${name}".`)
  return tensor
}
