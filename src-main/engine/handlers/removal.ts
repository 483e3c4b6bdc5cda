import { setImmediate } from 'node:timers/promises'
import { reduceMap, scoringReduction } from '@engine/attribution/reduction'
import { blurredNoise } from '@engine/criteria/references/random'
import { Fault } from '@engine/fault'
import { type Job, throwIfCancelled } from '@engine/job'
import { replacedInput } from '@engine/metrics/perturbation/imputed-input'
import { withReplaced } from '@engine/metrics/perturbation/perturbed-input'
import { removalOrder, removeShare } from '@engine/metrics/perturbation/removal-order'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { randomStream } from '@engine/tensor/random'
import { stack, type Tensor } from '@engine/tensor/tensor'
import type { Filling, RemovalPoint, RemovalScene } from '@shared/comparison'
import type { CardOutput } from '@shared/model-card'
import type { FinishedMap } from './map-shelf'
import { predictPerturbed } from './predict-perturbed'
import { probabilitiesOf } from './predict'
import type { Workbench } from './workbench'

/** Input values that are changed and asked about together. */
const valuesAtOnce = 4_000_000
/** Images up to this many pixels tell with every point what replaced the removed ones. */
const toldPixels = 400_000

/** A map with the input it explains, and the order in which its pixels go. */
export interface Removal {
  readonly mapId: string
  readonly finished: FinishedMap
  readonly input: Tensor
  readonly size: [number, number, number]
  /** From the most salient place on. */
  readonly order: Uint32Array
  readonly target: { readonly index: number; readonly label: string }
}

/**
 * Makes ready to remove pixels of a finished map from the model's input.
 * Throws Fault `not-found`, `unsupported-method` for flat maps and for models of overlapping parts.
 */
export function removalOf({ maps }: Workbench, mapId: string, along: 'map' | 'random'): Removal {
  const { summary, finished } = maps.require(mapId)
  const { prepared, computed, recipe } = finished
  if (prepared.part === 'patch' || prepared.part === 'box') {
    throw new Fault(
      'unsupported-method',
      'The model sees overlapping parts of the image, whose pixels cannot be removed one by one.',
      { subject: summary.title, hint: 'Use a model that is given whole slices or volumes.' }
    )
  }
  if (summary.flat) {
    throw new Fault('unsupported-method', 'This map is the same everywhere: it has no hottest pixels to remove.', {
      subject: summary.title,
      hint: 'Choose another map.'
    })
  }
  const input = inputOf(prepared)
  const [rows, columns] = input.shape.slice(-2)
  const slices = input.shape.length === 5 ? input.shape[2] : input.shape[0]
  const map =
    along === 'map'
      ? reduceMap(prepared.join(computed.slices.map(({ attribution }) => attribution.map)), scoringReduction).map.data
      : randomMap(input, { seed: recipe.seed, caseId: summary.caseId })
  return {
    mapId,
    finished,
    input,
    size: [columns, rows, slices],
    order: removalOrder(map, 'most-first', recipe.seed),
    target: summary.target
  }
}

function inputOf(prepared: PreparedImage): Tensor {
  const inputs = prepared.plan.indices.map((index) => prepared.input(index))
  return prepared.part === 'slice' ? stack(inputs) : prepared.join(inputs)
}

/** The map the criteria compare with: smooth noise, since single random pixels are filled from all sides and lose nothing. */
function randomMap({ shape }: Tensor, { seed, caseId }: { seed: number; caseId: string }): Float32Array {
  const volumetric = shape.length === 5
  const grid = volumetric ? shape.slice(2) : [shape[0], ...shape.slice(2)]
  return blurredNoise(grid, randomStream(seed, 'random-removal', caseId), volumetric ? 3 : 2)
}

/** What the screen needs to show any share removed without asking again. Throws Fault `inference-failed`. */
export async function removalScene(
  workbench: Workbench,
  removal: Removal,
  filling: Filling,
  job: Job
): Promise<RemovalScene> {
  const { input, order, size, target, finished, mapId } = removal
  const first = firstChannel(input)
  const everything = new Uint8Array(order.length).fill(1)
  const [before] = await answersTo(workbench, removal, [input], job)
  let [low, high] = [Infinity, -Infinity]
  for (const value of first) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const channels = input.shape[1]
  return {
    mapId,
    filling,
    size,
    input: first,
    order,
    filled: filling === 'road' ? null : firstChannel(withReplaced(input, everything, filling)),
    place: finished.prepared.coversImage ? null : placesOf(finished, size),
    low,
    high,
    channels,
    alike: Array.from({ length: channels - 1 }, (_, index) => channelOf(input, index + 1)).every((other) =>
      other.every((value, place) => value === first[place])
    ),
    label: target.label,
    scale: outputOf(workbench, removal).activation === 'none' ? 'logit' : 'probability',
    before
  }
}

/** The place on the model's grid that each voxel of the image was made from: the grid's own numbers laid on the image. */
function placesOf({ prepared, size }: FinishedMap, [columns, rows, slices]: Removal['size']): Int32Array {
  const voxels = size[0] * size[1] * size[2]
  if (voxels > 64_000_000 || columns * rows * slices > 2 ** 24) {
    throw new Fault('too-large', 'This image is too large to be shown as the model sees it.', {
      hint: 'The curve of such images is drawn by an assessment.'
    })
  }
  const numbers = Float32Array.from({ length: columns * rows * slices }, (_, index) => index + 1)
  const spatial = prepared.shape.length === 3 ? [slices, rows, columns] : [rows, columns]
  return Int32Array.from(
    prepared.onImage({ data: numbers, shape: [1, 1, ...spatial] }, 'nearest'),
    (number) => number - 1
  )
}

function outputOf({ models, maps }: Workbench, { mapId }: Removal): CardOutput {
  return models.require(maps.require(mapId).summary.modelId).card.outputs[0]
}

/** The answers as the fidelity criterion reads them: the probability of the explained class, or its logit without an activation. */
async function answersTo(
  workbench: Workbench,
  removal: Removal,
  inputs: readonly Tensor[],
  job: Job
): Promise<number[]> {
  const { models, maps } = workbench
  const entry = models.require(maps.require(removal.mapId).summary.modelId)
  const output = outputOf(workbench, removal)
  const model = await entry.explainable(job)
  const found = await predictPerturbed(model, inputs, { prepared: removal.finished.prepared, output }, job)
  if ('unavailable' in found) throw new Fault('unsupported-method', `The model cannot be asked: ${found.unavailable}.`)
  const { index } = removal.target
  return found.map(({ logits }) => probabilitiesOf(logits, output)[index] ?? logits[index])
}

/** Asks the model at every share, and tells each answer as soon as it is there. Throws Fault `cancelled`, `inference-failed`. */
export async function removalAnswers(
  workbench: Workbench,
  removal: Removal,
  { filling, percents }: { filling: Filling; percents: readonly number[] },
  job: Job
): Promise<number[]> {
  const { input, order } = removal
  const atOnce = Math.max(1, Math.min(8, Math.floor(valuesAtOnce / input.data.length)))
  const tells = filling === 'road' && (order.length <= toldPixels || percents.length === 1)
  const answers: number[] = []
  for (let start = 0; start < percents.length; start += atOnce) {
    const some = percents.slice(start, start + atOnce)
    const changed: Tensor[] = []
    for (const percent of some) {
      throwIfCancelled(job)
      changed.push(await replacedInput({ input, removed: removeShare(order, percent / 100), replacement: filling }))
      await setImmediate()
    }
    const found = await answersTo(workbench, removal, changed, job)
    some.forEach((percent, index) => {
      const point: RemovalPoint = {
        percent,
        answer: found[index],
        filled: tells ? removedValues(changed[index], order, percent) : null
      }
      job.partial?.(point)
    })
    answers.push(...found)
    job.progress('removing pixels', answers.length, percents.length)
  }
  return answers
}

function removedValues(changed: Tensor, order: Uint32Array, percent: number): Float32Array {
  const first = firstChannel(changed)
  const count = Math.round((percent / 100) * order.length)
  return Float32Array.from(order.subarray(0, count), (place) => first[place])
}

export const firstChannel = (input: Tensor): Float32Array => channelOf(input, 0)

/** One channel over all slices, `[slices, rows, columns]` in one array. */
function channelOf({ data, shape }: Tensor, channel: number): Float32Array {
  const [batch, channels] = shape
  const each = data.length / (batch * channels)
  const values = new Float32Array(batch * each)
  for (let row = 0; row < batch; row++) {
    const from = (row * channels + channel) * each
    values.set(data.subarray(from, from + each), row * each)
  }
  return values
}
