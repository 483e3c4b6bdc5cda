import * as v from 'valibot'
import { type CardInput, type CardOutput, ModelCard } from '@shared/model-card'

/** What the graph itself says of a model, as far as a card needs it. */
export interface ModelOutline {
  readonly name: string
  readonly input: {
    readonly name: string
    /** `[batch, …]`, null where free. */ readonly shape: readonly (number | null)[]
  }
  readonly output: { readonly name: string; readonly classes: number; readonly head: 'sigmoid' | 'softmax' | 'none' }
  readonly layers: readonly { readonly tensor: string; readonly title: string }[]
  /** Metadata key–value pairs of the ONNX file. */
  readonly metadata: ReadonlyMap<string, string>
}

export interface ProposedCard {
  readonly card: v.InferOutput<typeof ModelCard>
  /** Lines that are guesses: a person should look at them before the first map. */
  readonly toCheck: readonly { readonly path: string; readonly why: string }[]
}

/** Mean and standard deviation most colour networks are trained with (Deng et al., ImageNet, as torchvision documents them). */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

/** A card guessed from the graph; every guess is listed in `toCheck` with what it rests on. */
export function proposeCard(outline: ModelOutline): ProposedCard {
  const toCheck: { path: string; why: string }[] = []
  const { layout, channels, size, sizeKnown } = readShape(outline.input.shape)
  const volumetric = size.length === 3
  if (!sizeKnown) {
    toCheck.push({ path: 'input.size', why: `The file leaves the image size open; ${size.join(' × ')} is assumed.` })
  }

  const colour = channels === 3 && !volumetric
  toCheck.push({
    path: 'input.values',
    why: colour
      ? 'Three channels: pixel values 0 to 255 with the usual ImageNet mean and deviation are assumed.'
      : 'The file does not say which values it expects; each image is scaled from its own darkest to its own brightest value.'
  })
  const input = { name: outline.input.name, layout, size, channels, ...valueRule(channels, colour) }
  if (volumetric) toCheck.push(...volumeGuesses)
  const outputs = [proposedOutput(outline, toCheck)]
  const targetLayers = outline.layers.map(({ tensor, title }) => ({ tensor, title }))
  const mode = volumetric ? { kind: 'volume' } : { kind: 'image' }
  return { card: v.parse(ModelCard, { version: 1, name: outline.name, mode, input, outputs, targetLayers }), toCheck }
}

/** What no file says of a model of volumes. */
const volumeGuesses: ProposedCard['toCheck'] = [
  {
    path: 'input.orientation',
    why: 'The file does not say how the patient lies under its axes; slices, rows and columns are given as stored. Most networks for NIfTI were trained on RAS.'
  },
  {
    path: 'input.spacingMm',
    why: 'The file does not say how large a voxel is; each volume is stretched to the input. With a voxel size and "crop-pad", organs keep their size.'
  }
]

/** Colour networks are mostly trained on ImageNet's scale; nothing is known of others. */
function valueRule(
  channels: number,
  colour: boolean
): Pick<CardInput, 'values' | 'mean' | 'std' | 'range' | 'channelOrder'> {
  if (colour) {
    return { values: { from: 'range', low: 0, high: 255 }, ...imageNet, range: [-2.2, 2.7], channelOrder: 'RGB' }
  }
  const repeated = (value: number): number[] => Array.from({ length: channels }, () => value)
  return { values: { from: 'image' }, mean: repeated(0), std: repeated(1), range: [0, 1], channelOrder: 'grey' }
}

function proposedOutput(outline: ModelOutline, toCheck: { path: string; why: string }[]): CardOutput {
  const { name, head, classes } = outline.output
  return {
    name,
    kind: head === 'none' ? 'logit' : 'probability',
    activation: head !== 'none' ? head : classes === 1 ? 'sigmoid' : 'softmax',
    labels: labelsFrom(outline, toCheck),
    threshold: 0.5
  }
}

/** Edge length assumed where a file leaves it open. */
export const assumedEdge = { picture: 224, volume: 96 } as const

function readShape(shape: readonly (number | null)[]): {
  layout: CardInput['layout']
  channels: number
  size: number[]
  sizeKnown: boolean
} {
  const volumetric = shape.length === 5
  const last = shape.at(-1)
  const channelsLast = shape.length >= 4 && (last === 1 || last === 3) && shape[1] !== 1 && shape[1] !== 3
  const channels = (channelsLast ? last : shape[1]) ?? (volumetric ? 1 : 3)
  const spatial = channelsLast ? shape.slice(1, -1) : shape.slice(2)
  const edges = volumetric ? assumedEdge.volume : assumedEdge.picture
  return {
    layout: volumetric ? (channelsLast ? 'NDHWC' : 'NCDHW') : channelsLast ? 'NHWC' : 'NCHW',
    channels,
    size: spatial.map((edge) => edge ?? edges),
    sizeKnown: spatial.every((edge) => edge !== null)
  }
}

/** Labels from the file's metadata (`labels`, `classes`, `names`: JSON list or comma list), else numbered. */
function labelsFrom(outline: ModelOutline, toCheck: { path: string; why: string }[]): string[] {
  for (const key of ['labels', 'classes', 'class_names', 'names']) {
    const text = outline.metadata.get(key)
    if (text === undefined) continue
    const labels = parseLabels(text)
    if (labels.length === outline.output.classes) return labels
  }
  toCheck.push({ path: 'outputs.0.labels', why: 'The file does not name what its outputs mean; they are numbered.' })
  return Array.from({ length: outline.output.classes }, (_, index) => `output ${index}`)
}

function parseLabels(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value.map(String)
    if (typeof value === 'object' && value !== null) return Object.values(value).map(String)
  } catch {
    // Not JSON: a comma list is the other form in use.
  }
  return text.split(',').map((label) => label.trim())
}
