import type { ModelCard } from '@shared/model-card'

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
  readonly card: ModelCard
  /** Lines that are guesses: a person should look at them before the first map. */
  readonly toCheck: readonly { readonly path: string; readonly why: string }[]
}

/** Mean and standard deviation most colour networks are trained with (Deng et al., ImageNet, as torchvision documents them). */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }

/** A card guessed from the graph; every guess is listed in `toCheck` with what it rests on. */
export function proposeCard(outline: ModelOutline): ProposedCard {
  const toCheck: { path: string; why: string }[] = []
  const { layout, channels, size, sizeKnown } = readShape(outline.input.shape)
  if (!sizeKnown) {
    toCheck.push({ path: 'input.size', why: `The file leaves the image size open; ${size.join(' × ')} is assumed.` })
  }

  const colour = channels === 3
  toCheck.push({
    path: 'input.values',
    why: colour
      ? 'Three channels: pixel values 0 to 255 with the usual ImageNet mean and deviation are assumed.'
      : 'The file does not say which values it expects; each image is scaled from its own darkest to its own brightest value.'
  })

  const labels = labelsFrom(outline, toCheck)
  const activation =
    outline.output.head !== 'none' ? outline.output.head : outline.output.classes === 1 ? 'sigmoid' : 'softmax'
  const card: ModelCard = {
    version: 1,
    name: outline.name,
    mode: { kind: 'image' },
    channels: { kind: 'copies' },
    input: {
      name: outline.input.name,
      layout,
      size,
      channels,
      values: colour ? { from: 'range', low: 0, high: 255 } : { from: 'image' },
      mean: colour ? imageNet.mean : Array.from({ length: channels }, () => 0),
      std: colour ? imageNet.std : Array.from({ length: channels }, () => 1),
      range: colour ? [-2.2, 2.7] : [0, 1],
      photometric: 'MONOCHROME2',
      channelOrder: colour ? 'RGB' : 'grey',
      orientation: 'as-stored',
      spacingMm: null,
      resize: 'stretch',
      interpolation: 'linear'
    },
    outputs: [
      {
        name: outline.output.name,
        kind: outline.output.head === 'none' ? 'logit' : 'probability',
        activation,
        labels,
        threshold: 0.5
      }
    ],
    targetLayers: outline.layers.map(({ tensor, title }) => ({ tensor, title })),
    cascade: [],
    performance: []
  }
  return { card, toCheck }
}

function readShape(shape: readonly (number | null)[]): {
  layout: 'NCHW' | 'NHWC' | 'NCDHW'
  channels: number
  size: number[]
  sizeKnown: boolean
} {
  const volumetric = shape.length === 5
  const last = shape.at(-1)
  const channelsLast = shape.length === 4 && (last === 1 || last === 3) && shape[1] !== 1 && shape[1] !== 3
  const channels = (channelsLast ? last : shape[1]) ?? 3
  const spatial = channelsLast ? shape.slice(1, 3) : shape.slice(2)
  return {
    layout: volumetric ? 'NCDHW' : channelsLast ? 'NHWC' : 'NCHW',
    channels,
    size: spatial.map((edge) => edge ?? 224),
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
