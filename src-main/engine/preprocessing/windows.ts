import { Fault } from '@engine/fault'
import type { CardMode } from '@shared/model-card'
import type { ModelGrid } from './model-grid'

/** A box of whole voxels in a lattice; the start may lie before it where a patch is larger than the image. */
export interface Window {
  readonly start: readonly number[]
  readonly size: readonly number[]
}

/**
 * Positions of patches along one axis: a step of `stride` apart from 0 while they fit, the last one ending at the far
 * edge so that nothing stays unseen; one centred patch where the image is smaller.
 */
export function patchStarts(length: number, size: number, stride: number): number[] {
  if (length <= size) return [Math.floor((length - size) / 2)]
  const starts: number[] = []
  for (let start = 0; start + size <= length; start += stride) starts.push(start)
  const last = length - size
  if (starts[starts.length - 1] !== last) starts.push(last)
  return starts
}

/** All patches of a lattice, the last axis fastest. Throws Fault `bad-card` when the stride leaves gaps. */
export function patchWindows(
  lattice: ModelGrid,
  { size, stride }: Pick<Extract<CardMode, { kind: 'patch' }>, 'size' | 'stride'>
): Window[] {
  if (size.length !== stride.length || stride.some((step, axis) => step > size[axis])) {
    throw new Fault('bad-card', `Patches of ${size.join(' × ')} with a stride of ${stride.join(' × ')} leave gaps.`, {
      subject: 'mode.stride',
      hint: 'Give a stride of at most the size, along every axis.'
    })
  }
  const [a, b, c] = lattice.map(({ to }, axis) => patchStarts(to, ...atAxis(size, stride, axis)))
  const full = size.length === 2 ? [1, ...size] : size
  return a.flatMap((x) => b.flatMap((y) => c.map((z) => ({ start: [x, y, z], size: full }))))
}

/** Size and stride of one of three axes; patches of pictures are one slice thick. */
function atAxis(size: readonly number[], stride: readonly number[], axis: number): [number, number] {
  if (size.length === 3) return [size[axis], stride[axis]]
  return axis === 0 ? [1, 1] : [size[axis - 1], stride[axis - 1]]
}

/** Boxes of the card, given in voxels of the image as stored, in voxels of the lattice. Throws Fault `bad-card`. */
export function boxWindows(lattice: ModelGrid, boxes: readonly (readonly number[])[], axes: 2 | 3): Window[] {
  return boxes.flatMap((box) => {
    const [low, high] = cornersOf(box, axes)
    const spans = lattice.map(({ imageAxis, flipped, from, to, scale, offset }) => {
      const first = flipped ? from - high[imageAxis] : low[imageAxis]
      const end = flipped ? from - low[imageAxis] : high[imageAxis]
      if (axes === 2 && imageAxis === 2) return { start: 0, length: to }
      const start = Math.round((first - offset) / scale)
      return { start, length: Math.round((end - offset) / scale) - start }
    })
    const outside = lattice.some(({ to }, axis) => spans[axis].start < 0 || spans[axis].start + spans[axis].length > to)
    if (outside || spans.some(({ length }) => length < 1)) {
      const size = lattice.map(({ to }) => to).join(' × ')
      throw new Fault(
        'bad-card',
        `The box [${box.join(', ')}] of the model card does not lie in the image (${size}).`,
        {
          subject: 'mode.boxes',
          hint: 'Boxes need the image they were drawn for: the same size and orientation.'
        }
      )
    }
    const slices = axes === 2 ? Array.from({ length: lattice[0].to }, (_, slice) => slice) : [spans[0].start]
    return slices.map((slice) => ({
      start: [slice, spans[1].start, spans[2].start],
      size: [axes === 2 ? 1 : spans[0].length, spans[1].length, spans[2].length]
    }))
  })
}

/** Near and far corner as columns, rows, slices. */
function cornersOf(box: readonly number[], axes: 2 | 3): [number[], number[]] {
  if (box.length !== 2 * axes) {
    throw new Fault('bad-card', `The box [${box.join(', ')}] of the model card needs ${2 * axes} numbers.`, {
      subject: 'mode.boxes',
      hint: axes === 3 ? 'Give [x0, y0, z0, x1, y1, z1].' : 'Give [x0, y0, x1, y1].'
    })
  }
  return [box.slice(0, axes), box.slice(axes)]
}
