import { basename } from 'node:path'
import type { LocaliserMap, Unavailable } from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import { sizesAt, type ProbedModel } from '@engine/graph/model'
import { checkFiniteWeights } from '@engine/graph/finite-weights'
import { openModel } from '@engine/graph/open'
import type { Job } from '@engine/job'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { InferenceHost } from '@engine/runtime/inference-host'
import { sessionOptions } from '@engine/runtime/session-policy'
import { elementCount, tensor, type Tensor } from '@engine/tensor/tensor'
import type { ModelCard } from '@shared/model-card'
import { batchPlan } from './batch-plan'
import { cardPathOf, readCard } from './card-file'
import { boxMap, checkDetection, detectionOutputs } from './detected-boxes'
import { CompiledSessions } from './compiled-sessions'
import { asTheyAre, forwardGraph, type ForwardGraph } from './forward-graph'
import { hashModel } from './model-hash'
import { planInputs } from './model-inputs'
import { probeOnHost } from './probe-on-host'
import { gridShape, type GridKind } from './scoring-grid'

/** What drawing on one image may hold besides the image and one output. */
const mostBytes = 2 ** 31

/** A segmentation model: where it sees the finding, or the part of the body it draws, pixel by pixel. */
export interface Localiser {
  readonly id: string
  readonly sha256: string
  readonly card: ModelCard
  /**
   * Its map of an image in [0, 1] on the scoring grid of a classifier: the channel named like the finding, else the only one (or the second of
   * a softmax). Throws what the host throws.
   */
  map(place: ScoredPlace, job: Job): Promise<LocaliserMap | Unavailable>
  /**
   * The largest of these channels in [0, 1] on the voxels of an image, slices outermost, 0 where the model saw nothing; null when one of them
   * is not there. One array a part, however many channels. Throws Fault `too-large`, and what preparing the image and the host throw.
   */
  onImage(image: Volume, labels: ChannelLabels, job: Job): Promise<Float32Array | null>
  /** Ends its sessions; the next question opens them again. */
  close(): void
}

/** Channels by their labels in the card; null: the only one (or the second of a softmax of two). */
export type ChannelLabels = readonly (string | null)[]

/** An image and the grid of the classifier that its maps are scored on. */
export interface ScoredPlace {
  readonly image: Volume
  readonly prepared: PreparedImage
  readonly grid: GridKind
  readonly label: string | null
}

interface OpeningTools {
  readonly host: InferenceHost
  readonly threads: number
  readonly job: Job
}

/**
 * Opens a model of the role `localiser`. Its card must say what it answers: `outputs[0].kind` "segmentation", the activation that turns the
 * output into a probability a pixel, one label a channel; or "detection", boxes and the output with their scores. Throws Fault `bad-card`, `unsupported-model` and what opening a model throws.
 */
export async function openLocaliser(
  { id, path, cardPath }: { id: string; path: string; cardPath: string | undefined },
  { host, threads, job }: OpeningTools
): Promise<Localiser> {
  const parsed = openModel(path)
  const card = readCard(cardPath ?? cardPathOf(path), true)!
  checkCard(card, basename(path))
  const inputs = await planInputs(parsed, { card })
  const graph = await probeOnHost(parsed, host, { inputs, threads }, job)
  checkFiniteWeights(graph)
  const layout = isDetector(card) ? checkDetection(graph, card) : checkOutput(graph, card)
  const inputElements = elementCount([card.input.channels, ...card.input.size])
  const sessions = new CompiledSessions<ForwardGraph>(
    host,
    graph.origin.name,
    sessionOptions({ provider: 'cpu', threads, inputElements })
  )
  const [output] = card.outputs
  const names = isDetector(card) ? detectionOutputs(output, basename(path)) : [output.name]
  const segment = async (input: Tensor, own: Job): Promise<Tensor[]> => {
    const { graph: compiled, outputs } = await sessions.run(
      {
        key: 'segmentation',
        compile: () => (isDetector(card) ? asTheyAre(graph, names) : forwardGraph(graph, names)),
        plan: layout === 'one-image' ? { size: 1, fixed: true, whole: true } : batchPlan(graph, inputElements)
      },
      {
        feeds: () => new Map([[card.input.name, input]]),
        fetches: ({ float32 }) => names.map((name) => float32[name])
      },
      own
    )
    return names.map((name) => outputs.get(compiled.float32[name])!)
  }
  const segmenter = { id, card, segment }
  return {
    id,
    sha256: await hashModel(path, parsed),
    card,
    map: (place, own) => placedMap(segmenter, place, own),
    onImage: (image, labels, own) => largestOnImage(segmenter, { image, labels }, own),
    close: () => sessions.close()
  }
}

const isDetector = ({ outputs }: ModelCard): boolean => outputs[0].kind === 'detection'

function checkCard(card: ModelCard, name: string): void {
  const [output] = card.outputs
  if (output.kind !== 'segmentation' && output.kind !== 'detection') {
    throw new Fault('bad-card', `The card of ${name} says that its output is a ${output.kind}.`, {
      subject: name,
      hint: 'A model of the role "localiser" answers with a map: set "outputs.0.kind" to "segmentation", or to "detection" for boxes.'
    })
  }
  if (card.mode.kind === 'image' || card.mode.kind === 'slice' || card.mode.kind === 'volume') return
  throw new Fault('unsupported-model', `${name} looks at parts of an image, which no localiser may.`, {
    subject: name,
    hint: 'Use a model of whole images, slices or volumes.'
  })
}

/** One channel or several over the pixels of the input. */
function checkOutput(graph: ProbedModel, card: ModelCard): 'batched' {
  const [{ name }] = card.outputs
  const shape = graph.shapes.get(name)
  const sizes = shape === undefined ? [] : sizesAt(shape, 1)
  if (sizes.slice(2).join() === card.input.size.join() && sizes.length === card.input.size.length + 2) return 'batched'
  const found = sizes.length === 0 ? 'no such output' : `an output of ${sizes.join(' × ')}`
  throw new Fault('unsupported-model', `${graph.origin.name} has ${found} where its card names "${name}".`, {
    subject: graph.origin.name,
    hint: `A localiser answers with [batch, channels, ${card.input.size.join(', ')}], the pixels of its input.`
  })
}

interface Segmenter {
  readonly id: string
  readonly card: ModelCard
  /** The output of a segmentation; boxes, scores and perhaps classes of a detector. */
  readonly segment: (input: Tensor, job: Job) => Promise<readonly Tensor[]>
}

async function placedMap(
  segmenter: Segmenter,
  { image, prepared, grid, label }: ScoredPlace,
  job: Job
): Promise<LocaliserMap | Unavailable> {
  const onImage = await largestOnImage(segmenter, { image, labels: [label] }, job)
  if (onImage === null) return { unavailable: `the localisation model has no channel for ${label ?? 'no finding'}` }
  const shape = gridShape(prepared, image, grid)
  return { values: grid === 'image' ? onImage : prepared.onGrid(onImage), shape, localiser: segmenter.id }
}

async function largestOnImage(
  { id, card, segment }: Segmenter,
  { image, labels }: { image: Volume; labels: ChannelLabels },
  job: Job
): Promise<Float32Array | null> {
  const own = prepareImage(image, card)
  checkBytes(own.plan.indices.length, { image, card, id })
  const parts: Tensor[] = []
  for (const [position, index] of own.plan.indices.entries()) {
    const output = await segment(own.input(index), job)
    const found = isDetector(card) ? largestBoxMap(output, card, labels) : largestChannel(output[0], card, labels)
    if (found === null) return null
    parts.push(found)
    job.progress('drawing by the model', position + 1, own.plan.indices.length)
  }
  return own.onImage(own.join(parts), 'linear')
}

/** One value a pixel of every part, all of them joined, and one a voxel of the image. Throws Fault `too-large` before any of it is held. */
function checkBytes(parts: number, { image, card, id }: { image: Volume; card: ModelCard; id: string }): void {
  const bytes = 4 * (2 * parts * elementCount([...card.input.size]) + image.voxels.length / image.samples)
  if (bytes <= mostBytes) return
  throw new Fault('too-large', `What ${id} would draw on this image takes ${(bytes / 2 ** 30).toFixed(1)} GiB.`, {
    subject: id,
    hint: 'Use a model of smaller inputs, or an image of fewer slices.'
  })
}

/** The place of the channel that stands for a label; -1 when none does. */
function channelOf(channels: number, card: ModelCard, label: string | null): number {
  const { activation, labels } = card.outputs[0]
  const named = label === null ? -1 : labels.findIndex((own) => own.toLowerCase() === label.toLowerCase())
  if (named >= 0 && named < channels) return named
  return channels === 1 ? 0 : channels === 2 && activation === 'softmax' ? 1 : -1
}

function largestBoxMap(output: readonly Tensor[], card: ModelCard, labels: ChannelLabels): Tensor | null {
  let largest: Tensor | null = null
  for (const label of labels) {
    const found = boxMap(output, card, label)
    if (found === null) return null
    const before: Tensor = largest ?? found
    largest = tensor(
      Float32Array.from(found.data, (value, pixel) => Math.max(value, before.data[pixel])),
      found.shape
    )
  }
  return largest
}

/**
 * Pixel by pixel the largest probability of some channels, `[1, 1, ...spatial]`: that of the largest output, as every activation rises with it;
 * null when one of the channels is not there.
 */
function largestChannel(output: Tensor, card: ModelCard, labels: ChannelLabels): Tensor | null {
  const chosen = labels.map((label) => channelOf(output.shape[1], card, label))
  if (chosen.includes(-1)) return null
  const [, channels, ...spatial] = output.shape
  const size = elementCount(spatial)
  const { activation } = card.outputs[0]
  const values = new Float32Array(size)
  for (let pixel = 0; pixel < size; pixel++) {
    let own = -Infinity
    for (const channel of chosen) own = Math.max(own, output.data[channel * size + pixel])
    if (activation === 'none') values[pixel] = own
    else if (activation === 'sigmoid') values[pixel] = 1 / (1 + Math.exp(-own))
    else {
      let sum = 0
      for (let other = 0; other < channels; other++) sum += Math.exp(output.data[other * size + pixel] - own)
      values[pixel] = 1 / sum
    }
  }
  return tensor(values, [1, 1, ...spatial])
}
