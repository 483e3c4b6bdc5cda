import type { GraphNode } from '@engine/graph/model'
import { producersOf } from '@engine/graph/path'
import { type Mirror, mirrorForward } from '../canonizers/mirror'
import { noRelevanceRule } from '../faults'
import { castTo, keepWhere } from '../operators'
import type { BackwardRule, CompositeMaker, CompositeScope, RuleContext } from '../rule'
import { ruleFor } from '../rules'
import { activationOperators } from './activation-operators'

/** Name of the graph input that takes the baseline. */
export const baselineInput = 'saliscope/baseline-input'

/** Differences below this count as none, and the slope stands for the quotient; captum's value. */
const tiny = 1e-10

/** Functions of single elements: the rescale rule. */
const rescaled = new Set([
  ...activationOperators,
  'Erf',
  'Exp',
  'Log',
  'Sqrt',
  'Abs',
  'Reciprocal',
  'Pow',
  'Sin',
  'Cos'
])

/** Operators that choose among their inputs. */
const extremes = new Set(['MaxPool', 'GlobalMaxPool', 'ReduceMax', 'ReduceMin', 'Max', 'Min'])

/** Products, linear in each factor. */
const products = new Set(['Mul', 'MatMul', 'Gemm'])

/** Operators that are linear: multipliers follow like gradients. */
const linear = new Set([
  'Conv',
  'ConvTranspose',
  'BatchNormalization',
  'Add',
  'Sub',
  'Sum',
  'Mean',
  'Neg',
  'AveragePool',
  'GlobalAveragePool',
  'ReduceMean',
  'ReduceSum',
  'Resize',
  'Upsample',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Concat',
  'Split',
  'Slice',
  'Gather',
  'GatherElements',
  'GatherND',
  'Pad',
  'Expand',
  'Tile',
  'Cast',
  'Identity',
  'Dropout',
  'DepthToSpace',
  'SpaceToDepth'
])

/**
 * What a maximum does. `rescale`: the image's and the baseline's winner share the difference, so that all shares add up.
 * `captum`: so does captum 0.9, except right behind an activation, where its rule is lost and the plain gradient stays.
 */
export type MaximumMode = 'captum' | 'rescale'

/** Tells the maxima whose multipliers are plain slopes. */
type Chooser = (node: GraphNode) => boolean

/**
 * DeepLIFT's rescale rule: multipliers Δy/Δx between the image and a baseline in place of slopes. Shrikumar et al., Learning
 * Important Features Through Propagating Activation Differences, ICML 2017, arXiv:1704.02685.
 */
export const deepLift =
  (of: string, maxima: MaximumMode): CompositeMaker =>
  (scope) => {
    const mirror = baselinePass(scope, of)
    const producers = producersOf(scope.model)
    const followsSlopes: Chooser = ({ inputs }) =>
      maxima === 'captum' && rescaled.has(producers.get(inputs[0])?.opType ?? '')
    return (node) => (node.domain === '' ? multiplierRule(node, mirror, followsSlopes) : undefined)
  }

function baselinePass({ w, model, path }: CompositeScope, of: string): Mirror {
  const image = model.inputs.find(({ name }) => path.has(name)) ?? model.inputs[0]
  const given = w.input({ ...image, name: baselineInput, elementType: 'float32' })
  const type = w.typeOf(image.name)
  const baseline = type === 'float32' ? given : castTo(w, given, type)
  return mirrorForward(w, { input: image.name, baseline, of })
}

function multiplierRule(node: GraphNode, mirror: Mirror, followsSlopes: Chooser): BackwardRule | undefined {
  if (rescaled.has(node.opType)) return rescale(mirror)
  if (extremes.has(node.opType)) return followsSlopes(node) ? ruleFor(node) : extreme(mirror)
  if (products.has(node.opType)) return product(mirror)
  if (linear.has(node.opType)) return ruleFor(node)
  return (context) => {
    const isQuotient = node.opType === 'Div' && !context.needs[1]
    const rule = isQuotient ? ruleFor(node) : undefined
    if (rule !== undefined) return rule(context)
    throw noRelevanceRule(node, context.w.model, 'DeepLIFT knows no multiplier for it')
  }
}

/** m Δy / Δx where the inputs differ, m times the slope where they do not. */
const rescale =
  (mirror: Mirror): BackwardRule =>
  (context) => {
    const { w, node, outgoing, needs } = context
    const [x, y] = [node.inputs[0], node.outputs[0]]
    if (needs.slice(1).some(Boolean)) throw noRelevanceRule(node, w.model, 'DeepLIFT knows no multiplier for it')
    const difference = w.op('Sub', [y, mirror.of(y)])
    const slope = ruleFor(node)?.(context)[0] ?? null
    return [
      slope === null ? null : quotient(context, { numerator: w.op('Mul', [outgoing, difference]), x, mirror, slope }),
      ...node.inputs.slice(1).map(() => null)
    ]
  }

/**
 * A maximum: what the image adds above the baseline goes to the image's winner, what it lacks to the baseline's, each divided
 * by the winner's own difference (captum's form of the rule).
 */
const extreme =
  (mirror: Mirror): BackwardRule =>
  (context) => {
    const { w, node, outgoing, needs } = context
    const rule = ruleFor(node)
    if (rule === undefined) return []
    const [y] = node.outputs
    const other = mirror.of(y)
    const larger = w.op('Max', [y, other])
    const route = (at: GraphNode, difference: string): readonly (string | null)[] =>
      rule({ ...context, node: at, outgoing: w.op('Mul', [outgoing, difference]) })
    const above = route(node, w.op('Sub', [larger, other]))
    const below = route(mirror.node(node), w.op('Sub', [y, larger]))
    const slopes = rule(context)
    return node.inputs.map((x, index) => {
      const parts = [above[index], below[index], slopes[index]]
      if (!needs[index] || parts.some((part) => part === null || part === undefined)) return null
      const numerator = w.op('Add', [above[index] as string, below[index] as string])
      return quotient(context, { numerator, x, mirror, slope: slopes[index] as string })
    })
  }

/** Of a product each factor gets its difference times the mean of the other one: the shares add up to the difference. */
const product =
  (mirror: Mirror): BackwardRule =>
  (context) => {
    const { w, node, needs } = context
    const rule = ruleFor(node)
    if (rule === undefined) return []
    if (needs.filter(Boolean).length < 2) return rule(context)
    const means = node.inputs.map((tensor, index) => {
      if (!needs[index]) return tensor
      const sum = w.op('Add', [tensor, mirror.of(tensor)])
      return w.standFor(w.op('Mul', [sum, w.scalar(0.5, tensor)]), tensor)
    })
    return rule({ ...context, node: { ...node, inputs: means } })
  }

interface Quotient {
  readonly numerator: string
  readonly x: string
  readonly mirror: Mirror
  readonly slope: string
}

function quotient({ w }: RuleContext, { numerator, x, mirror, slope }: Quotient): string {
  const difference = w.op('Sub', [x, mirror.of(x)])
  const isTiny = w.op('Less', [w.op('Abs', [difference]), w.scalar(tiny, x)])
  const one = w.op('Where', [isTiny, w.scalar(1, x), difference])
  return w.op('Add', [
    keepWhere(w, isTiny, slope, x),
    keepWhere(w, w.op('Not', [isTiny]), w.op('Div', [numerator, one]), x)
  ])
}
