import type { StoredSamples } from '@engine/formats/dicom/native-frames'
import type { PixelDescription } from '@engine/formats/dicom/pixel-description'

/**
 * Clears bits outside High Bit … High Bit − Bits Stored + 1 (old overlays live there) and extends the sign; in place.
 * Source: DICOM PS3.5 section 8.1.1.
 */
export function withoutUnusedBits(samples: StoredSamples, pixels: PixelDescription): StoredSamples {
  const unused = pixels.bitsAllocated - pixels.bitsStored
  if (pixels.kind !== 'integer' || unused === 0 || pixels.bitsAllocated === 1) return samples
  const drop = 31 - pixels.highBit
  const keep = 32 - pixels.bitsStored
  for (let index = 0; index < samples.length; index++) {
    const aligned = samples[index] << drop
    samples[index] = pixels.signed ? aligned >> keep : aligned >>> keep
  }
  return samples
}
