import { Fault } from '@engine/fault'
import type { Volume } from '@engine/geometry/volume'
import type { CardInput, ModelCard } from '@shared/model-card'
import { prepareSlices } from './prepare-slices'
import { prepareWindows } from './prepare-windows'
import type { PreparedImage } from './prepared-image'

/**
 * Prepares an image by its model card: parts (slices, the volume, patches, boxes), orientation, spacing, value scaling,
 * resize, channels, mean and standard deviation.
 * Throws Fault `bad-image` (colour where grey is needed and the reverse is converted, so only sizes can be wrong) and `bad-card`.
 */
export function prepareImage(volume: Volume, card: ModelCard): PreparedImage {
  checkCard(card)
  const volumetric = takesVolumes(card.input)
  return volumetric || card.mode.kind === 'patch' || card.mode.kind === 'roi'
    ? prepareWindows(volume, card)
    : prepareSlices(volume, card)
}

/** True when the model's input has three spatial axes. */
export function takesVolumes(input: Pick<CardInput, 'layout'>): boolean {
  return input.layout === 'NCDHW' || input.layout === 'NDHWC'
}

function checkCard(card: ModelCard): void {
  const { input, mode, channels } = card
  const volumetric = takesVolumes(input)
  const axes = volumetric ? 3 : 2
  if (input.size.length !== axes) {
    throw new Fault(
      'bad-card',
      `The model card gives a size of ${input.size.join(' × ')} for the layout ${input.layout}.`,
      {
        subject: 'input.size',
        hint: axes === 3 ? 'Give depth, height and width.' : 'Give height and width.'
      }
    )
  }
  if (mode.kind === 'volume' && !volumetric) {
    throw new Fault(
      'bad-card',
      `The model card's mode is "volume" and "${card.name}" takes pictures (${input.layout}).`,
      {
        subject: 'mode',
        hint: 'Use the mode "image", "slice", "patch" or "roi", or the layout NCDHW.'
      }
    )
  }
  if (volumetric && (mode.kind === 'slice' || channels.kind === 'adjacent')) {
    const what = mode.kind === 'slice' ? 'The mode "slice"' : 'Channels from adjacent slices'
    throw new Fault(
      'bad-card',
      `${what} needs a model of pictures, and "${card.name}" takes volumes (${input.layout}).`,
      {
        subject: mode.kind === 'slice' ? 'mode' : 'channels',
        hint: 'Use the mode "volume", "patch" or "roi" with the channels "copies" or "windows".'
      }
    )
  }
  checkChannels(card)
}

function checkChannels({ channels, input }: ModelCard): void {
  if (channels.kind === 'windows' && channels.windows.length !== input.channels) {
    throw new Fault(
      'bad-card',
      `The model card lists ${channels.windows.length} windows for ${input.channels} input channels.`,
      {
        hint: 'One window per channel is needed.'
      }
    )
  }
  if (channels.kind === 'adjacent' && channels.count !== input.channels) {
    throw new Fault(
      'bad-card',
      `The model card takes ${channels.count} adjacent slices for ${input.channels} input channels.`
    )
  }
}
