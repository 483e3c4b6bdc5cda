import type { GraphNode } from '@engine/graph/model'
import type { BackwardRule } from '../rule'
import { activations } from './activations'
import { arithmetic } from './arithmetic'
import { averagePooling } from './average-pooling'
import { convolution } from './convolution'
import type { RuleFamily } from './family'
import { matrix } from './matrix'
import { maxPooling } from './max-pooling'
import { movement } from './movement'
import { normalization } from './normalization'
import { quantized } from './quantized'
import { quantizedOfRuntime } from './quantized-of-runtime'
import { reductions } from './reductions'
import { softmax } from './softmax'

/** The rule families; a new operator is one entry in one of them, or a new file and a line here. */
const families: readonly RuleFamily[] = [
  activations,
  arithmetic,
  averagePooling,
  convolution,
  matrix,
  maxPooling,
  movement,
  normalization,
  quantized,
  reductions,
  softmax
]

const rules: ReadonlyMap<string, BackwardRule> = new Map(families.flatMap((family) => Object.entries(family)))
const rulesOfRuntime: ReadonlyMap<string, BackwardRule> = new Map(Object.entries(quantizedOfRuntime))

/** Operators with numpy broadcasting: their rules answer in the shape of the output and the driver sums down. */
export const broadcastingOps: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Sum',
  'Mean',
  'Min',
  'Max',
  'Where',
  'PRelu',
  'Expand'
])

/** The backward rule of a node, or undefined. Only the standard domain has rules. */
export function ruleFor(node: Pick<GraphNode, 'opType' | 'domain'>): BackwardRule | undefined {
  if (node.domain === 'com.microsoft') return rulesOfRuntime.get(node.opType)
  return node.domain === '' ? rules.get(node.opType) : undefined
}

/** Every operator that has a rule, sorted. */
export const ruledOperators: readonly string[] = [...rules.keys()].sort()
