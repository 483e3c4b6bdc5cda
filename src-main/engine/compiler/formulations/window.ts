import { numberAttribute, numbersAttribute, stringAttribute } from '@engine/graph/attributes'
import type { GraphNode } from '@engine/graph/model'
import type { GraphWriter } from '@engine/graph/writer'
import { unsupportedUse } from '../faults'

/**
 * A window that slides over the spatial axes: the geometry shared by convolution and pooling. One entry per spatial
 * axis.
 */
export interface Window {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly padsBefore: readonly number[]
  readonly padsAfter: readonly number[]
  /** Sizes of what the window slides over, and of what it makes. */
  readonly wide: readonly number[]
  readonly narrow: readonly number[]
}

/** Spatial sizes (axes 2 on) of a tensor. Throws Fault `unsupported-op` when one depends on the batch. */
export function spatialSizes(w: GraphWriter, node: GraphNode, tensor: string): number[] {
  const sizes = w.sizesOf(tensor).slice(2)
  if (sizes.some((size) => size < 0))
    throw unsupportedUse(node, w.model, 'a spatial axis that changes with the batch size')
  return sizes
}

/** The window of a convolution or pooling node that reads `wide` and makes `narrow`. */
export function windowOf(
  w: GraphWriter,
  node: GraphNode,
  { wide, narrow, kernel }: { wide: string; narrow: string; kernel?: readonly number[] }
): Window {
  const wideSizes = spatialSizes(w, node, wide)
  const narrowSizes = spatialSizes(w, node, narrow)
  const axes = wideSizes.map((_, axis) => axis)
  const ones = axes.map(() => 1)
  const shape = {
    kernel: numbersAttribute(node, 'kernel_shape') ?? kernel ?? ones,
    strides: numbersAttribute(node, 'strides') ?? ones,
    dilations: numbersAttribute(node, 'dilations') ?? ones,
    wide: wideSizes,
    narrow: narrowSizes
  }
  const stated = numbersAttribute(node, 'pads') ?? axes.flatMap(() => [0, 0])
  // A transposed convolution may state its output size instead of its padding, which then is split like SAME_LOWER.
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  const auto = mode === 'NOTSET' && node.attributes.has('output_shape') ? 'SAME_LOWER' : mode
  if (auto === 'VALID') return { ...shape, padsBefore: axes.map(() => 0), padsAfter: axes.map(() => 0) }
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') return { ...shape, ...samePads(shape, auto) }
  return { ...shape, padsBefore: stated.slice(0, axes.length), padsAfter: stated.slice(axes.length) }
}

/**
 * Padding that makes `narrow = ceil(wide / stride)`; an odd rest goes to the end (UPPER) or to the beginning (LOWER).
 */
function samePads(
  window: Omit<Window, 'padsBefore' | 'padsAfter'>,
  auto: string
): Pick<Window, 'padsBefore' | 'padsAfter'> {
  const totals = window.wide.map((size, axis) => {
    const reach =
      (window.narrow[axis] - 1) * window.strides[axis] + window.dilations[axis] * (window.kernel[axis] - 1) + 1
    return Math.max(0, reach - size)
  })
  const padsBefore = totals.map((total) => (auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2)))
  return { padsBefore, padsAfter: totals.map((total, axis) => total - padsBefore[axis]) }
}

/** How far a dilated kernel reaches beyond its first element, per axis. */
export function reachOf(window: Pick<Window, 'kernel' | 'dilations'>): number[] {
  return window.kernel.map((size, axis) => window.dilations[axis] * (size - 1))
}

/** True when the window moves one element at a time along every axis. */
export function isDense(window: Pick<Window, 'strides'>): boolean {
  return window.strides.every((stride) => stride === 1)
}

/** Number of elements under the window. */
export function windowVolume(window: Pick<Window, 'kernel'>): number {
  return window.kernel.reduce((product, size) => product * size, 1)
}

/** Padding of the stride-1 convolution that carries gradients back; null when the window pads more than it reaches. */
export function backwardPads(window: Window): { before: number[]; after: number[] } | null {
  const reach = reachOf(window)
  const before = reach.map((length, axis) => length - window.padsBefore[axis])
  const after = reach.map((length, axis) => window.wide[axis] - window.narrow[axis] + length - before[axis])
  return [...before, ...after].some((count) => count < 0) ? null : { before, after }
}

/** How many groups of channels a convolution has. */
export function groupsOf(node: GraphNode): number {
  return numberAttribute(node, 'group', 1)
}
