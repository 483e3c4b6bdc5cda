import { Fault } from '@engine/fault'
import { numbersOf } from './constant'
import { isFloat, type TypedValues, zeroValues } from './element-types'
import { extendModel } from './extend'
import { cannotRun } from './missing-kernel'
import type { Dim, ElementType, GraphModel, ModelSource, ProbedModel, ValueInfo } from './model'
import { inferTypes } from './type-rules'
import { valueDependent } from './value-dependence'

/** A tensor of any element type, as it goes into and comes out of a run. */
export interface AnyTensor {
  readonly elementType: ElementType
  readonly dims: readonly number[]
  readonly data: TypedValues
}

/**
 * Runs a model once with all optimisations off and answers with the named outputs.
 * The probe never makes a session itself: the inference process lends it this function.
 */
export type RunModel = (
  model: ModelSource,
  feeds: Readonly<Record<string, AnyTensor>>,
  outputs: readonly string[]
) => Promise<Readonly<Record<string, AnyTensor>>>

/** What the probe may have to be told. */
export interface ProbeOptions {
  /** Sizes of an input whose axes are free, by input name, without the batch: `[C, H, W]`. */
  readonly inputShapes?: Readonly<Record<string, readonly number[]>>
}

/** Inputs of these operators that say where, not what: worth measuring when a node computes them. */
const steeringInputs: ReadonlySet<string> = new Set([
  'Slice',
  'Gather',
  'Pad',
  'Split',
  'Tile',
  'Resize',
  'Upsample',
  'Expand',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'ReduceSum',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceProd',
  'ReduceSumSquare',
  'GatherND',
  'Pow',
  'Clip',
  'Where'
])

/**
 * Measures the shape of every tensor by running the model at two batch sizes, instead of inferring it: every size then
 * is `a·N + b`. A model that takes one batch size only, or whose result does not grow with it, is measured at that one.
 * Throws Fault `bad-parameter` when a free axis has no given size, `bad-model` when the model does not run.
 */
export async function probeModel(model: GraphModel, run: RunModel, options: ProbeOptions = {}): Promise<ProbedModel> {
  const types = inferTypes(model)
  const tensors = [
    ...new Set([...model.inputs.map((input) => input.name), ...model.nodes.flatMap((node) => node.outputs)])
  ].filter((name) => name !== '' && types.get(name) !== 'other')
  const steering = computedSteering(model, types)
  const shapeName = (tensor: string): string => `saliscope/shape/${tensor}`
  const parts = extendModel(model, {
    // Last tensor first: ONNX Runtime plans from the last leaf of the file backwards, so each Shape then runs right behind
    // the node it measures, and no tensor is kept for the end of the run.
    nodes: [...tensors].reverse().map((name) => ({
      opType: 'Shape',
      name: shapeName(name),
      inputs: [name],
      outputs: [shapeName(name)],
      attributes: {}
    })),
    constants: [],
    inputs: [],
    valueInfos: [],
    outputs: [
      ...tensors.map(shapeName),
      ...steering.filter((name) => !model.outputs.some((output) => output.name === name))
    ],
    changedOutputs: new Map()
  })
  const source: ModelSource = { parts, externalDataFolder: model.hasExternalData ? model.origin.folder : null }

  async function measure(batch: number): Promise<Measurement> {
    const found = await run(source, blankFeeds(model, batch, options), [...tensors.map(shapeName), ...steering])
    const shapes = new Map(
      tensors.map((name) => [name, Array.from(found[shapeName(name)].data as ArrayLike<bigint>, Number)])
    )
    const integers = new Map(steering.map((name) => [name, Array.from(found[name].data as ArrayLike<bigint>, Number)]))
    return { batch, shapes, integers }
  }

  const fixed = fixedBatch(model)
  const first = await measure(fixed ?? 1).catch((thrown: unknown) => Promise.reject(cannotRun(model, thrown)))
  const second = fixed === null ? await measure(2).catch(() => null) : null
  return { ...model, types, ...combine(model, first, second) }
}

interface Measurement {
  readonly batch: number
  readonly shapes: ReadonlyMap<string, readonly number[]>
  readonly integers: ReadonlyMap<string, readonly number[]>
}

/** The batch size the inputs insist on, or null when one of them leaves its first axis free. */
function fixedBatch(model: GraphModel): number | null {
  const sizes = model.inputs.map((input) => input.dims?.[0])
  const stated = sizes.find((size): size is number => typeof size === 'number' && size > 0)
  const free = model.inputs.some(
    (input, index) => input.dims?.length !== 0 && !(typeof sizes[index] === 'number' && sizes[index] > 0)
  )
  return free ? null : (stated ?? 1)
}

const steeringTypes: Readonly<Record<'usual' | 'withScales', readonly ElementType[]>> = {
  usual: ['int64', 'int32'],
  withScales: ['int64', 'int32', 'float32']
}

/** Integer tensors computed by nodes that steer another node, and the float scales of a resizing. */
function computedSteering(model: GraphModel, types: ReadonlyMap<string, ElementType>): string[] {
  const dependent = valueDependent(model)
  const steering = model.nodes
    .filter((node) => steeringInputs.has(node.opType))
    .flatMap((node) => {
      const kinds =
        node.opType === 'Resize' || node.opType === 'Upsample' ? steeringTypes.withScales : steeringTypes.usual
      return node.inputs.slice(1).filter((name) => kinds.includes(types.get(name) ?? 'other'))
    })
    .filter((name) => name !== '' && !model.constants.has(name) && !dependent.has(name))
  return [...new Set(steering)]
}

/** Zeros for every input of a model at a batch size. Throws Fault `bad-parameter` when a free axis has no given size. */
export function blankFeeds(model: GraphModel, batch: number, options: ProbeOptions): Record<string, AnyTensor> {
  return Object.fromEntries(model.inputs.map((input) => [input.name, blankInput(input, batch, options)]))
}

function blankInput(input: ValueInfo, batch: number, options: ProbeOptions): AnyTensor {
  const given = options.inputShapes?.[input.name]
  const rank = input.dims?.length ?? (given === undefined ? 0 : given.length + 1)
  const dims = Array.from({ length: rank }, (_, axis) => {
    const declared = input.dims?.[axis]
    if (typeof declared === 'number' && declared > 0) return declared
    if (axis === 0) return batch
    const size = given?.[axis - 1]
    if (size !== undefined) return size
    throw new Fault(
      'bad-parameter',
      `The model input "${input.name}" leaves its size open (axis ${axis}${typeof declared === 'string' ? `, "${declared}"` : ''}).`,
      {
        subject: input.name,
        hint: 'State the input size in the model card.'
      }
    )
  })
  const count = dims.reduce((product, size) => product * size, 1)
  return { elementType: input.elementType, dims, data: zeroValues(input.elementType, count) }
}

/**
 * Two measurements as sizes `a·N + b`; when the second is missing or the output does not grow with N, the batch counts
 * as fixed.
 */
function combine(
  model: GraphModel,
  first: Measurement,
  second: Measurement | null
): Pick<ProbedModel, 'batch' | 'shapes' | 'integers'> {
  const output = model.outputs.find((candidate) => first.shapes.has(candidate.name))?.name ?? ''
  const grows = second !== null && second.shapes.get(output)?.[0] === 2 * (first.shapes.get(output)?.[0] ?? 0)
  const shapes = new Map<string, readonly Dim[]>()
  for (const [name, sizes] of first.shapes) {
    const other = grows ? second.shapes.get(name) : undefined
    shapes.set(
      name,
      sizes.map((size, axis) => lineThrough(size, other?.[axis] ?? size))
    )
  }
  for (const [name, constant] of model.constants)
    shapes.set(
      name,
      constant.dims.map((fixed) => ({ perBatch: 0, fixed }))
    )
  return {
    batch: grows ? 'dynamic' : first.batch,
    shapes,
    integers: knownIntegers(model, first, grows ? second : null)
  }
}

function lineThrough(atOne: number, atTwo: number): Dim {
  return { perBatch: atTwo - atOne, fixed: 2 * atOne - atTwo }
}

/** Small integer constants, and measured ones that are the same at both batch sizes. */
function knownIntegers(
  model: GraphModel,
  first: Measurement,
  second: Measurement | null
): Map<string, readonly number[]> {
  const known = new Map<string, readonly number[]>()
  for (const [name, values] of first.integers) {
    const other = second?.integers.get(name) ?? values
    if (values.every((value, index) => value === other[index])) known.set(name, values)
  }
  for (const [name, constant] of model.constants) {
    const small = constant.dims.reduce((product, size) => product * size, 1) <= 4096
    if (small && !isFloat(constant.elementType) && ['int64', 'int32'].includes(constant.elementType))
      known.set(name, numbersOf(constant))
  }
  return known
}
