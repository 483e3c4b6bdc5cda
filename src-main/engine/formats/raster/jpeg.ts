import { Fault } from '@engine/fault'
import { decodeJpeg } from '@engine/formats/dicom/codecs/jpeg'
import { jpegFacts } from '@engine/formats/dicom/codecs/stream-size'
import { defaultDecodedLimitBytes, type Format } from '@engine/formats/format'
import { exifOrientation } from '@engine/formats/raster/exif-orientation'
import { pictureContent, type Picture } from '@engine/formats/raster/picture'

/** JPEG pictures, 8 bits, grey or colour. */
export const jpegFormat: Format = {
  id: 'jpeg',
  title: 'JPEG',
  kind: 'raster',
  matches: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  extentOf: (head) => {
    const facts = jpegFacts(head)
    return facts === null ? null : { size: [facts.width, facts.height, 1], volumes: 1 }
  },
  read: async (source, options) => {
    const limit = options.decodedLimitBytes ?? defaultDecodedLimitBytes
    const content = pictureContent(await decodePicture(source.bytes, source.name, limit))
    const turned =
      exifOrientation(source.bytes) === 1
        ? []
        : [
            'The picture asks viewers to turn or mirror it (Exif); it is shown as stored, and outlines must be drawn so.'
          ]
    const lossy = 'JPEG is lossy: fine values may differ from the original.'
    return { ...content, warnings: [...content.warnings, ...turned, lossy] }
  }
}

async function decodePicture(bytes: Uint8Array, name: string, limitBytes: number): Promise<Picture> {
  const facts = jpegFacts(bytes)
  if (facts === null || facts.width === 0 || facts.height === 0) throw damaged(name)
  if (facts.process !== 'dct' || facts.precision !== 8 || ![1, 3].includes(facts.components)) {
    throw new Fault('unsupported-file', `“${name}” is a JPEG of an unusual kind; 8-bit grey and colour can be read.`, {
      subject: name,
      hint: 'Save it as PNG.'
    })
  }
  if (facts.width * facts.height * facts.components > limitBytes) {
    throw new Fault(
      'too-large',
      `“${name}” claims ${facts.width} × ${facts.height} pixels, more than can be held in memory.`,
      {
        subject: name,
        hint: `At most ${Math.round(limitBytes / 2 ** 20)} MiB are read from one file.`
      }
    )
  }
  const { bytes: samples, info } = await decodeJpeg(bytes).catch((thrown: unknown) => {
    throw damaged(name, thrown)
  })
  const channels = info.componentCount === 1 ? 1 : 3
  if (samples.length !== info.width * info.height * channels) throw damaged(name)
  return { width: info.width, height: info.height, channels, samples, bitsStored: 8 }
}

function damaged(name: string, cause?: unknown): Fault {
  return new Fault('bad-image', `“${name}” is not a readable JPEG.`, {
    subject: name,
    hint: 'Save the picture again, best as PNG.',
    cause
  })
}
