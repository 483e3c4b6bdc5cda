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
import type { ModelDescription } from '@engine/compiler/describe'
import { asFault, type Fault } from '@engine/fault'
import type { ProbedModel } from '@engine/graph/model'
import { replaceInitializers } from '@engine/graph/replace'
import { AssembledModel, type Assembly } from '@engine/handlers/assembled-model'
import { backwardTrial, triedVariant } from '@engine/handlers/self-test'
import type { Job } from '@engine/job'
import type { Provider } from '@engine/runtime/messages'
import { compareTrials, type ProviderRecord } from '@engine/runtime/provider-choice'
import type { Tensor } from '@engine/tensor/tensor'

/** Faults of a provider that the CPU may not have: a kernel that refuses, a device that fails. */
const providerFaults: readonly string[] = ['inference-failed', 'bad-model']

/**
 * A model on its provider, with the way down: out of memory means half the rows at once, then the CPU; a provider that
 * refuses, crashes or answers differently from the CPU is left for the CPU. Every step is written into `provider`.
 * The first result of each compiled variant is compared with the CPU's.
 */
export class FallbackModel implements Explainable {
  readonly model: ProbedModel
  readonly description: ModelDescription
  private record: ProviderRecord
  /** Variants whose first result was that of the CPU. */
  private readonly checked: Map<string, Promise<void>>

  constructor(
    private readonly assembly: Assembly,
    record: ProviderRecord,
    private current: AssembledModel,
    checked = new Map([[variantKey(triedVariant), Promise.resolve()]])
  ) {
    this.model = assembly.model
    this.description = assembly.description
    this.record = record
    this.checked = checked
  }

  get provider(): ProviderRecord {
    return this.record
  }

  get rows(): number {
    return this.current.rows
  }

  get inputShape(): readonly number[] {
    return this.current.inputShape
  }

  get outputs(): number {
    return this.current.outputs
  }

  get black(): readonly number[] {
    return this.current.black
  }

  get white(): readonly number[] {
    return this.current.white
  }

  get layers(): readonly LayerInfo[] {
    return this.current.layers
  }

  predict(batch: Tensor, of: Explained, job: Job): Promise<Tensor> {
    return this.steady(batch.shape[0], (model) => model.predict(batch, of, job))
  }

  predictFrom(replacement: LayerReplacement, job: Job): Promise<Tensor> {
    return this.steady(replacement.activation.shape[0], (model) => model.predictFrom(replacement, job))
  }

  layer(tensor: string): LayerInfo {
    return this.current.layer(tensor)
  }

  biasedLayers(of: Explained): readonly BiasedLayer[] {
    return this.current.biasedLayers(of)
  }

  async backward(request: BackwardRequest, job: Job): Promise<BackwardResult> {
    await this.check(request, job)
    return this.steady(request.input.shape[0], (model) => model.backward(request, job))
  }

  async gradientAlong(request: GradientAlong, line: InputLine, job: Job): Promise<Float64Array> {
    await this.check({ ...request, composite: 'gradient', wrt: ['input'] }, job)
    return this.steady(line.alphas.length, (model) => model.gradientAlong(request, line, job))
  }

  async backwardEach(
    request: Omit<BackwardRequest, 'start'>,
    starts: readonly Tensor[],
    job: Job
  ): Promise<readonly BackwardResult[]> {
    await this.check({ ...request, start: starts[0] }, job)
    return this.steady(request.input.shape[0], (model) => model.backwardEach(request, starts, job))
  }

  /** The same model with other weights by tensor name, on the provider in use; nothing is measured or compared again. */
  withWeights(values: Readonly<Record<string, Float32Array>>): FallbackModel {
    const options = { ...this.assembly.options, rows: this.current.rows }
    const assembly = { ...this.assembly, options, model: replaceInitializers(this.model, values) }
    return new FallbackModel(
      assembly,
      this.record,
      new AssembledModel({ ...assembly, used: this.record.used }),
      this.checked
    )
  }

  close(): void {
    this.current.close()
  }

  /** Runs `work` on the model in use, and again after each step down. */
  private async steady<Result>(rows: number, work: (model: AssembledModel) => Promise<Result>): Promise<Result> {
    for (;;) {
      const model = this.current
      try {
        return await work(model)
      } catch (thrown) {
        const fault = asFault(thrown)
        if (fault.code === 'cancelled') throw thrown
        // Another call has stepped down meanwhile and closed this one's sessions.
        if (model === this.current && !this.stepDown(model, fault, rows)) throw thrown
      }
    }
  }

  /** The next smaller way to go on after a fault; false when there is none. */
  private stepDown(model: AssembledModel, fault: Fault, rows: number): boolean {
    const { used } = this.record
    const { unusable } = this.assembly.host
    if (fault.code === 'out-of-memory') {
      const atOnce = Math.min(model.rows, rows)
      if (!model.fixedBatch && atOnce > 1) {
        const fewer = Math.floor(atOnce / 2)
        this.change(
          used,
          `${used} ran out of memory; ${fewer} ${fewer === 1 ? 'row' : 'rows'} at once from here on.`,
          fewer
        )
        return true
      }
      if (used === 'cpu') return false
      this.change('cpu', `${used} ran out of memory; the CPU is used.`)
      return true
    }
    const crash = unusable.get(used)
    if (used === 'cpu' || (crash === undefined && !providerFaults.includes(fault.code))) return false
    this.change(
      'cpu',
      crash === undefined
        ? `${used} stopped (${fault.message.replace(/\.$/, '')}); the CPU is used.`
        : `${used} ended the computation (it ${crash}) and stays off in this session; the CPU is used.`
    )
    return true
  }

  private change(used: Provider, reason: string, rows?: number): void {
    const { options } = this.assembly
    this.current.close()
    this.current = new AssembledModel({ ...this.assembly, options: { ...options, rows: rows ?? options.rows }, used })
    this.record = { ...this.record, used, reason: [this.record.reason, reason].filter(Boolean).join(' ') }
    options.onProviderChange?.(`${this.model.origin.name}: ${reason}`)
  }

  /** Compares the first result of a variant with the CPU's, once. */
  private check(request: BackwardRequest, job: Job): Promise<void> {
    if (this.record.used === 'cpu') return Promise.resolve()
    const key = variantKey(request)
    const running = this.checked.get(key)
    if (running !== undefined) return running
    const checking = this.compare(request, job)
    this.checked.set(key, checking)
    checking.catch(() => this.checked.delete(key))
    return checking
  }

  private async compare(request: BackwardRequest, job: Job): Promise<void> {
    const reference = new AssembledModel({ ...this.assembly, used: 'cpu' })
    try {
      const expected = await backwardTrial(reference, request, job)
      const found = await this.steady(1, (model) => backwardTrial(model, request, job))
      const { used } = this.record
      const { difference, allowed } = compareTrials(found, expected)
      if (used === 'cpu') return
      if (difference <= allowed)
        this.record = { ...this.record, difference: Math.max(difference, this.record.difference ?? 0) }
      else
        this.change(
          'cpu',
          `${used} gives other results than the CPU for ${request.composite} (${difference.toExponential(1)} of the norm, ${allowed.toExponential(1)} allowed); the CPU is used.`
        )
    } finally {
      reference.close()
    }
  }
}

function variantKey({ composite, of, wrt, activations = [] }: Omit<BackwardRequest, 'input' | 'start'>): string {
  return JSON.stringify([composite, of, wrt, activations])
}
