import { convertIndexedToRgb, decode, encode, type DecodedPng } from 'fast-png'
import { Fault } from '@engine/fault'
import { defaultDecodedLimitBytes, type Format } from '@engine/formats/format'
import { checkedPng, pngSignature, type PngFacts } from '@engine/formats/raster/png-chunks'
import { interlacedSamples } from '@engine/formats/raster/png-interlaced'
import { pictureContent, type Picture } from '@engine/formats/raster/picture'

/** PNG: 1 to 16 bits, grey, RGB, palette, with or without transparency. */
export const pngFormat: Format = {
  id: 'png',
  title: 'PNG',
  kind: 'raster',
  matches: (head) => pngSignature.every((byte, index) => head[index] === byte),
  extentOf: (head) => {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
    return head.length < 24 ? null : { size: [view.getUint32(16), view.getUint32(20), 1], volumes: 1 }
  },
  read: async (source, options) =>
    pictureContent(decodePng(source.bytes, source.name, options.decodedLimitBytes ?? defaultDecodedLimitBytes))
}

/** Throws Fault `bad-image` or `too-large`. Grey below 8 bits is widened to the same grey in 8. */
export function decodePng(bytes: Uint8Array, name: string, limitBytes = defaultDecodedLimitBytes): Picture {
  const facts = checkedPng(bytes, name, limitBytes)
  const { perMm, transparency, colourType } = facts
  const clearColour = transparency !== null && colourType !== 3
  if (facts.interlaced && facts.depth < 8) return { ...interlacedPicture(facts, name), perMm, clearColour }
  try {
    return { ...pictureOf(decode(facts.essential, { checkCrc: true })), perMm, clearColour }
  } catch (thrown) {
    throw new Fault('bad-image', `“${name}” is not a readable PNG.`, {
      subject: name,
      hint: 'Save the picture again as PNG.',
      cause: thrown
    })
  }
}

/** One sample of fewer than 8 bits a pixel: grey, or an index of the palette. */
function interlacedPicture(facts: PngFacts, name: string): Picture {
  const { width, height, depth, palette, transparency } = facts
  const indices = interlacedSamples(facts.raw, facts, name)
  if (facts.colourType !== 3) {
    const most = 2 ** depth - 1
    return { width, height, channels: 1, samples: indices.map((value) => (value * 255) / most), bitsStored: 8 }
  }
  const channels = transparency === null ? 3 : 4
  const samples = new Uint8Array(indices.length * channels)
  indices.forEach((index, pixel) => {
    for (let channel = 0; channel < 3; channel++)
      samples[pixel * channels + channel] = palette?.[index * 3 + channel] ?? 0
    if (channels === 4) samples[pixel * 4 + 3] = transparency?.[index] ?? 255
  })
  return { width, height, channels, samples, bitsStored: 8 }
}

function pictureOf(png: DecodedPng): Picture {
  const { width, height } = png
  if (png.palette !== undefined) {
    const samples = convertIndexedToRgb(png)
    return { width, height, channels: png.palette[0].length as 3 | 4, samples, bitsStored: 8 }
  }
  const channels = png.channels as Picture['channels']
  if (png.depth < 8) return { width, height, channels: 1, samples: widened(png), bitsStored: 8 }
  const samples = png.data instanceof Uint8ClampedArray ? new Uint8Array(png.data.buffer) : png.data
  return { width, height, channels, samples, bitsStored: png.depth }
}

/** Packed grey of 1, 2 or 4 bits, the leftmost pixel in the high bits, rows starting on a byte. */
function widened(png: DecodedPng): Uint8Array {
  const { width, height, depth } = png
  const rowBytes = Math.ceil((width * depth) / 8)
  const most = 2 ** depth - 1
  const samples = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const byte = png.data[y * rowBytes + (bit >> 3)]
      samples[y * width + x] = (((byte >> (8 - depth - (bit & 7))) & most) * 255) / most
    }
  }
  return samples
}

/** A picture to write: 8 bits, grey, RGB or RGBA. */
export interface PngInput {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  readonly samples: Uint8Array
}

/** PNG bytes without text parts or dates: the same picture gives the same file. */
export function encodePng(picture: PngInput): Uint8Array {
  const { width, height, channels, samples } = picture
  return encode({ width, height, channels, depth: 8, data: samples })
}
