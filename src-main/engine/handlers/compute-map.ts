import type { Explainable, Explained } from '@engine/attribution/explainable'
import type { MethodExpression } from '@engine/attribution/expression'
import type { PreliminaryMap } from '@engine/attribution/method'
import type { GivenParams } from '@engine/attribution/parameters'
import { type ExpressionResult, runExpression } from '@engine/attribution/run-expression'
import { type SharedParts, under } from '@engine/attribution/shared-parts'
import { type ResolvedTarget, type Target, resolveTargets } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { type Tensor, tensor } from '@engine/tensor/tensor'
import type { CardOutput } from '@shared/model-card'
import { type ExplainedAnswer, isCalled } from '@shared/map-notes'
import { probabilitiesOf, targetChoices } from './predict'

/** What `job.partial` is given while the map of an image is being refined. */
export interface RefinedMap {
  readonly kind: 'refined'
  readonly computed: Pick<ComputedMap, 'slices'>
  readonly done: number
  readonly total: number
  /** samples, masks, patches, steps or slices. */
  readonly of: string
}

/** What to explain, and how. */
export interface MapOrder {
  readonly model: Explainable
  readonly prepared: PreparedImage
  readonly expression: MethodExpression
  /** By full name (`sg.samples`); those of other methods are ignored. */
  readonly params: GivenParams
  readonly of: Explained
  readonly seed: number
  /** Reads file-valued parameters (`sg.noise`, baselines). */
  readonly loadTensor?: (path: string) => Promise<Tensor>
  /** The background set of expected gradients. */
  readonly background?: () => Promise<Tensor | undefined>
  /** What maps of the image share, by slice. */
  readonly shared?: SharedParts
}

/** The attribution of one target over the slices of an image. */
export interface ComputedMap {
  readonly target: ResolvedTarget
  readonly slices: readonly { readonly index: number; readonly attribution: ExpressionResult }[]
  readonly notes: Readonly<Record<string, number | string>>
  /** Every parameter by full name, defaults included. */
  readonly params: ExpressionResult['params']
  readonly seconds: number
}

/**
 * The targets of an image: settled once for the whole volume from its joined logits, so that every slice explains the
 * same output. Throws Fault `bad-parameter`.
 */
export function volumeTargets(
  target: Target,
  logits: readonly number[],
  output: CardOutput
): readonly ResolvedTarget[] {
  const scores = tensor(Float32Array.from(logits), [1, logits.length])
  return resolveTargets(target, scores, targetChoices(output, logits.length))
}

/** What the model says of the explained output; no probability for a target that is not one output alone. */
export function explainedAnswer(
  target: ResolvedTarget,
  logits: readonly number[],
  output: CardOutput
): ExplainedAnswer {
  const alone = target.id === String(target.index)
  const [predicted] = volumeTargets({ kind: 'predicted' }, logits, output)

  const probability = alone ? (probabilitiesOf(logits, output)[target.index] ?? null) : null
  const isLargest = alone && predicted.index === target.index

  return { probability, predicted: isLargest, called: isCalled(probability, isLargest, output) }
}

/** Computes the attribution slice by slice. Throws what the method throws, and `cancelled` between slices. */
export async function computeMap(order: MapOrder, target: ResolvedTarget, job: Job): Promise<ComputedMap> {
  const { indices } = order.prepared.plan
  if (indices.length === 0) throw new Fault('bad-card', 'The model card selects no slice of this image.')
  const begun = performance.now()
  const slices: { index: number; attribution: ExpressionResult }[] = []
  for (const [position, index] of indices.entries()) {
    throwIfCancelled(job)
    const attribution = await runExpression(
      {
        model: order.model,
        input: order.prepared.input(index),
        start: target.start,
        of: order.of,
        seed: order.seed,
        loadTensor: order.loadTensor,
        background: order.background,
        shared: order.shared === undefined ? undefined : ofSlice(order.shared, index),
        job: sliceJob(job, { slices, indices, position })
      },
      order.expression,
      order.params
    )
    slices.push({ index, attribution })
    job.progress('slices', position + 1, indices.length)
    if (indices.length > 1 && position + 1 < indices.length)
      refine(job, { slices, indices }, { done: position + 1, total: indices.length, of: 'slices' })
  }
  return {
    target,
    slices,
    notes: joinNotes(slices),
    params: slices[0].attribution.params,
    seconds: (performance.now() - begun) / 1000
  }
}

function ofSlice({ ofImage, ofMap }: SharedParts, index: number): SharedParts {
  return { ofImage: under(`slice ${index}`, ofImage), ofMap: under(`slice ${index}`, ofMap) }
}

interface SoFar {
  readonly slices: readonly { readonly index: number; readonly attribution: ExpressionResult }[]
  readonly indices: readonly number[]
}

/** Progress of one slice as a part of all; its preliminary map joins those of the slices that are done. */
function sliceJob(job: Job, { slices, indices, position }: SoFar & { readonly position: number }): Job {
  let stage = 'samples'
  return {
    signal: job.signal,
    progress: (name, done, total) => {
      stage = name
      job.progress('slices', position + (total > 0 ? done / total : 0), indices.length)
    },
    ...(job.partial === undefined
      ? {}
      : {
          partial: (value: unknown) => {
            if (!isPreliminary(value)) return
            const now = { index: indices[position], attribution: { map: value.map, params: {} } }
            const alone = { done: value.done, total: value.total, of: stage }
            const among = { done: position, total: indices.length, of: 'slices' }
            refine(job, { slices: [...slices, now], indices }, indices.length === 1 ? alone : among)
          }
        })
  }
}

/** Slices that are not there yet are empty. */
function refine(job: Job, { slices, indices }: SoFar, count: Pick<RefinedMap, 'done' | 'total' | 'of'>): void {
  const [first] = slices
  const rest = indices.slice(slices.length).map((index) => {
    const { data, shape } = first.attribution.map
    return { index, attribution: { map: { data: new Float32Array(data.length), shape }, params: {} } }
  })
  job.partial?.({ kind: 'refined', computed: { slices: [...slices, ...rest] }, ...count } satisfies RefinedMap)
}

function isPreliminary(value: unknown): value is PreliminaryMap {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'preliminary'
}

/** Notes of a single slice as they are; of several, the largest of each number (the worst convergence delta counts). */
function joinNotes(slices: ComputedMap['slices']): Record<string, number | string> {
  const notes: Record<string, number | string> = {}
  for (const { attribution } of slices) {
    for (const [key, value] of Object.entries(attribution.notes ?? {})) {
      const before = notes[key]
      notes[key] =
        typeof value === 'number' && typeof before === 'number' && Math.abs(before) > Math.abs(value) ? before : value
    }
  }
  return notes
}
