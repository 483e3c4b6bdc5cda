import type { FrameCodec } from '@engine/formats/dicom/codecs/codec'
import { jpegCodec } from '@engine/formats/dicom/codecs/jpeg'
import { jpegLosslessCodec } from '@engine/formats/dicom/codecs/jpeg-lossless'
import { jpegLsCodec } from '@engine/formats/dicom/codecs/jpeg-ls'
import { jpegFacts } from '@engine/formats/dicom/codecs/stream-size'

/** JPEG by what the stream is, not by what the header calls it: files that say "lossless" and hold baseline JPEG exist. */
export const jpegFamilyCodec: FrameCodec = (frame, pixels) => {
  const process = jpegFacts(frame)?.process
  if (process === 'lossless') return jpegLosslessCodec(frame, pixels)
  return process === 'jpeg-ls' ? jpegLsCodec(frame, pixels) : jpegCodec(frame, pixels)
}
