import { describe, expect, it } from 'vitest'
import { decodeSource } from '@engine/formats/decode-source'
import type { ImageContent } from '@engine/formats/format'
import {
  dataSetBytes,
  encapsulated,
  part10,
  sliceElements,
  sliceFile,
  withoutPixels,
  type ElementSpec
} from './make-dicom'

function decode(bytes: Uint8Array): Promise<ImageContent> {
  return decodeSource({ path: '/nowhere/odd.dcm', name: 'odd.dcm', bytes })
}

describe('odd but whole DICOM', () => {
  it('bytes written as big-endian words come in order, the last one too', async () => {
    const swapped = Uint8Array.of(2, 1, 4, 3, 6, 5, 8, 7, 0, 9)
    const elements = sliceElements({ rows: 3, columns: 3 })
    const bytes = bigEndian(
      elements.filter(([tag]) => !['7FE00010', '00280100', '00280101', '00280102', '00280103'].includes(tag)),
      swapped
    )
    const { values } = await decode(part10('1.2.840.10008.1.2.2', bytes))
    expect([...values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('a file without preamble, and one without any header, are opened and said', async () => {
    const whole = sliceFile()
    for (const bytes of [whole.slice(128), whole.slice(132), dataSetBytes(sliceElements())]) {
      const { values, warnings } = await decode(bytes)
      expect(values[3]).toBe(103)
      expect(warnings.join()).toContain('lacks')
    }
  })

  it('bits above the stored ones are cleared, the sign is kept', async () => {
    const more: ElementSpec[] = [
      ['00280101', 'US', [12]],
      ['00280102', 'US', [11]]
    ]
    const values = [0x7001, 0x0fff, 0x0800, 0x07ff, 0, 1, 2, 3, 4, 5, 6, 7]
    const read = await decode(sliceFile({ values, more }))
    expect([...read.values.slice(0, 4)]).toEqual([1, -1, -2048, 2047])
  })

  it('samples that end below the top bit are shifted down', async () => {
    const more: ElementSpec[] = [
      ['00280101', 'US', [12]],
      ['00280102', 'US', [15]],
      ['00280103', 'US', [0]]
    ]
    const read = await decode(sliceFile({ values: [0x1230, 0x7ff0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], more }))
    expect([...read.values.slice(0, 2)]).toEqual([0x123, 0x7ff])
  })

  it('fractional rescaling is computed in float64 and rounded once', async () => {
    const more: ElementSpec[] = [
      ['00281052', 'DS', '-0.1'],
      ['00281053', 'DS', '0.3']
    ]
    const { values } = await decode(sliceFile({ more }))
    expect(values).toBeInstanceOf(Float32Array)
    expect(values[7]).toBe(Math.fround(107 * 0.3 - 0.1))
  })

  it('a whole intercept keeps 16-bit values, with HU as the unit of CT', async () => {
    const more: ElementSpec[] = [
      ['00281052', 'DS', '-1024'],
      ['00281053', 'DS', '1']
    ]
    const { values, volumes } = await decode(sliceFile({ more }))
    expect(values).toBeInstanceOf(Int16Array)
    expect(values[0]).toBe(-924)
    expect(volumes[0].volume.unit).toBe('HU')
  })

  it('a modality table is looked up, its ends hold beyond it', async () => {
    const table: ElementSpec[] = [
      ['00283002', 'US', [3, 101, 16]],
      ['00283006', 'US', [500, 600, 700]]
    ]
    const { values } = await decode(sliceFile({ more: [['00283000', 'SQ', [table]]] }))
    expect([...values.slice(0, 6)]).toEqual([500, 500, 600, 700, 700, 700])
  })

  it.each([
    ['an offset table', [0, 96]],
    ['no table, but equal counts', []]
  ])('frames in pieces are put together by %s', async (_what, offsets) => {
    const frame = (value: number): Uint8Array => runLengths(value)
    const pieces = offsets.length > 0 ? [frame(1).slice(0, 40), frame(1).slice(40), frame(2)] : [frame(1), frame(2)]
    const table = offsets.length > 0 ? [0, 16 + frame(1).length] : []
    const elements = [...withoutPixels(sliceElements()), ['00280008', 'IS', '2'] as ElementSpec]
    const bytes = Buffer.concat([dataSetBytes(elements), encapsulated(pieces, table)])
    const { values, shape } = await decode(part10('1.2.840.10008.1.2.5', bytes))
    expect(shape).toEqual([2, 3, 4])
    expect([values[0], values[11], values[12], values[23]]).toEqual([257, 257, 514, 514])
  })
})

/** One run-length coded 16-bit frame of 12 pixels whose bytes are all `value`. */
function runLengths(value: number): Uint8Array {
  const frame = new Uint8Array(68)
  const view = new DataView(frame.buffer)
  view.setUint32(0, 2, true)
  view.setUint32(4, 64, true)
  view.setUint32(8, 66, true)
  frame.set([257 - 12, value, 257 - 12, value], 64)
  return frame
}

/** Elements as explicit big endian, with 8-bit pixels as words. */
function bigEndian(elements: readonly ElementSpec[], pixels: Uint8Array): Uint8Array {
  const bits: ElementSpec[] = [
    ['00280100', 'US', [8]],
    ['00280101', 'US', [8]],
    ['00280102', 'US', [7]],
    ['00280103', 'US', [0]]
  ]
  const swap = ([tag, vr, value]: ElementSpec): Buffer => {
    const element = Buffer.from(dataSetBytes([[tag, vr, value]]))
    element.subarray(0, 4).swap16()
    element.subarray(6, 8).swap16()
    if (vr === 'US') element.subarray(8).swap16()
    return element
  }
  const head = Buffer.from([0x7f, 0xe0, 0x00, 0x10, 0x4f, 0x57, 0, 0, 0, 0, 0, pixels.length])
  return Buffer.concat([...[...elements, ...bits].sort(([a], [b]) => (a < b ? -1 : 1)).map(swap), head, pixels])
}
