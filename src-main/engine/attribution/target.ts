import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'

/** Which output is explained, as the user states it. */
export type Target =
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'not'; readonly index: number }
  | { readonly kind: 'contrast'; readonly index: number; readonly against: number }
  | { readonly kind: 'predicted' }
  | { readonly kind: 'positive' }
  | { readonly kind: 'all' }
  | { readonly kind: 'several'; readonly text: string; readonly parts: readonly Target[] }

/** A target settled for one input. */
export interface ResolvedTarget {
  /** For folders and tables: `1`, `not:1`, or `1-0`. */
  readonly id: string
  readonly index: number
  readonly label: string
  /** Weight per output, `[1, outputs]`: where the backward pass starts. */
  readonly start: Tensor
}

export interface TargetChoices {
  readonly outputs: number
  /** Labels of the outputs, when the model card has them. */
  readonly labels: readonly string[]
  /** Logit from which an output of a multi-label model counts as found; absent where outputs exclude each other. */
  readonly positiveFrom?: number
}

/**
 * Reads `N`, `not:N`, `A-B` (class contrast: output A minus output B), `predicted`, `positive`, `all`, a label, or several
 * of them with commas between. A label may contain commas and hyphens itself: the model's labels are asked first.
 */
export function parseTarget(text: string | number): Target {
  const stated = String(text).trim()
  if (stated === 'predicted' || stated === 'all' || stated === 'positive') return { kind: stated }
  if (/^\d+$/.test(stated)) return { kind: 'index', index: Number(stated) }
  const negated = /^not:(\d+)$/.exec(stated)
  if (negated !== null) return { kind: 'not', index: Number(negated[1]) }
  if (stated === '')
    throw new Fault('usage', 'The target is empty.', { hint: 'Give an output number, a label, predicted or all.' })
  const contrast = /^(\d+)-(\d+)$/.exec(stated)
  if (contrast !== null) return { kind: 'contrast', index: Number(contrast[1]), against: Number(contrast[2]) }
  const parts = stated.split(',').map((part) => part.trim())
  if (parts.length > 1 && parts.every((part) => part !== ''))
    return { kind: 'several', text: stated, parts: parts.map(parseTarget) }
  return { kind: 'label', label: stated }
}

/**
 * The outputs a target stands for, given the scores `[1, outputs]` of the input.
 * A model with one output has one target, output 0, also when its probability is under one half. Throws Fault `bad-parameter`.
 */
export function resolveTargets(target: Target, scores: Tensor, choices: TargetChoices): readonly ResolvedTarget[] {
  const resolved = (index: number, sign: 1 | -1 = 1): ResolvedTarget => settle(index, sign, choices)
  switch (target.kind) {
    case 'index':
      return [resolved(inRange(target.index, choices))]
    case 'not':
      return [resolved(inRange(target.index, choices), -1)]
    case 'contrast':
      return [contrasted(inRange(target.index, choices), inRange(target.against, choices), choices)]
    case 'label':
      return [labelled(target.label, choices)]
    case 'positive':
      return positiveIndices(scores, choices).map((index) => resolved(index))
    case 'several':
      return labelAt(target.text, choices) >= 0
        ? [labelled(target.text, choices)]
        : distinct(target.parts.flatMap((part) => resolveTargets(part, scores, choices)))
    case 'predicted':
      return [resolved(predictedIndex(scores))]
    case 'all':
      return Array.from({ length: choices.outputs }, (_, index) => resolved(index))
  }
}

/** The output with the highest score; output 0 of a one-output model. */
export function predictedIndex(scores: Tensor): number {
  let best = 0
  for (let index = 1; index < scores.data.length; index++) {
    if (scores.data[index] > scores.data[best]) best = index
  }
  return best
}

/** Start value `[1, outputs]` with `sign` at one output. */
export function oneHot(index: number, outputs: number, sign: 1 | -1 = 1): Tensor {
  const data = new Float32Array(outputs)
  data[index] = sign
  return { data, shape: [1, outputs] }
}

function settle(index: number, sign: 1 | -1, { outputs, labels }: TargetChoices): ResolvedTarget {
  const label = labels[index] ?? `output ${index}`
  return {
    id: sign === 1 ? String(index) : `not:${index}`,
    index,
    label: sign === 1 ? label : `not ${label}`,
    start: oneHot(index, outputs, sign)
  }
}

function inRange(index: number, { outputs }: TargetChoices): number {
  if (index < outputs) return index
  const range = outputs === 1 ? 'one output, number 0' : `${outputs} outputs, numbers 0 to ${outputs - 1}`
  throw new Fault('bad-parameter', `There is no output ${index}: the model has ${range}.`, { subject: 'target' })
}

/** A label, or two labels or numbers with a hyphen between: a contrast. */
function labelled(text: string, choices: TargetChoices): ResolvedTarget {
  const index = labelAt(text, choices)
  if (index >= 0) return settle(index, 1, choices)
  // As settled targets are called: "not opacity", "opacity minus effusion".
  const negated = text.startsWith('not ') ? labelAt(text.slice(4), choices) : -1
  if (negated >= 0) return settle(negated, -1, choices)
  const sides = text.split(' minus ').map((part) => labelAt(part, choices))
  if (sides.length === 2 && sides.every((side) => side >= 0)) return contrasted(sides[0], sides[1], choices)
  for (let at = text.indexOf('-'); at > 0; at = text.indexOf('-', at + 1)) {
    const [first, second] = [text.slice(0, at), text.slice(at + 1)].map((part) => outputAt(part.trim(), choices))
    if (first >= 0 && second >= 0) return contrasted(first, second, choices)
  }
  throw unknownLabel(text, choices)
}

/** The difference of two outputs. Throws Fault `bad-parameter` for an output against itself. */
function contrasted(index: number, against: number, choices: TargetChoices): ResolvedTarget {
  if (index === against) {
    throw new Fault('bad-parameter', `The contrast ${index}-${against} compares an output with itself.`, {
      subject: 'target',
      hint: 'Name two different outputs: A-B explains the logit of A minus that of B.'
    })
  }
  const start = oneHot(index, choices.outputs)
  start.data[against] = -1
  const [first, second] = [index, against].map((output) => settle(output, 1, choices).label)
  return { id: `${index}-${against}`, index, label: `${first} minus ${second}`, start }
}

/** Outputs that count as found; the highest one where none does, or where outputs exclude each other. */
function positiveIndices(scores: Tensor, { positiveFrom }: TargetChoices): number[] {
  const found =
    positiveFrom === undefined
      ? []
      : Array.from(scores.data.keys()).filter((index) => scores.data[index] >= positiveFrom)
  return found.length > 0 ? found : [predictedIndex(scores)]
}

function distinct(targets: readonly ResolvedTarget[]): ResolvedTarget[] {
  return [...new Map(targets.map((target) => [target.id, target])).values()]
}

function outputAt(text: string, choices: TargetChoices): number {
  const index = labelAt(text, choices)
  return index < 0 && /^\d+$/.test(text) ? inRange(Number(text), choices) : index
}

function labelAt(label: string, { labels }: TargetChoices): number {
  const wanted = label.toLowerCase()
  return labels.findIndex((candidate) => candidate.toLowerCase() === wanted)
}

function unknownLabel(label: string, { labels, outputs }: TargetChoices): Fault {
  const known =
    labels.length > 0 ? `labels are ${labels.join(', ')}` : `model has no labels, only outputs 0 to ${outputs - 1}`
  return new Fault('bad-parameter', `There is no label "${label}": the ${known}.`, { subject: 'target' })
}
