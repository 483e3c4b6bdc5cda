import type { Volume } from '@engine/geometry/volume'
import type { CardInput, ModelCard } from '@shared/model-card'
import { type UnitScale, unitScale } from './scale-values'

/** True when black and white must be swapped: the file says MONOCHROME1 and the model was trained on MONOCHROME2, or the reverse. */
export function isInverted(volume: Pick<Volume, 'photometric'>, input: Pick<CardInput, 'photometric'>): boolean {
  const monochrome = (value: string): boolean => value === 'MONOCHROME1' || value === 'MONOCHROME2'
  return monochrome(volume.photometric) && monochrome(input.photometric) && volume.photometric !== input.photometric
}

/** One scale for all channels, or one per window of the card. */
export function channelScales(volume: Volume, card: ModelCard): UnitScale[] {
  return card.channels.kind === 'windows'
    ? card.channels.windows.map((window) => unitScale({ from: 'window', ...window }, volume))
    : [unitScale(card.input.values, volume)]
}

/** The value a model is given outside the image, before mean and deviation. */
export const paddingOf = (scale: UnitScale): number => (scale.raw ? scale.low : 0)

/** (value − mean) ÷ std of one channel, as a new array. */
export function standardised(
  values: Float32Array,
  { mean, std }: Pick<CardInput, 'mean' | 'std'>,
  channel: number
): Float32Array {
  const centre = perChannel(mean, channel)
  const spread = perChannel(std, channel)
  return values.map((value) => (value - centre) / spread)
}

const perChannel = (values: readonly number[], channel: number): number => values[Math.min(channel, values.length - 1)]

/** Samples of an image as a model's channels: the three colours in its order, or grey for each. */
export function channelsFrom(samples: readonly Float32Array[], input: CardInput): Float32Array[] {
  if (samples.length === 3 && input.channels === 3) {
    return input.channelOrder === 'BGR' ? [...samples].reverse() : [...samples]
  }
  const grey = greyOf(samples)
  return Array.from({ length: input.channels }, () => grey)
}

/** Luma of colour samples (ITU-R BT.601), or the one sample itself. */
export function greyOf(samples: readonly Float32Array[]): Float32Array {
  if (samples.length === 1) return samples[0]
  const [red, green, blue] = samples
  return red.map((value, index) => 0.299 * value + 0.587 * green[index] + 0.114 * blue[index])
}
