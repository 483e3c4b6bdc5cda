import type { GraphNode } from '@engine/graph/model'
import type { BackwardRule } from '../rule'
import { activations } from './activations'
import { arithmetic } from './arithmetic'
import { attentions } from './attention'
import { averagePooling } from './average-pooling'
import { convolution } from './convolution'
import { sumsOfProducts } from './einsum'
import type { RuleFamily } from './family'
import { fused } from './fused'
import { fusedAttentions } from './fused-attention'
import { gathering } from './gathering'
import { fusedGates, gates } from './gates'
import { fusedLayerNormalizations, layerNormalizations } from './layer-normalization'
import { lpPooling } from './lp-pooling'
import { matrix } from './matrix'
import { maxPooling } from './max-pooling'
import { movement } from './movement'
import { normalization } from './normalization'
import { quantized } from './quantized'
import { quantizedOfRuntime } from './quantized-of-runtime'
import { rearranging } from './rearranging'
import { reductions } from './reductions'
import { resizing } from './resizing'
import { softmax } from './softmax'
import { trigonometry } from './trigonometry'
import { withdrawn } from './withdrawn'

/** A family of rules: the file that holds it and the operator domain it speaks of; `''` is the standard one. */
interface ListedFamily {
  readonly family: string
  readonly domain: '' | 'com.microsoft'
  readonly rules: RuleFamily
}

const standard = (family: string, rules: RuleFamily): ListedFamily => ({ family, domain: '', rules })
const ofRuntime = (family: string, rules: RuleFamily): ListedFamily => ({ family, domain: 'com.microsoft', rules })

/** The rule families; a new operator is one entry in one of them, or a new file and a line here. */
const families: readonly ListedFamily[] = [
  standard('activations', activations),
  standard('arithmetic', arithmetic),
  standard('attention', attentions),
  ofRuntime('fused-attention', fusedAttentions),
  standard('average-pooling', averagePooling),
  standard('convolution', convolution),
  standard('einsum', sumsOfProducts),
  ofRuntime('fused', fused),
  standard('gathering', gathering),
  standard('gates', gates),
  ofRuntime('gates', fusedGates),
  standard('layer-normalization', layerNormalizations),
  ofRuntime('layer-normalization', fusedLayerNormalizations),
  standard('lp-pooling', lpPooling),
  standard('matrix', matrix),
  standard('max-pooling', maxPooling),
  standard('movement', movement),
  standard('normalization', normalization),
  standard('quantized', quantized),
  ofRuntime('quantized-of-runtime', quantizedOfRuntime),
  standard('rearranging', rearranging),
  standard('reductions', reductions),
  standard('resizing', resizing),
  standard('softmax', softmax),
  standard('trigonometry', trigonometry),
  standard('withdrawn', withdrawn)
]

/** An operator with a rule. */
export interface RuledOperator {
  /** `Conv`, or `com.microsoft::FusedConv`. */
  readonly key: string
  readonly op: string
  readonly domain: string
  /** File in `rules/` that holds the rule. */
  readonly family: string
  readonly rule: BackwardRule
}

function keyOf({ opType, domain }: Pick<GraphNode, 'opType' | 'domain'>): string {
  return domain === '' ? opType : `${domain}::${opType}`
}

/** Every operator that has a rule, sorted by key. */
export const ruleTable: readonly RuledOperator[] = families
  .flatMap(({ family, domain, rules }) =>
    Object.entries(rules).map(([op, rule]) => ({ key: keyOf({ opType: op, domain }), op, domain, family, rule }))
  )
  .sort((a, b) => (a.key < b.key ? -1 : 1))

const byKey: ReadonlyMap<string, RuledOperator> = new Map(ruleTable.map((entry) => [entry.key, entry]))

/** Operators with numpy broadcasting: their rules answer in the shape of the output and the driver sums down. */
const broadcasting: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Mod',
  'Pow',
  'Sum',
  'Mean',
  'Min',
  'Max',
  'Where',
  'PRelu',
  'Expand',
  'com.microsoft::BiasGelu',
  'com.microsoft::FastGelu'
])

/** True when the rule of a node answers in the shape of the output, to be summed down. */
export function isBroadcasting(node: Pick<GraphNode, 'opType' | 'domain'>): boolean {
  return broadcasting.has(keyOf(node))
}

/** The backward rule of a node, or undefined: the standard operators and the fused ones of ONNX Runtime have rules. */
export function ruleFor(node: Pick<GraphNode, 'opType' | 'domain'>): BackwardRule | undefined {
  return byKey.get(keyOf(node))?.rule
}

/** Keys of all operators that have a rule, sorted. */
export const ruledOperators: readonly string[] = ruleTable.map((entry) => entry.key)
