import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import { type Job, stoppedByAnother } from '@engine/job'
import type { InferenceHost } from '@engine/runtime/inference-host'
import type { SegmentationModel } from '@shared/region-set'
import { type ChannelLabels, type Localiser, openLocaliser } from './localisers'
import { hashJson } from './recipe'

interface OpeningTools {
  readonly host: InferenceHost
  readonly threads: number
  readonly job: Job
}

/** A segmentation model as an experiment or the window names it, with the path its file lies at. */
export interface PlacedBodyModel {
  readonly order: SegmentationModel
  path(name: string): string
}

/** A segmentation model that draws a part of the body on images: each image is asked about once. */
export interface BodyModel {
  readonly sha256: string
  /** What it is called where its masks are told of. */
  readonly title: string
  /** Channels of which one has to be chosen; empty where there is no choice. */
  readonly choices: readonly string[]
  /** Throws Fault `bad-card` for a channel that is not there. */
  checkChannels(labels: readonly string[]): void
  /**
   * 1 where the largest of the channels reaches the threshold (null: that of the card), slices outermost; a phrase where it draws nothing.
   * Throws Fault `bad-card`, `too-large`, and what the host throws.
   */
  mask(image: Volume, drawn: DrawnPart, job: Job): Promise<Uint8Array | string>
  /** Ends its sessions; the next question opens them again. */
  close(): void
}

/** The key of a model in the list of those that are open: its files, whatever is asked of it. */
export const bodyModelKey = ({ onnx, card }: SegmentationModel): string => hashJson([onnx, card])

/** What a model is to draw: some of its channels, from a probability on. */
export type DrawnPart = Pick<SegmentationModel, 'labels' | 'threshold'>

/** Opens a model that draws bodies. Throws Fault `not-found`, `bad-card`, `unsupported-model` and what opening a model throws. */
export async function openBodyModel({ order, path }: PlacedBodyModel, tools: OpeningTools): Promise<BodyModel> {
  const file = path(order.onnx)
  const name = basename(file)
  const cardPath = order.card === null ? undefined : path(order.card)
  const model = await openLocaliser({ id: name, path: file, cardPath }, tools)
  checkSlices(model, name)
  // By image, so that a mask leaves with its voxels; then by what was drawn.
  const drawn = new WeakMap<Volume, Map<string, Promise<Uint8Array | string>>>()
  const mask = async (image: Volume, part: DrawnPart, job: Job): Promise<Uint8Array | string> => {
    const ofImage = drawn.get(image) ?? new Map<string, Promise<Uint8Array | string>>()
    drawn.set(image, ofImage)
    const key = hashJson([part.labels, part.threshold])
    const known = ofImage.get(key)
    // Who asked first may have stopped it: that is no reason to stop this one.
    if (known !== undefined) return unlessStopped(known, job, () => mask(image, part, job))
    const channels = channelsOf(model, part.labels, name)
    const threshold = part.threshold ?? model.card.outputs[0].threshold
    const drawing = maskOf(model, { image, channels, threshold }, job)
    ofImage.set(key, drawing)
    // What failed or was stopped is asked again.
    drawing.catch(() => ofImage.delete(key))
    return drawing
  }
  return {
    sha256: model.sha256,
    title: model.card.name,
    choices: choicesOf(model),
    checkChannels: (labels) => void channelsOf(model, labels, name),
    mask,
    close: () => model.close()
  }
}

/** What somebody else asked for; asked again where they stopped it and this job goes on. */
export async function unlessStopped<T>(shared: Promise<T>, job: Job, again: () => Promise<T>): Promise<T> {
  try {
    return await shared
  } catch (thrown) {
    if (stoppedByAnother(thrown, job)) return again()
    throw thrown
  }
}

/** A body has to be drawn on every slice, or its box ends too early. */
function checkSlices({ card: { mode } }: Localiser, name: string): void {
  if (mode.kind !== 'slice' || mode.selection === 'all') return
  throw new Fault('unsupported-model', `${name} looks at some slices only, so it cannot draw where the body ends.`, {
    subject: name,
    hint: 'Set "mode.selection" to "all" in its card.'
  })
}

/** The channels as their labels; null asks for the only one. */
function channelsOf({ card }: Localiser, labels: readonly string[], name: string): ChannelLabels {
  const [output] = card.outputs
  const known = output.labels.map((label) => label.toLowerCase())
  const strange = labels.find((label) => !known.includes(label.toLowerCase()))
  if (strange !== undefined) {
    throw new Fault('bad-card', `${name} has no channel “${strange}”.`, {
      subject: name,
      hint: `Its card names: ${output.labels.join(', ') || 'none'}.`
    })
  }
  return labels.length > 0 ? labels : [null]
}

/** A model of one channel, or of background and one thing, draws that. */
function choicesOf({ card: { outputs } }: Localiser): readonly string[] {
  const [{ labels, activation }] = outputs
  return labels.length < 2 || (labels.length === 2 && activation === 'softmax') ? [] : labels
}

interface Drawing {
  readonly image: Volume
  readonly channels: ChannelLabels
  readonly threshold: number
}

async function maskOf(
  model: Localiser,
  { image, channels, threshold }: Drawing,
  job: Job
): Promise<Uint8Array | string> {
  const found = await model.onImage(image, channels, job)
  if (found === null) {
    return `the segmentation model has several channels and none is chosen (${model.card.outputs[0].labels.join(', ')})`
  }
  const mask = new Uint8Array(image.voxels.length / image.samples)
  for (let voxel = 0; voxel < mask.length; voxel++) if (found[voxel] >= threshold) mask[voxel] = 1
  return mask.includes(1) ? mask : 'the segmentation model draws nothing on this image'
}
