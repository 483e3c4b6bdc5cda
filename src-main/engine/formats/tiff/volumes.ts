import type { VolumeContent } from '@engine/formats/format'
import { spacedAffine } from '@engine/formats/raster/picture-spacing'
import type { TiffPage } from '@engine/formats/tiff/page'
import type { Volume, Voxels } from '@engine/geometry/volume'

interface TiffFacts {
  readonly spacing: Volume['spacingMm']
  readonly label: string
}

/** Pages of one size as one volume; channels that are no colour become volumes of their own. `values` are `[page, row, column, channel]`. */
export function tiffVolumes(pages: readonly TiffPage[], values: Voxels, facts: TiffFacts): VolumeContent[] {
  const [page] = pages
  if (page.photometric === 'palette') return [content(pages, coloured(values, page), { ...facts, samples: 3 })]
  const colour = page.photometric === 'rgb' && page.channels >= 3
  const extra = page.channels - (colour ? 3 : 1)
  const ignored = extra > 0 ? ['The picture has more channels than its colours (transparency); they are ignored.'] : []
  const voxels = extra > 0 ? firstChannels(values, page.channels, colour ? 3 : 1) : values
  return [content(pages, voxels, { ...facts, samples: colour ? 3 : 1, warnings: ignored })]
}

function content(
  pages: readonly TiffPage[],
  voxels: Voxels,
  { spacing, label, samples, warnings = [] }: TiffFacts & { samples: 1 | 3; warnings?: readonly string[] }
): VolumeContent {
  const [{ width, height, photometric }] = pages
  const volume: Volume = {
    voxels,
    size: [width, height, pages.length],
    samples,
    affine: spacedAffine(spacing),
    spacingMm: spacing,
    oriented: false,
    frameOfReference: null,
    unit: voxels instanceof Float32Array ? 'value' : 'grey level',
    photometric: samples === 3 ? 'RGB' : photometric === 'white-is-zero' ? 'MONOCHROME1' : 'MONOCHROME2',
    bitsStored: voxels instanceof Float32Array ? 32 : voxels.BYTES_PER_ELEMENT * 8,
    window: null
  }
  return { volume, label, warnings }
}

function firstChannels(values: Voxels, channels: number, kept: number): Voxels {
  const pixels = values.length / channels
  const voxels = new (values.constructor as new (length: number) => Voxels)(pixels * kept)
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < kept; channel++) voxels[pixel * kept + channel] = values[pixel * channels + channel]
  }
  return voxels
}

/** Indices as colours of 8 bits; TIFF tables hold 16 bits, all reds before all greens. An index past the table is black. */
function coloured(values: Voxels, { palette, bits }: TiffPage): Uint8Array {
  const table = palette ?? []
  const entries = 2 ** bits
  const voxels = new Uint8Array(values.length * 3)
  for (let pixel = 0; pixel < values.length; pixel++) {
    for (let channel = 0; channel < 3; channel++)
      voxels[pixel * 3 + channel] = (table[channel * entries + values[pixel]] ?? 0) >> 8
  }
  return voxels
}
