import { isFloat } from '@engine/graph/element-types'
import { type TargetLayer, proposeLayers } from '@engine/graph/layers'
import { findLogits, type Head, scoreOutput } from '@engine/graph/logits'
import type { ProbedModel, ValueInfo } from '@engine/graph/model'
import { isQuantising } from '@engine/graph/path'
import { type Judgement, judgeClassifier } from './classifier'
import { outputShape } from './compile'
import { ruleFor } from './rules'
import { straightThroughRemarks } from './straight-through'

/** What `saliscope inspect` says of a model. */
export interface ModelDescription {
  readonly file: string
  readonly opset: number
  readonly irVersion: number
  readonly producer: string
  readonly metadata: ReadonlyMap<string, string>
  /** Number of float weights. */
  readonly parameters: number
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  /** The image input, as measured; null where the size is free (the batch). */
  readonly input: { readonly name: string; readonly shape: readonly (number | null)[] }
  /** The output with the scores and the tensor with their logits. */
  readonly output: { readonly name: string; readonly logits: string; readonly head: Head; readonly classes: number }
  readonly batch: 'dynamic' | number
  /** Target layers for class activation maps, the last one first. */
  readonly layers: readonly TargetLayer[]
  /** Names of the float tensors that can be asked for. */
  readonly tensors: readonly string[]
  /** Operators by name, how often each occurs, and whether gradients can pass it. */
  readonly ops: readonly { readonly op: string; readonly count: number; readonly rule: boolean }[]
  readonly classifier: Judgement
  /** What was changed to bring the model into form, and what holds only approximately; a sentence each. */
  readonly remarks: readonly string[]
}

/** Describes a probed model: ends, operators, logits and target layers. `output`: the one with the scores, if named. */
export function describeModel(model: ProbedModel, output?: string): ModelDescription {
  const [input] = model.inputs
  const isOutput = model.outputs.some((own) => own.name === output && isFloat(model.types.get(own.name)))
  const name = (isOutput ? output : scoreOutput(model)) ?? model.outputs[0]?.name ?? ''
  const logits = findLogits(model, name)
  const shape = model.shapes.get(logits.tensor)
  const classes = shape === undefined ? 0 : outputShape(shape)[1].fixed
  return {
    file: model.origin.name,
    opset: model.opset,
    irVersion: model.irVersion,
    producer: model.producer,
    metadata: model.metadata,
    parameters: countParameters(model),
    inputs: model.inputs,
    outputs: model.outputs,
    input: {
      name: input?.name ?? '',
      shape: (model.shapes.get(input?.name ?? '') ?? []).map((dim) => (dim.perBatch === 0 ? dim.fixed : null))
    },
    output: { name, logits: logits.tensor, head: logits.head, classes },
    batch: model.batch,
    layers: proposeLayers(model, logits.tensor),
    tensors: [...model.shapes.keys()].filter(
      (tensor) => isFloat(model.types.get(tensor)) && !model.constants.has(tensor)
    ),
    ops: countOperators(model),
    classifier: judgeClassifier(model, name),
    remarks: [...model.remarks, ...straightThroughRemarks(model), ...outputRemarks(model, name)]
  }
}

function countParameters(model: ProbedModel): number {
  const floats = [...model.constants.values()].filter((constant) => isFloat(constant.elementType))
  // A renamed weight shares the reader of the original and counts once.
  const own = [...new Map(floats.map((constant) => [constant.values, constant])).values()]
  return own.reduce((sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1), 0)
}

function countOperators(model: ProbedModel): ModelDescription['ops'] {
  const counts = new Map<string, { count: number; rule: boolean }>()
  for (const node of model.nodes) {
    const op = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`
    // Constants and shape arithmetic carry no gradient, so they need no rule.
    const carriesGradient =
      isQuantising(node) ||
      node.outputs.some((output) => isFloat(model.types.get(output)) && !model.constants.has(output))
    const known = counts.get(op)
    const rule = !carriesGradient || ruleFor(node) !== undefined
    counts.set(op, { count: (known?.count ?? 0) + 1, rule: (known?.rule ?? true) && rule })
  }
  return [...counts].map(([op, found]) => ({ op, ...found })).sort((a, b) => a.op.localeCompare(b.op))
}

/** Several outputs: which one is explained. */
function outputRemarks(model: ProbedModel, name: string): string[] {
  const others = model.outputs.filter((output) => output.name !== name)
  if (others.length === 0) return []
  const named = others.map((output) => `"${output.name}"`).join(', ')
  return [
    `The model has ${model.outputs.length} outputs; "${name}" is explained. The others (${named}) can be named in the model card ("outputs.0.name").`
  ]
}
