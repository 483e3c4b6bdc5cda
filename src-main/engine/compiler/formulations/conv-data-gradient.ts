import type { GraphWriter } from '@engine/graph/writer'
import type { ConvolutionForm, TargetProfile } from '../targets/target'
import { noteRescaling, scaledFrom } from './channel-scale'
import { backwardKernel, type ConvolutionCase } from './convolution-case'
import { interleaved } from './interleave'
import { subPixel } from './sub-pixel'
import { backwardPads, isDense, reachOf, windowVolume } from './window'

/**
 * Gradient of a convolution with regard to its data, `[N, outputs, ...narrow]` to `[N, inputs, ...wide]`. The form is
 * the profile's choice; a form that cannot express the case gives way to the transposed convolution, which always can.
 */
export function convDataGradient(
  w: GraphWriter,
  gradient: string,
  conv: ConvolutionCase,
  target: TargetProfile
): string {
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
function scaledKernel(
  w: GraphWriter,
  { kernel, kernelSizes }: ConvolutionCase,
  { factors, axis }: { factors: string; axis: 0 | 1 }
): string {
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
    (size, axis) =>
      size -
      ((window.narrow[axis] - 1) * window.strides[axis] -
        window.padsBefore[axis] -
        window.padsAfter[axis] +
        reach[axis] +
        1)
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

/**
 * For stride 1: an ordinary convolution with the kernel turned around; 1.1 to 40 times faster than ConvTranspose on the
 * CPU.
 */
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
