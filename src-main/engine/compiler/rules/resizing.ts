import { numberAttribute, numbersAttribute, stringAttribute } from '@engine/graph/attributes'
import { numbersOf } from '@engine/graph/constant'
import { type GraphNode, sameDim } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { fromFront } from '../axes'
import { unsupportedUse } from '../faults'
import { applyAlongAxis } from '../formulations/axis-matrix'
import { type AxisResize, axisWeights, isKnownResize } from '../formulations/resize-axis'
import type { BackwardRule } from '../rule'
import type { RuleFamily } from './family'

/** Resizing is a constant matrix along each axis; its gradient is the transposed one. */
const resize: BackwardRule = ({ w, node, outgoing }) => {
  const [input] = node.inputs
  const rank = w.shapeOf(input).length
  return [
    resizedAxes(w, node).reduce((tensor, { axis, about }) => {
      if (!isKnownResize(about))
        throw unsupportedUse(node, w.model, `mode "${about.mode}", ${about.coordinates}, ${about.nearest}`)
      const matrix = { rows: about.from, columns: about.to, values: axisWeights(about) }
      return applyAlongAxis(w, tensor, { rank, axis, matrix, like: input })
    }, outgoing)
  ]
}

interface ResizedAxis {
  readonly axis: number
  readonly about: AxisResize
}

/** The axes a Resize or Upsample node changes. Throws Fault `unsupported-op` when the batch is one of them. */
function resizedAxes(w: GraphWriter, node: GraphNode): ResizedAxis[] {
  const [input] = node.inputs
  const [output] = node.outputs
  const [from, to] = [w.sizesOf(input), w.sizesOf(output)]
  const stated = (numbersAttribute(node, 'axes') ?? from.map((_, axis) => axis)).map((axis) =>
    fromFront(axis, from.length)
  )
  const scales = scalesOf(w, node, stated)
  const region = regionOf(w, node)
  const how = howOf(w, node)
  return stated.flatMap((axis, index) => {
    if (from[axis] < 0) {
      if (!sameDim(w.shapeOf(input)[axis], w.shapeOf(output)[axis]))
        throw unsupportedUse(node, w.model, 'resizing the batch')
      return []
    }
    const crop = [region[index] ?? 0, region[index + stated.length] ?? 1] as const
    const isCropped = how.coordinates === 'tf_crop_and_resize' && (crop[0] !== 0 || crop[1] !== 1)
    if (from[axis] === to[axis] && scales[index] === 1 && !isCropped) return []
    return [{ axis, about: { ...how, from: from[axis], to: to[axis], scale: scales[index], region: crop } }]
  })
}

/** Attributes shared by all axes, with what the older operator sets fixed. */
function howOf(w: GraphWriter, node: GraphNode): Omit<AxisResize, 'from' | 'to' | 'scale' | 'region'> {
  const isOld = w.opset < 11 || node.opType === 'Upsample'
  const mode = stringAttribute(node, 'mode', 'nearest')
  return {
    mode: (mode === 'bilinear' ? 'linear' : mode) as AxisResize['mode'],
    coordinates: isOld ? 'asymmetric' : stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel'),
    nearest: isOld ? 'simple' : stringAttribute(node, 'nearest_mode', 'round_prefer_floor'),
    cubicA: numberAttribute(node, 'cubic_coeff_a', -0.75),
    excludeOutside: numberAttribute(node, 'exclude_outside', 0) !== 0,
    antialias: numberAttribute(node, 'antialias', 0) !== 0
  }
}

/** Scales per stated axis: given (attribute, second or third input), or made from the sizes. */
function scalesOf(w: GraphWriter, node: GraphNode, axes: readonly number[]): readonly number[] {
  const attribute = numbersAttribute(node, 'scales')
  if (attribute !== undefined) return attribute.map(Math.fround)
  const isOld = w.opset < 11 || node.opType === 'Upsample'
  const given = numbersIn(w, node, isOld ? 1 : 2)
  if (given !== null && given.length > 0) return given
  const from = w.shapeOf(node.inputs[0])
  const to = w.shapeOf(node.outputs[0])
  const ratio = (axis: number): number =>
    from[axis].perBatch === 0 ? Math.fround(to[axis].fixed / from[axis].fixed) : 1
  const policy = stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch')
  if (policy === 'stretch') return axes.map(ratio)
  const wanted = numbersIn(w, node, 3) ?? []
  const ratios = axes.flatMap((axis, index) =>
    from[axis].perBatch === 0 ? [Math.fround(wanted[index] / from[axis].fixed)] : []
  )
  const common = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios)
  return axes.map(() => common)
}

/** Numbers of a region of interest: all starts, then all ends, as shares of the axes. */
function regionOf(w: GraphWriter, node: GraphNode): readonly number[] {
  const isCropping = stringAttribute(node, 'coordinate_transformation_mode', '') === 'tf_crop_and_resize'
  return (isCropping ? numbersIn(w, node, 1) : null) ?? []
}

/** The values of an input that is known before the model runs; null when the node has none. */
function numbersIn(w: GraphWriter, node: GraphNode, position: number): readonly number[] | null {
  const name = node.inputs[position]
  if (!name) return null
  const constant = w.model.constants.get(name)
  const numbers = constant === undefined ? w.model.integers.get(name) : numbersOf(constant)
  if (numbers === undefined) throw unsupportedUse(node, w.model, `"${name}" is only known while the model runs`)
  return numbers
}

/** Interpolation on another grid. */
export const resizing: RuleFamily = { Resize: resize, Upsample: resize }
