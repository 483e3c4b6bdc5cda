import type { CaseSource } from '@engine/criteria/case-maps'
import { trained, type RunCase, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { edgeMap } from '@engine/criteria/references/edge'
import { distance, lengthOf, localLipschitz, maxSensitivity } from '@engine/metrics/perturbation/sensitivity'
import { randomStream } from '@engine/tensor/random'
import { tensor, type Tensor } from '@engine/tensor/tensor'

/** How an image is changed a little. */
export interface SmallChanges {
  readonly samples: number
  /** Largest change of a value, as a share of the image's range or in units of the model's input. */
  readonly radius: number
  readonly radiusOf: 'range' | 'unit'
  readonly seed: number
}

/** An image with its changed copies, the same for every method. */
export interface ChangedImage {
  readonly item: RunCase
  readonly input: Tensor
  readonly changed: readonly Tensor[]
}

/** What small changes do to a map. */
export interface Steadiness {
  readonly maxSensitivity: number | string
  readonly localLipschitz: number | string
  /** The unchanged attribution, for comparison with those of other patients. */
  readonly own: Float32Array | null
}

/** An image with its changed copies. */
export function changedImage(item: RunCase, input: Tensor, changes: SmallChanges): ChangedImage {
  return { item, input, changed: changedCopies(item.id, input, changes) }
}

/** Copies of an input, every value moved uniformly within the radius; `id` keeps the draws of different images apart. */
export function changedCopies(id: string, input: Tensor, changes: SmallChanges): Tensor[] {
  const size = changes.radius * (changes.radiusOf === 'range' ? rangeOf(input) : 1)
  return Array.from({ length: changes.samples }, (_, sample) => {
    const random = randomStream(changes.seed, 'small-change', id, sample)
    return tensor(
      input.data.map((value) => value + size * (2 * random.uniform() - 1)),
      input.shape
    )
  })
}

function rangeOf({ data }: Tensor): number {
  let [low, high] = [Infinity, -Infinity]
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return high - low
}

/** Asks for the maps of an image and its changed copies, and compares them. */
export async function steadinessOf(
  source: CaseSource,
  { model, method }: { model: RunModel; method: RunMethod },
  image: ChangedImage
): Promise<Steadiness> {
  const request = { modelId: model.id, caseId: image.item.id, methodId: method.id, weights: trained }
  const found = await source.ask(request, () =>
    source.run.attributions(request, [image.input, ...image.changed], source.job)
  )
  if (typeof found === 'string') return { maxSensitivity: found, localLipschitz: found, own: null }
  const [own, ...others] = found
  return {
    maxSensitivity: maxSensitivity(own, others) ?? 'a map that is zero everywhere',
    localLipschitz:
      localLipschitz(
        own,
        others.map((map, index) => ({ map, distance: distance(image.input.data, image.changed[index].data) }))
      ) ?? 'no changed image',
    own
  }
}

/** What the same changes do to the edges of the image: a map of no model. */
export function edgeSensitivity({ input, changed }: ChangedImage): number | string {
  const of = (image: Tensor): Float32Array => edgeMap(image).values
  return maxSensitivity(of(input), changed.map(of)) ?? 'the image has no edges'
}

/** ‖φ(x) − φ(y)‖ / ‖φ(x)‖ for an image of another patient: how much a map changes when everything changes. */
export function changeBetween(own: Float32Array, other: Float32Array): number | null {
  const length = lengthOf(own)
  return length > 0 && own.length === other.length ? distance(own, other) / length : null
}
