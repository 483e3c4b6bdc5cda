import { describe, expect, it } from 'vitest'
import {
  dataSetBytes,
  encapsulated,
  part10,
  sliceElements,
  sliceFile,
  withoutPixels,
  type ElementSpec
} from './make-dicom'
import { content, refusal } from './outcome'

const eightBits: ElementSpec[] = [
  ['00280100', 'US', [8]],
  ['00280101', 'US', [8]],
  ['00280102', 'US', [7]],
  ['00280103', 'US', [0]]
]

function compressed(uid: string, frames: readonly Uint8Array[], more: readonly ElementSpec[] = []): Uint8Array {
  const elements = withoutPixels(sliceElements({ more: [...more, ['00280008', 'IS', String(frames.length)]] }))
  return part10(uid, Buffer.concat([dataSetBytes(elements), encapsulated(frames)]))
}

describe('transfer syntaxes beside the usual ones', () => {
  it('encapsulated uncompressed: frames of 16 bits, and of single bits that begin at a byte each', async () => {
    const uid = '1.2.840.10008.1.2.1.98'
    const words = [1, 2].map((value) => new Uint8Array(new Uint16Array(12).fill(value).buffer))
    expect(
      [...(await content('words.dcm', compressed(uid, words))).values].filter((_, index) => index % 12 === 0)
    ).toEqual([1, 2])
    const bits: ElementSpec[] = [
      ['00280100', 'US', [1]],
      ['00280101', 'US', [1]],
      ['00280102', 'US', [0]],
      ['00280103', 'US', [0]]
    ]
    const masks = [Uint8Array.of(0b00000101, 0b1000), Uint8Array.of(0b11111111, 0b1111)]
    const { values } = await content('bits.dcm', compressed(uid, masks, bits))
    expect([...values.slice(0, 12)]).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    expect([...values.slice(12)]).toEqual(new Array(12).fill(1))
  })

  it('encapsulated uncompressed colour, plane after plane', async () => {
    const more: ElementSpec[] = [
      ...eightBits,
      ['00280002', 'US', [3]],
      ['00280004', 'CS', 'RGB'],
      ['00280006', 'US', [1]]
    ]
    const planes = Uint8Array.from({ length: 36 }, (_, index) => Math.floor(index / 12))
    const { values } = await content('planes.dcm', compressed('1.2.840.10008.1.2.1.98', [planes], more))
    expect([...values.slice(0, 6)]).toEqual([0, 1, 2, 0, 1, 2])
  })

  it('a frame too short for its image is refused', async () => {
    const fault = await refusal('short.dcm', compressed('1.2.840.10008.1.2.1.98', [new Uint8Array(10)]))
    expect(fault.message).toContain('10 of 24 bytes')
  })

  it('big-endian pixels in a little-endian implicit file (GE private)', async () => {
    const whole = sliceFile({ values: [0x0102, 0x0304, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14] })
    const bytes = part10('1.2.840.113619.5.2', implicit(withoutPixels(sliceElements()), swapped(whole.slice(-24))))
    const { values, warnings } = await content('private.dcm', bytes)
    expect([...values.slice(0, 3)]).toEqual([0x0102, 0x0304, 5])
    expect(warnings).toEqual([])
  })

  it('progressive JPEG, as the retired full progression has it', async () => {
    // 8 × 8, value 16·row + 8·column at first, written by Pillow with quality 95; its own reader is at most 1 off.
    const stream = Buffer.from(
      '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wgALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//aAAgBAQAAAAEn/8QAFhAAAwAAAAAAAAAAAAAAAAAAAAYH/9oACAEBAAEFAlubH//EABcQAAMBAAAAAAAAAAAAAAAAAAACI6H/2gAIAQEABj8CWGH/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAE/IUv/2gAIAQEAAAAQf//EABUQAQEAAAAAAAAAAAAAAAAAAACh/9oACAEBAAE/EIL/AP/Z',
      'base64'
    )
    const more: ElementSpec[] = [...eightBits, ['00280010', 'US', [8]], ['00280011', 'US', [8]]]
    const { values } = await content('progressive.dcm', compressed('1.2.840.10008.1.2.4.55', [stream], more))
    values.forEach((value: number, index: number) => {
      expect(Math.abs(value - (16 * (index >> 3) + 8 * (index & 7)))).toBeLessThanOrEqual(1)
    })
  })

  it.each([
    ['1.2.840.10008.1.2.4.92', 'multi-component'],
    ['1.2.840.10008.1.2.4.94', 'JPIP'],
    ['1.2.840.10008.1.2.4.102.1', 'MPEG'],
    ['1.2.840.10008.1.2.4.107', 'HEVC'],
    ['1.2.840.10008.1.2.4.110', 'JPEG XL'],
    ['1.2.840.10008.1.2.4.62', 'hierarchical'],
    ['1.2.840.10008.1.2.7.1', 'SMPTE'],
    ['1.2.3.4.5', 'unknown transfer syntax']
  ])('%s is refused by its UID and in words: %s', async (uid, words) => {
    const fault = await refusal('foreign.dcm', compressed(uid, [new Uint8Array(8)]))
    expect(fault.code).toBe('unsupported-file')
    expect(fault.message).toContain(uid)
    expect(fault.message).toContain(words)
  })
})

describe('display curves', () => {
  const table = (entries: readonly number[], first: number): ElementSpec => [
    '00283010',
    'SQ',
    [
      [
        ['00283002', 'US', [entries.length, first, 16]],
        ['00283006', 'US', entries]
      ]
    ]
  ]

  it('a table that rises straight is the window it covers, and it is said', async () => {
    const more = [
      table(
        Array.from({ length: 101 }, (_, index) => index * 100),
        200
      )
    ]
    const { volumes, warnings } = await content('table.dcm', sliceFile({ more }))
    expect(volumes[0].volume.window).toEqual({ center: 250, width: 100 })
    expect(warnings.join()).toContain('The display curve of the file is a table')
  })

  it('a table that does not rise leaves the window open', async () => {
    const { volumes, warnings } = await content('falling.dcm', sliceFile({ more: [table([900, 500, 100], 0)] }))
    expect(volumes[0].volume.window).toBeNull()
    expect(warnings.join()).toContain('does not rise')
  })

  it('a stated window goes before a table; a sigmoid is said to be shown straight', async () => {
    const window: ElementSpec[] = [
      ['00281050', 'DS', '40\\600'],
      ['00281051', 'DS', '400\\2000'],
      ['00281056', 'CS', 'SIGMOID']
    ]
    const { volumes, warnings } = await content('sigmoid.dcm', sliceFile({ more: [...window, table([0, 9], 0)] }))
    expect(volumes[0].volume.window).toEqual({ center: 40, width: 400 })
    expect(warnings.join()).toContain('sigmoid')
  })
})

function swapped(words: Uint8Array): Buffer {
  return Buffer.from(words).swap16()
}

/** Elements in implicit little endian, with pixels behind them. */
function implicit(elements: readonly ElementSpec[], pixels: Uint8Array): Buffer {
  const sorted = [...elements].sort(([first], [second]) => (first < second ? -1 : 1))
  const parts = sorted.map((element) => {
    const explicit = Buffer.from(dataSetBytes([element]))
    const head = Buffer.alloc(8)
    explicit.copy(head, 0, 0, 4)
    head.writeUInt32LE(explicit.readUInt16LE(6), 4)
    return Buffer.concat([head, explicit.subarray(8)])
  })
  const pixelHead = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0, 0, 0, 0])
  pixelHead.writeUInt32LE(pixels.length, 4)
  return Buffer.concat([...parts, pixelHead, pixels])
}
