import { Fault } from '@engine/fault'
import type { Tensor } from '@engine/tensor/tensor'

/** Which output is explained, as the user states it. */
export type Target =
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'not'; readonly index: number }
  | { readonly kind: 'predicted' }
  | { readonly kind: 'all' }

/** A target settled for one input. */
export interface ResolvedTarget {
  /** For folders and tables: `1`, or `not:1`. */
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
}

/** Reads `N`, `not:N`, `predicted`, `all` or a label. */
export function parseTarget(text: string | number): Target {
  const stated = String(text).trim()
  if (stated === 'predicted' || stated === 'all') return { kind: stated }
  if (/^\d+$/.test(stated)) return { kind: 'index', index: Number(stated) }
  const negated = /^not:(\d+)$/.exec(stated)
  if (negated !== null) return { kind: 'not', index: Number(negated[1]) }
  if (stated === '')
    throw new Fault('usage', 'The target is empty.', { hint: 'Give an output number, a label, predicted or all.' })
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
    case 'label':
      return [resolved(labelIndex(target.label, choices))]
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

function labelIndex(label: string, { labels, outputs }: TargetChoices): number {
  const wanted = label.toLowerCase()
  const index = labels.findIndex((candidate) => candidate.toLowerCase() === wanted)
  if (index >= 0) return index
  const known =
    labels.length > 0 ? `labels are ${labels.join(', ')}` : `model has no labels, only outputs 0 to ${outputs - 1}`
  throw new Fault('bad-parameter', `There is no label "${label}": the ${known}.`, { subject: 'target' })
}
