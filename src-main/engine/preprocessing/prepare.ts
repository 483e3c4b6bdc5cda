import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import { type Tensor, tensor } from '@engine/tensor/tensor'
import type { CardInput, ModelCard } from '@shared/model-card'
import { type GridMap, gridMap } from './grid-map'
import { toModelGrid } from './resample-slice'
import { type UnitScale, scaleValues, unitScale } from './scale-values'
import { type Slice, type SlicePlan, sliceCount, slicePlan, sliceSize, takeSlice } from './slices'

/** A volume made ready for a model, one 2-D input per selected slice, and the way back to the image. */
export interface PreparedImage {
  readonly plan: SlicePlan
  /** The same for every slice of the plan. */
  readonly grid: GridMap
  /** Model input of one plane of the plan, `[1, C, H, W]`. */
  input(sliceIndex: number): Tensor
}

/**
 * Prepares a volume by its model card: plane, value scaling, resize, channels, mean and standard deviation.
 * Throws Fault `bad-image` (colour where grey is needed and the reverse is converted, so only sizes can be wrong),
 * `bad-card` and `unsupported-model`.
 */
export function prepareImage(volume: Volume, card: ModelCard): PreparedImage {
  checkCard(card)
  const plan = slicePlan(card.mode, volume)
  const grid = gridMap(sliceSize(volume, plan.axis), card.input)
  const inverted = isInverted(volume, card.input)
  const scales =
    card.channels.kind === 'windows'
      ? card.channels.windows.map((window) => unitScale({ from: 'window', ...window }, volume))
      : [unitScale(card.input.values, volume)]

  return {
    plan,
    grid,
    input(sliceIndex) {
      const planes = channelSlices(volume, card, plan, sliceIndex)
      const shape = [1, card.input.channels, grid.height, grid.width]
      const data = new Float32Array(card.input.channels * grid.height * grid.width)
      for (let channel = 0; channel < card.input.channels; channel++) {
        const scale = scales[Math.min(channel, scales.length - 1)]
        const values = modelChannel(planes[channel], { grid, scale, inverted, input: card.input, channel })
        data.set(values, channel * grid.height * grid.width)
      }
      return tensor(data, shape)
    }
  }
}

/** True when black and white must be swapped: the file says MONOCHROME1 and the model was trained on MONOCHROME2, or the reverse. */
export function isInverted(volume: Pick<Volume, 'photometric'>, input: Pick<CardInput, 'photometric'>): boolean {
  const monochrome = (value: string): boolean => value === 'MONOCHROME1' || value === 'MONOCHROME2'
  return monochrome(volume.photometric) && monochrome(input.photometric) && volume.photometric !== input.photometric
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
  const padding = rule.scale.raw ? rule.scale.low : 0
  const resized = toModelGrid(scaled, rule.grid, padding, rule.input.interpolation)
  const mean = perChannel(rule.input.mean, rule.channel)
  const std = perChannel(rule.input.std, rule.channel)
  for (let i = 0; i < resized.length; i++) resized[i] = (resized[i] - mean) / std
  return resized
}

const perChannel = (values: readonly number[], channel: number): number => values[Math.min(channel, values.length - 1)]

/** One plane of image values per model channel. */
function channelSlices(volume: Volume, card: ModelCard, plan: SlicePlan, index: number): Float32Array[] {
  const { channels } = card.input
  if (card.channels.kind === 'adjacent') {
    const last = sliceCount(volume, plan.axis) - 1
    const first = index - Math.floor((card.channels.count - 1) / 2)
    return Array.from({ length: channels }, (_, step) => {
      const neighbour = Math.min(last, Math.max(0, first + step))
      return greyPlane(takeSlice(volume, plan.axis, neighbour))
    })
  }
  const slice = takeSlice(volume, plan.axis, index)
  if (slice.channels.length === 3 && channels === 3) {
    return card.input.channelOrder === 'BGR' ? [...slice.channels].reverse() : [...slice.channels]
  }
  const grey = greyPlane(slice)
  return Array.from({ length: channels }, () => grey)
}

/** Luma of a colour plane (ITU-R BT.601), or the plane itself. */
function greyPlane(slice: Slice): Float32Array {
  if (slice.channels.length === 1) return slice.channels[0]
  const [red, green, blue] = slice.channels
  return red.map((value, index) => 0.299 * value + 0.587 * green[index] + 0.114 * blue[index])
}

function checkCard(card: ModelCard): void {
  const { input } = card
  if (input.layout === 'NCDHW' || input.size.length !== 2) {
    throw new Fault(
      'unsupported-model',
      `"${card.name}" takes volumes (${input.layout}); this version runs two-dimensional models.`,
      {
        hint: 'Models whose input is [batch, channels, height, width] work, also slice by slice over a series.'
      }
    )
  }
  if (card.channels.kind === 'windows' && card.channels.windows.length !== input.channels) {
    throw new Fault(
      'bad-card',
      `The model card lists ${card.channels.windows.length} windows for ${input.channels} input channels.`,
      {
        hint: 'One window per channel is needed.'
      }
    )
  }
  if (card.channels.kind === 'adjacent' && card.channels.count !== input.channels) {
    throw new Fault(
      'bad-card',
      `The model card takes ${card.channels.count} adjacent slices for ${input.channels} input channels.`
    )
  }
}
