import { Fault } from '@engine/fault'
import { sizesAt, type ProbedModel } from '@engine/graph/model'
import { tensor, type Tensor } from '@engine/tensor/tensor'
import type { CardOutput, ModelCard } from '@shared/model-card'

/** Names of the outputs of a detector. Throws Fault `bad-card`. */
export function detectionOutputs({ name, scores, classes }: CardOutput, file: string): string[] {
  if (scores !== undefined) return [name, scores, ...(classes === undefined ? [] : [classes])]
  throw new Fault('bad-card', `The card of ${file} names no scores for its boxes.`, {
    subject: file,
    hint: 'Set "outputs.0.scores" to the output that holds them.'
  })
}

/** How the answers of a detector lie: with a batch axis, or about one image at a time (`[boxes, 4]`, as torchvision's). */
export type DetectionLayout = 'batched' | 'one-image'

/** Boxes and scores must go together, and boxes lie in a plane. Throws Fault `unsupported-model`. */
export function checkDetection(graph: ProbedModel, { input, outputs: [output] }: ModelCard): DetectionLayout {
  const file = graph.origin.name
  const refuse = (found: string, hint: string): Fault =>
    new Fault('unsupported-model', `${file} ${found}.`, { subject: file, hint })
  if (input.size.length !== 2) throw refuse('finds boxes in volumes', 'A detector is a model of pictures or slices.')
  const [boxes, ...others] = detectionOutputs(output, file).map((name) => {
    const shape = graph.shapes.get(name)
    if (shape === undefined) throw refuse(`has no output "${name}"`, 'The card names outputs that the file has.')
    return sizesAt(shape, 1)
  })
  const hint =
    'A detector answers with boxes [batch, boxes, 4] and scores [batch, boxes] or [batch, boxes, labels], or of one image at a time with boxes [boxes, 4] and scores [boxes].'
  const axis = boxes.length - 2
  if ((axis !== 0 && axis !== 1) || boxes[axis + 1] !== 4) throw refuse(`has boxes of ${boxes.join(' × ')}`, hint)
  const apart = others.find((sizes) => sizes[axis] !== boxes[axis] || sizes.length > axis + 2)
  if (apart !== undefined) throw refuse(`has ${boxes[axis]} boxes and scores of ${apart.join(' × ')}`, hint)
  return axis === 1 ? 'batched' : 'one-image'
}

/**
 * The largest score of a box of the finding that covers each pixel's centre, 0 where none does: `[1, 1, H, W]`. Given are the answers to one input: boxes
 * `[1, boxes, 4]`, scores `[1, boxes]` or `[1, boxes, labels]`, and, where the card names them, classes `[1, boxes]`, each with or without the leading 1. Null
 * where the detector knows several findings and the one that is asked for is none of them.
 */
export function boxMap(
  [boxes, scores, classes]: readonly (Tensor | undefined)[],
  card: ModelCard,
  label: string | null
): Tensor | null {
  if (boxes === undefined || scores === undefined) return null
  const { activation, labels, boxUnit } = card.outputs[0]
  const [height, width] = card.input.size
  const [count, channels = 1] = scores.shape.slice(boxes.shape.length - 2)
  const unit = boxUnit === 'fraction' ? [width, height, width, height] : [1, 1, 1, 1]
  const named = label === null ? -1 : labels.findIndex((own) => own.toLowerCase() === label.toLowerCase())
  const several = classes !== undefined ? labels.length > 1 : channels > 1
  if (several && named < 0) return null
  const channel = channels > 1 ? named : 0
  const wanted = Math.max(0, named)
  const values = new Float32Array(height * width)
  for (let box = 0; box < count; box++) {
    if (classes !== undefined && Math.round(classes.data[box]) !== wanted) continue
    const logits = scores.data.subarray(box * channels, (box + 1) * channels)
    const corners = boxes.data.subarray(4 * box, 4 * box + 4).map((edge, at) => edge * unit[at])
    cover(values, width, corners, scoreOf(logits, channel, activation))
  }
  return tensor(values, [1, 1, height, width])
}

function scoreOf(logits: Float32Array, channel: number, activation: CardOutput['activation']): number {
  const own = logits[channel]
  if (activation === 'none') return own
  if (activation === 'sigmoid') return 1 / (1 + Math.exp(-own))
  return 1 / logits.reduce((sum, other) => sum + Math.exp(other - own), 0)
}

/** Pixels whose centres lie in a box; a box that is no number covers nothing. */
function cover(values: Float32Array, width: number, [x0, y0, x1, y1]: Float32Array, score: number): void {
  if (![x0, y0, x1, y1, score].every(Number.isFinite)) return
  const height = values.length / width
  const first = (edge: number): number => Math.max(0, Math.ceil(edge - 0.5))
  const end = (edge: number, size: number): number => Math.min(size, Math.ceil(edge - 0.5))
  for (let row = first(y0); row < end(y1, height); row++) {
    for (let column = first(x0); column < end(x1, width); column++) {
      values[row * width + column] = Math.max(values[row * width + column], score)
    }
  }
}
