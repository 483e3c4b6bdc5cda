import { Fault } from '@engine/fault'

/** Positions of an occluding window over an input `[C, ...spatial]`, clipped at the far border. */
export interface Windows {
  readonly count: number
  /** Visits every flat index of window `number` inside the input. */
  visit(number: number, each: (index: number) => void): void
}

/**
 * A window slides from the origin by `stride` until it has reached the far border on every axis (captum's rule:
 * ceil((size − window) / stride) + 1 positions, the last one clipped). Throws Fault `bad-parameter` when pixels would stay uncovered.
 */
export function slidingWindows(
  shape: readonly number[],
  window: readonly number[],
  stride: readonly number[]
): Windows {
  const size = shape.map((extent, axis) => Math.min(extent, window[axis]))
  const step = shape.map((extent, axis) => Math.min(extent, stride[axis]))
  check(shape, size, step)
  const positions = shape.map((extent, axis) => Math.ceil((extent - size[axis]) / step[axis]) + 1)
  return {
    count: positions.reduce((product, many) => product * many, 1),
    visit(number, each) {
      const from: number[] = []
      let rest = number
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        from[axis] = (rest % positions[axis]) * step[axis]
        rest = Math.floor(rest / positions[axis])
      }
      visitBox(
        shape,
        from,
        from.map((start, axis) => Math.min(shape[axis], start + size[axis])),
        each
      )
    }
  }
}

function visitBox(
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
  each: (index: number) => void
): void {
  const last = shape.length - 1
  const walk = (axis: number, offset: number): void => {
    for (let position = from[axis]; position < to[axis]; position++) {
      const index = offset * shape[axis] + position
      if (axis === last) each(index)
      else walk(axis + 1, index)
    }
  }
  walk(0, 0)
}

function check(shape: readonly number[], window: readonly number[], stride: readonly number[]): void {
  const gap = stride.findIndex((step, axis) => step > window[axis])
  if (gap < 0) return
  throw new Fault(
    'bad-parameter',
    `occlusion.stride ${stride.join(',')} is larger than occlusion.window ${window.join(',')} on axis ${gap}, so pixels would be left out of [${shape.join(', ')}].`,
    { subject: 'occlusion.stride', hint: 'Make the stride at most as large as the window.' }
  )
}
