import { elementCount, type Tensor, zeros } from '@engine/tensor/tensor'
import type { Fit, ModelGrid } from './model-grid'
import { toImageVolume } from './resample-volume'
import type { Window } from './windows'

interface Placed {
  readonly window: Window
  readonly fits: readonly Fit[]
}

/**
 * Maps of windows (`[1, C, …]` each, at the model's input size) put together over a field, `[1, C, ...extents]`: each is
 * brought back to the voxels of its window; where windows overlap the mean counts, and 0 where none lies.
 */
export function joinWindows(maps: readonly Tensor[], parts: readonly Placed[], extents: readonly number[]): Tensor {
  const channels = maps[0].shape[1]
  const joined = zeros([1, channels, ...extents])
  const cover = new Uint16Array(elementCount(extents))
  const sums = new Float64Array(joined.data.length)
  parts.forEach(({ window, fits }, index) => {
    const map = maps[index]
    const spatial = map.shape.length === 5 ? map.shape.slice(2) : [1, ...map.shape.slice(2)]
    const voxels = elementCount(spatial)
    const grid = localGrid(window, fits, spatial)
    for (let channel = 0; channel < channels; channel++) {
      const field = { data: map.data.subarray(channel * voxels, (channel + 1) * voxels), shape: spatial }
      const values = toImageVolume(field, grid, 'linear')
      visitWindow(window, extents, (at, from) => {
        sums[channel * cover.length + at] += values[from]
        if (channel === 0) cover[at]++
      })
    }
  })
  for (let index = 0; index < sums.length; index++) {
    joined.data[index] = sums[index] / Math.max(1, cover[index % cover.length])
  }
  return joined
}

/** A window as an image of its own, and the model's input over it. */
function localGrid({ size }: Window, fits: readonly Fit[], spatial: readonly number[]): ModelGrid {
  const axis = (index: 0 | 1 | 2): ModelGrid[number] => ({
    imageAxis: (2 - index) as 0 | 1 | 2,
    flipped: false,
    from: size[index],
    to: spatial[index],
    ...fits[index]
  })
  return [axis(0), axis(1), axis(2)]
}

/** Every voxel of a window that lies in the field: its place there, and in the window. */
function visitWindow(
  { start, size }: Window,
  extents: readonly number[],
  each: (at: number, from: number) => void
): void {
  for (let a = 0; a < size[0]; a++) {
    const x = start[0] + a
    if (x < 0 || x >= extents[0]) continue
    for (let b = 0; b < size[1]; b++) {
      const y = start[1] + b
      if (y < 0 || y >= extents[1]) continue
      for (let c = Math.max(0, -start[2]); c < size[2] && start[2] + c < extents[2]; c++) {
        each((x * extents[1] + y) * extents[2] + start[2] + c, (a * size[1] + b) * size[2] + c)
      }
    }
  }
}
