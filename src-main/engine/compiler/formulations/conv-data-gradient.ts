import type { GraphWriter } from '@engine/graph/writer'
import { slice } from '../operators'
import type { ConvolutionForm, TargetProfile } from '../targets/target'
import { noteRescaling, scaledFrom } from './channel-scale'
import { interleaved } from './interleave'
import { subPixel } from './sub-pixel'
import { backwardPads, isDense, reachOf, type Window, windowVolume } from './window'

/** A convolution whose data gradient is wanted. */
export interface ConvolutionCase {
  readonly window: Window
  readonly groups: number
  /** The kernel tensor, and its sizes: `[outputs, inputs / groups, ...kernel]`. */
  readonly kernel: string
  readonly kernelSizes: readonly number[]
  /** A tensor of the model with the gradient's element type. */
  readonly like: string
}

/**
 * Gradient of a convolution with regard to its data, `[N, outputs, ...narrow]` to `[N, inputs, ...wide]`.
 * The form is the profile's choice; a form that cannot express the case gives way to the transposed convolution, which always can.
 */
export function convDataGradient(w: GraphWriter, gradient: string, conv: ConvolutionCase, target: TargetProfile): string {
  const incoming = scaledFrom(w, gradient)
  const kernel = incoming === undefined ? conv.kernel : scaledKernel(w, conv, { factors: incoming.factors, axis: 0 })
  const written = write(w, incoming?.unscaled ?? gradient, { ...conv, kernel }, target)
  if (conv.groups === 1) {
    noteRescaling(w, written, (factors) => {
      const both = scaledKernel(w, { ...conv, kernel }, { factors, axis: 1 })
      return write(w, incoming?.unscaled ?? gradient, { ...conv, kernel: both }, target)
    })
  }
  return written
}

function write(w: GraphWriter, gradient: string, conv: ConvolutionCase, target: TargetProfile): string {
  const form = chooseForm(conv, target)
  const written = form === 'transposed-convolution' ? null : forms[form](w, gradient, conv)
  return written ?? transposedConvolution(w, gradient, conv)
}

/** The kernel with its outputs (axis 0) or inputs (axis 1) multiplied by a vector. */
function scaledKernel(w: GraphWriter, { kernel, kernelSizes }: ConvolutionCase, { factors, axis }: { factors: string; axis: 0 | 1 }): string {
  const shape = kernelSizes.map((_, position) => (position === axis ? -1 : 1))
  return w.op('Mul', [kernel, w.op('Reshape', [factors, w.int64s(shape)])])
}

const forms = { 'flipped-convolution': flippedConvolution, 'sub-pixel': subPixel, interleave: interleaved }

function chooseForm({ window, groups, kernelSizes }: ConvolutionCase, target: TargetProfile): ConvolutionForm {
  if (isDense(window)) return 'flipped-convolution'
  const { flat, flatDepthwise, volume, volumePointwise } = target.stridedConvolution
  if (window.kernel.length <= 2) {
    const isDepthwise = groups > 1 && kernelSizes[1] === 1 && kernelSizes[0] === groups
    return isDepthwise && windowVolume(window) > 9 ? flatDepthwise : flat
  }
  return window.kernel.every((size) => size === 1) ? volumePointwise : volume
}

/** ConvTranspose is by definition the data gradient; `output_padding` makes up for input rows a stride left unread. */
function transposedConvolution(w: GraphWriter, gradient: string, { window, groups, kernel }: ConvolutionCase): string {
  const reach = reachOf(window)
  const unread = window.wide.map(
    (size, axis) => size - ((window.narrow[axis] - 1) * window.strides[axis] - window.padsBefore[axis] - window.padsAfter[axis] + reach[axis] + 1)
  )
  return w.op('ConvTranspose', [gradient, kernel], {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.padsBefore, ...window.padsAfter],
    group: groups,
    output_padding: unread.some((count) => count !== 0) ? unread : undefined
  })
}

/** For stride 1: an ordinary convolution with the kernel turned around; 1.1 to 40 times faster than ConvTranspose on the CPU. */
function flippedConvolution(w: GraphWriter, gradient: string, conv: ConvolutionCase): string | null {
  const pads = backwardPads(conv.window)
  if (pads === null) return null
  return w.op('Conv', [gradient, backwardKernel(w, conv)], {
    kernel_shape: conv.window.kernel,
    dilations: conv.window.dilations,
    pads: [...pads.before, ...pads.after],
    group: conv.groups
  })
}

/**
 * The kernel turned around in space with inputs and outputs swapped within each group: `[inputs, outputs / groups, ...kernel]`.
 * Written as nodes, not computed here: ONNX Runtime folds them when it loads the model, and external weights stay unread.
 */
export function backwardKernel(w: GraphWriter, { kernel, kernelSizes, groups, window }: ConvolutionCase): string {
  const axes = window.kernel.map((_, axis) => axis).filter((axis) => window.kernel[axis] > 1)
  const flipped = axes.length === 0 ? kernel : flip(w, kernel, { axes: axes.map((axis) => axis + 2), sizes: axes.map((axis) => window.kernel[axis]) })
  const [outputs, inputsPerGroup] = kernelSizes
  const spatial = window.kernel.map((_, axis) => axis)
  if (groups === 1) return w.op('Transpose', [flipped], { perm: [1, 0, ...spatial.map((axis) => axis + 2)] })
  if (inputsPerGroup === 1 && outputs === groups) return flipped
  const grouped = w.op('Reshape', [flipped, w.int64s([groups, outputs / groups, inputsPerGroup, ...window.kernel])])
  const swapped = w.op('Transpose', [grouped], { perm: [0, 2, 1, ...spatial.map((axis) => axis + 3)] })
  return w.op('Reshape', [swapped, w.int64s([groups * inputsPerGroup, outputs / groups, ...window.kernel])])
}

/** Turns axes around. Negative steps came with opset 10; before that Gather reads backwards. */
function flip(w: GraphWriter, tensor: string, { axes, sizes }: { axes: readonly number[]; sizes: readonly number[] }): string {
  if (w.opset >= 10) {
    const lowest = -(2 ** 31) + 1
    return slice(w, tensor, { axes, starts: axes.map(() => -1), ends: axes.map(() => lowest), steps: axes.map(() => -1) })
  }
  return axes.reduce((turned, axis, index) => {
    const backwards = Array.from({ length: sizes[index] }, (_, position) => sizes[index] - 1 - position)
    return w.op('Gather', [turned, w.int64s(backwards)], { axis })
  }, tensor)
}
