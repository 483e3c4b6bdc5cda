import { describe, expect, it } from 'vitest'
import { dataSetBytes, encapsulated, part10, sliceElements, withoutPixels, type ElementSpec } from './make-dicom'
import { content, refusal } from './outcome'

const runLength = '1.2.840.10008.1.2.5'

/** One run-length coded 16-bit frame of 12 equal pixels. */
function frame(value: number): Uint8Array {
  const bytes = new Uint8Array(68)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 2, true)
  view.setUint32(4, 64, true)
  view.setUint32(8, 66, true)
  bytes.set([257 - 12, value, 257 - 12, value], 64)
  return bytes
}

function compressed(frames: number, pixels: Uint8Array): Uint8Array {
  const elements = [...withoutPixels(sliceElements()), ['00280008', 'IS', String(frames)] as ElementSpec]
  return part10(runLength, Buffer.concat([dataSetBytes(elements), pixels]))
}

/** The bytes of an item with a length of one's choice. */
function item(length: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
  head.writeUInt32LE(length, 4)
  return Buffer.concat([head, body])
}

const pixelHead = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff])
const closing = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])

describe('compressed frames whose structure lies', () => {
  it('bytes that look like a closing mark inside a frame do no harm', async () => {
    const trap = Buffer.concat([frame(1), closing])
    const { values } = await content('trap.dcm', compressed(2, encapsulated([trap, frame(2)])))
    expect([values[0], values[12]]).toEqual([257, 514])
  })

  it.each([
    ['point past the end', [0, 0x7fffffff]],
    ['run backwards', [76, 0]],
    ['point between items', [0, 75]]
  ])('offsets that %s are not followed where the pieces speak for themselves', async (_what, offsets) => {
    const { values } = await content('offsets.dcm', compressed(2, encapsulated([frame(1), frame(2)], offsets)))
    expect([values[0], values[12]]).toEqual([257, 514])
  })

  it('offsets that lie, with pieces that do not fit the frames, are refused', async () => {
    const pieces = [frame(1).slice(0, 40), frame(1).slice(40), frame(2)]
    const fault = await refusal('pieces.dcm', compressed(2, encapsulated(pieces, [0, 0x7fffffff])))
    expect(fault.message).toContain('claims 2 frames but holds 3 pieces')
  })

  it('an extended offset table of nonsense is not followed', async () => {
    const table: ElementSpec = ['7FE00001', 'OV', new Uint8Array(16).fill(0xff)]
    const elements: ElementSpec[] = [...withoutPixels(sliceElements()), ['00280008', 'IS', '2'], table]
    const bytes = Buffer.concat([dataSetBytes(elements), encapsulated([frame(1), frame(2)])])
    expect((await content('extended.dcm', part10(runLength, bytes))).values[12]).toBe(514)
  })

  it('an extended offset table, whose numbers take 64 bits, is followed', async () => {
    const offsets = new Uint8Array(BigUint64Array.of(0n, BigInt(16 + 68)).buffer)
    const elements: ElementSpec[] = [
      ...withoutPixels(sliceElements()),
      ['00280008', 'IS', '2'],
      ['7FE00001', 'OV', offsets],
      ['7FE00002', 'OV', new Uint8Array(BigUint64Array.of(68n, 68n).buffer)]
    ]
    const pieces = [frame(1).slice(0, 40), frame(1).slice(40), frame(2)]
    const bytes = Buffer.concat([dataSetBytes(elements), encapsulated(pieces)])
    const { values, warnings } = await content('extended.dcm', part10(runLength, bytes))
    expect([values[0], values[12]]).toEqual([257, 514])
    expect(warnings).toEqual([])
  })

  it.each([
    ['fewer pieces than frames', compressed(3, encapsulated([frame(1), frame(2)]))],
    ['a thousand frames in one piece', compressed(1000, encapsulated([frame(1)]))],
    ['pieces without content', compressed(2, encapsulated([new Uint8Array(0), new Uint8Array(0)]))],
    ['no piece at all', compressed(1, encapsulated([]))]
  ])('%s', async (_what, bytes) => {
    expect((await refusal('frames.dcm', bytes)).code).toBe('bad-image')
  })

  it('an item longer than the file ends with it', async () => {
    const pixels = Buffer.concat([pixelHead, item(0, new Uint8Array(0)), item(0xfffffffe, frame(3))])
    const { values, warnings } = await content('long.dcm', compressed(1, pixels))
    expect(values[0]).toBe(771)
    expect(warnings.join()).toContain('cut off')
  })

  it('a missing closing mark is said, an odd length survives', async () => {
    const pixels = Buffer.concat([
      pixelHead,
      item(0, new Uint8Array(0)),
      item(69, Buffer.concat([frame(4), new Uint8Array(1)]))
    ])
    const { values, warnings } = await content('odd.dcm', compressed(1, pixels))
    expect(values[0]).toBe(1028)
    expect(warnings.join()).toContain('closing mark')
  })

  it('more frames than the header counts are left out, and it is said', async () => {
    const jpegs = [frame(1), frame(2), frame(3)]
    const { shape, warnings } = await content('more.dcm', compressed(2, encapsulated(jpegs, [0, 76, 152])))
    expect(shape[0]).toBe(2)
    expect(warnings.join()).toContain('There are 3 compressed frames; the header counts 2')
  })
})

describe('compressed frames that claim more than they can hold', () => {
  /** JPEG-LS with a stated size and nothing behind it. */
  const claiming = (rows: number, columns: number, length: number): Uint8Array => {
    const stream = Buffer.alloc(length)
    Buffer.from([
      0xff,
      0xd8,
      0xff,
      0xf7,
      0,
      11,
      16,
      rows >> 8,
      rows & 255,
      columns >> 8,
      columns & 255,
      1,
      1,
      0x11,
      0
    ]).copy(stream)
    return stream
  }
  const sized = (rows: number, columns: number, frames: readonly Uint8Array[]): Uint8Array => {
    const more: ElementSpec[] = [
      ['00280010', 'US', [rows]],
      ['00280011', 'US', [columns]],
      ['00280008', 'IS', String(frames.length)]
    ]
    return part10(
      '1.2.840.10008.1.2.4.80',
      Buffer.concat([dataSetBytes(withoutPixels(sliceElements({ more, values: [0] }))), encapsulated(frames)])
    )
  }

  it.each([
    ['one frame of 3 GiB in half a megabyte', sized(40_000, 40_000, [claiming(40_000, 40_000, 500_000)])],
    ['one frame of 200 MiB in a kilobyte', sized(10_000, 10_000, [claiming(10_000, 10_000, 1000)])],
    ['frames of 1 GiB in 200 kilobytes', sized(4096, 4096, new Array<Uint8Array>(32).fill(claiming(4096, 4096, 6000)))]
  ])('%s', async (_what, bytes) => {
    const before = process.memoryUsage.rss()
    expect((await refusal('claims.dcm', bytes)).code).toBe('too-large')
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20)
  })
})
