import type { ImageContent } from '@engine/formats/format'
import { pixelSpacing, spacedAffine } from '@engine/formats/raster/picture-spacing'
import type { Volume } from '@engine/geometry/volume'

/** A decoded picture, samples side by side. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Grey, grey + alpha, RGB, RGBA. */
  readonly channels: 1 | 2 | 3 | 4
  readonly samples: Uint8Array | Uint16Array
  readonly bitsStored: number
  /** Pixels a millimetre across and down, as the file states them. */
  readonly perMm?: readonly [number, number] | null
  /** One colour of the picture counts as transparent. */
  readonly clearColour?: boolean
}

/** A picture as the common content of all formats; transparency is reported in `values` and left out of the volume. */
export function pictureContent(picture: Picture): ImageContent {
  const { width, height, channels, samples } = picture
  const warnings: string[] = []
  const { spacing, warnings: said } = pixelSpacing(picture.perMm ?? null)
  warnings.push(...said)
  if (picture.clearColour === true || (channels % 2 === 0 && hasTransparency(picture)))
    warnings.push('The picture is partly transparent; transparency is ignored.')
  return {
    kind: 'raster',
    shape: channels === 1 ? [height, width] : [height, width, channels],
    values: samples,
    affine: null,
    volumes: [{ volume: pictureVolume(picture, spacing), label: '', warnings: [] }],
    warnings,
    patient: null,
    dicom: null
  }
}

function pictureVolume(picture: Picture, spacingMm: Volume['spacingMm']): Volume {
  const samples = picture.channels < 3 ? 1 : 3
  return {
    voxels: withoutAlpha(picture),
    size: [picture.width, picture.height, 1],
    samples,
    affine: spacedAffine(spacingMm),
    spacingMm,
    oriented: false,
    frameOfReference: null,
    unit: 'grey level',
    photometric: samples === 3 ? 'RGB' : 'MONOCHROME2',
    bitsStored: picture.bitsStored,
    window: null
  }
}

function withoutAlpha(picture: Picture): Uint8Array | Uint16Array {
  const { samples, channels } = picture
  if (channels % 2 === 1) return samples
  const kept = channels - 1
  const pixels = samples.length / channels
  const opaque = samples instanceof Uint8Array ? new Uint8Array(pixels * kept) : new Uint16Array(pixels * kept)
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < kept; channel++)
      opaque[pixel * kept + channel] = samples[pixel * channels + channel]
  }
  return opaque
}

function hasTransparency(picture: Picture): boolean {
  const full = 2 ** picture.bitsStored - 1
  for (let index = picture.channels - 1; index < picture.samples.length; index += picture.channels) {
    if (picture.samples[index] !== full) return true
  }
  return false
}
