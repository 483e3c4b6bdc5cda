import type { ReducedMap, RunSpec, WeightState } from '@engine/criteria/experiment-run'
import { asFault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { type Tensor, elementCount, stack, tensor } from '@engine/tensor/tensor'
import type { ComputedMap } from './compute-map'
import type { ExperimentParts } from './experiment-parts'
import { Kept } from '@shared/kept'
import { isFiniteMap } from './run-inputs'

export type Activations = ReducedMap['activations']

/** Patients whose images are shown to a network to see whether a signal gets through it. */
const probedPatients = 3
/** Answers more than so many times as large as those of the trained network count as exploded. */
const largestGrowth = 1e6
/** Answers that differ by less than this share of their size are the same number in float32. */
const floatPrecision = 2 ** -23

/**
 * What re-initialised weights do to the network's answers `[image][output]`: not finite or huge, it exploded; the same for all images to the
 * precision of its numbers, no signal gets through.
 */
export function activationsOf(
  answers: readonly ArrayLike<number>[],
  trained: readonly ArrayLike<number>[]
): Activations {
  const sizes = (rows: readonly ArrayLike<number>[]): number[] =>
    rows.flatMap((row) => Array.from(row, (value) => Math.abs(value)))
  const size = Math.max(...sizes(answers))
  if (!sizes(answers).every(Number.isFinite) || size > largestGrowth * Math.max(1, ...sizes(trained))) return 'exploded'
  const outputs = Array.from(answers[0], (_, output) => answers.map((row) => row[output]))
  const spread = Math.max(...outputs.map((values) => Math.max(...values) - Math.min(...values)))
  return spread <= floatPrecision * size ? 'vanished' : 'normal'
}

interface Probed {
  readonly modelId: string
  readonly weights: WeightState
  /** A map made with these weights. */
  readonly made: ComputedMap
}

/** Asks networks with re-initialised weights whether a signal gets through them, once for every draw of weights. */
export class ActivationProbe {
  private readonly found = new Kept<Activations>(10_000, () => 1)
  /** What every draw of a model's weights is held against: the images, and the trained network's answers. */
  private readonly shown = new Kept<{ readonly images: Tensor; readonly trained: Float32Array[] }>(100, () => 1)

  constructor(
    private readonly parts: ExperimentParts,
    private readonly spec: RunSpec,
    private readonly prepared: (modelId: string, caseId: string) => Promise<PreparedImage>
  ) {}

  /** Throws what opening or running the model throws. */
  under({ modelId, weights, made }: Probed, job: Job): Promise<Activations> {
    if (weights.kind === 'trained') return Promise.resolve('normal')
    if (!isFiniteMap(made)) return Promise.resolve('exploded')
    return this.found.get(JSON.stringify([modelId, weights]), async () => {
      const entry = this.parts.models.require(modelId)
      const changed = await this.parts.weights.explainable(entry, weights, job)
      const { images, trained } = await this.shown.get(modelId, async () => {
        const asked = await this.images(modelId)
        return { images: asked, trained: rowsOf(await (await entry.explainable(job)).predict(asked, 'logit', job)) }
      })
      return activationsOf(rowsOf(await changed.predict(images, 'logit', job)), trained)
    })
  }

  /** One image of each of a few patients, and an empty one, so that there are always two to tell apart. */
  private async images(modelId: string): Promise<Tensor> {
    const seen = new Set<string>()
    const inputs: Tensor[] = []
    for (const { id, patient } of this.spec.cases) {
      if (seen.size === probedPatients) break
      if (seen.has(patient)) continue
      try {
        const image = await this.prepared(modelId, id)
        inputs.push(image.input(image.plan.indices[image.plan.indices.length >> 1]))
        seen.add(patient)
      } catch (thrown) {
        // A case that cannot be read is listed by the criterion that asks for it.
        if (asFault(thrown).code === 'cancelled') throw thrown
      }
    }
    const [{ shape }] = inputs
    return stack([...inputs, tensor(new Float32Array(elementCount(shape)), shape)])
  }
}

function rowsOf({ data, shape: [rows] }: Tensor): Float32Array[] {
  const width = data.length / rows
  return Array.from({ length: rows }, (_, row) => data.subarray(row * width, (row + 1) * width))
}
