import type { Volume } from '@engine/geometry/volume'
import { type Tensor, elementCount, tensor, zeros } from '@engine/tensor/tensor'
import type { CardInput, ModelCard } from '@shared/model-card'
import { channelScales, channelsFrom, greyOf, isInverted, paddingOf, standardised } from './channel-values'
import { type GridMap, gridMap } from './grid-map'
import type { PreparedImage } from './prepared-image'
import { boxToModelGrid, maskToModelGrid, toImageGrid, toModelGrid } from './resample-slice'
import { type UnitScale, scaleValues } from './scale-values'
import { putSlice, type SlicePlan, sliceCount, slicePlan, sliceSize, takeSlice } from './slices'

/** Prepares an image for a model of pictures, one input per selected slice. Throws Fault `bad-image`, `bad-card`. */
export function prepareSlices(volume: Volume, card: ModelCard): PreparedImage {
  const plan = slicePlan(card.mode, volume)
  const grid = gridMap(sliceSize(volume, plan.axis), card.input)
  const { size } = volume
  const count = plan.indices.length
  return {
    plan,
    part: 'slice',
    shape: count > 1 ? [count, grid.height, grid.width] : [grid.height, grid.width],
    coversImage: coversImage(grid, plan, volume),
    input: (index) => sliceInput(volume, card, { plan, grid, index }),
    join: joinSlices,
    joinCells: joinSlices,
    onImage: (field, interpolation) => onImage(field, { plan, grid, size, interpolation }),
    onGrid: (values) => onGrid(values, { plan, grid, size }),
    maskOnGrid: (mask) => maskOnGrid(mask, { plan, grid, size }),
    boxOnGrid: (box) => boxOnGrid(box, grid),
    cellsOf: ({ shape }) => [shape.at(-1) ?? 1, shape.at(-2) ?? 1, count]
  }
}

function coversImage(grid: GridMap, plan: SlicePlan, volume: Volume): boolean {
  const whole = grid.offsetX === 0 && grid.offsetY === 0
  return whole && plan.axis === 'k' && plan.indices.length === volume.size[2]
}

interface WantedSlice {
  readonly plan: SlicePlan
  readonly grid: GridMap
  readonly index: number
}

function sliceInput(volume: Volume, card: ModelCard, { plan, grid, index }: WantedSlice): Tensor {
  const inverted = isInverted(volume, card.input)
  const scales = channelScales(volume, card)
  const planes = channelSlices(volume, card, plan, index)
  const { channels } = card.input
  const data = new Float32Array(channels * grid.height * grid.width)
  for (let channel = 0; channel < channels; channel++) {
    const scale = scales[Math.min(channel, scales.length - 1)]
    const values = modelChannel(planes[channel], { grid, scale, inverted, input: card.input, channel })
    data.set(values, channel * grid.height * grid.width)
  }
  return tensor(data, [1, channels, grid.height, grid.width])
}

interface ChannelRule {
  readonly grid: GridMap
  readonly scale: UnitScale
  readonly inverted: boolean
  readonly input: CardInput
  readonly channel: number
}

function modelChannel(plane: Float32Array, rule: ChannelRule): Float32Array {
  const scaled = scaleValues(plane, rule.scale, rule.inverted)
  const resized = toModelGrid(scaled, rule.grid, paddingOf(rule.scale), rule.input.interpolation)
  return standardised(resized, rule.input, rule.channel)
}

/** One plane of image values per model channel. */
function channelSlices(volume: Volume, card: ModelCard, plan: SlicePlan, index: number): Float32Array[] {
  const { channels } = card.input
  if (card.channels.kind !== 'adjacent') return channelsFrom(takeSlice(volume, plan.axis, index).channels, card.input)
  const last = sliceCount(volume, plan.axis) - 1
  const first = index - Math.floor((card.channels.count - 1) / 2)
  return Array.from({ length: channels }, (_, step) => {
    const neighbour = Math.min(last, Math.max(0, first + step))
    return greyOf(takeSlice(volume, plan.axis, neighbour).channels)
  })
}

/** Slices `[1, C, H, W]` as one `[1, C, slices, H, W]`, so that a reduction sees the whole volume; a single one as `[1, C, 1, H, W]`. */
export function joinSlices(slices: readonly Tensor[]): Tensor {
  const [, channels, ...spatial] = slices[0].shape
  const joined = zeros([1, channels, slices.length, ...spatial])
  const pixels = slices[0].data.length / channels
  slices.forEach((slice, position) => {
    for (let channel = 0; channel < channels; channel++) {
      const plane = slice.data.subarray(channel * pixels, (channel + 1) * pixels)
      joined.data.set(plane, (channel * slices.length + position) * pixels)
    }
  })
  return joined
}

interface SliceFrame {
  readonly plan: SlicePlan
  readonly grid: GridMap
  readonly size: Volume['size']
}

function onImage(field: Tensor, frame: SliceFrame & { interpolation: 'linear' | 'nearest' }): Float32Array {
  const { plan, grid, size, interpolation } = frame
  const [height, width] = field.shape.slice(-2)
  const own: GridMap = {
    ...grid,
    width,
    height,
    scaleX: (grid.scaleX * grid.width) / width,
    scaleY: (grid.scaleY * grid.height) / height
  }
  const values = new Float32Array(elementCount(size))
  plan.indices.forEach((index, position) => {
    const plane = field.data.subarray(position * width * height, (position + 1) * width * height)
    putSlice(values, size, plan.axis, { index, values: toImageGrid(plane, own, interpolation) })
  })
  return values
}

/** One value per voxel, as a volume from which slices are taken. */
const asVolume = (values: ArrayLike<number>, size: Volume['size']): Parameters<typeof takeSlice>[0] => ({
  voxels: values,
  size,
  samples: 1
})

function onGrid(values: ArrayLike<number>, { plan, grid, size }: SliceFrame): Float32Array {
  const pixels = grid.width * grid.height
  const out = new Float32Array(pixels * plan.indices.length)
  plan.indices.forEach((index, position) => {
    const [plane] = takeSlice(asVolume(values, size), plan.axis, index).channels
    out.set(toModelGrid(plane, grid, 0, 'linear'), position * pixels)
  })
  return out
}

function maskOnGrid(mask: Uint8Array, { plan, grid, size }: SliceFrame): { mask: Uint8Array; lost: number } {
  const pixels = grid.width * grid.height
  const out = new Uint8Array(pixels * plan.indices.length)
  let lost = countMarked(mask)
  plan.indices.forEach((index, position) => {
    const plane = Uint8Array.from(takeSlice(asVolume(mask, size), plan.axis, index).channels[0])
    const moved = maskToModelGrid(plane, grid)
    out.set(moved.mask, position * pixels)
    lost -= countMarked(plane) - moved.lost
  })
  return { mask: out, lost }
}

function boxOnGrid(
  box: readonly [number, number, number, number],
  grid: GridMap
): [number, number, number, number] | null {
  const covered = boxToModelGrid(box, grid)
  const { width, height } = grid
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (covered[y * width + x] === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  }
  return right > left ? [left, top, right, bottom] : null
}

function countMarked(mask: Uint8Array): number {
  let count = 0
  for (const value of mask) if (value !== 0) count++
  return count
}
