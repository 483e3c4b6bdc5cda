import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import {
  dataSetBytes,
  encapsulated,
  explicitLittleEndian,
  part10,
  sliceElements,
  sliceFile,
  withoutPixels,
  type ElementSpec
} from './make-dicom'
import { content, refusal } from './outcome'

const mebibyte = 2 ** 20

/** A slice file with elements replaced. */
function slice(...more: ElementSpec[]): Uint8Array {
  return sliceFile({ more })
}

/** A NIfTI-1 header; `shape` may lie. */
function niftiHeader(shape: readonly number[], datatype = 2): Uint8Array {
  const bytes = new Uint8Array(352)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, 348, true)
  view.setInt16(40, shape.length, true)
  shape.forEach((length, axis) => view.setInt16(42 + axis * 2, length, true))
  view.setInt16(70, datatype, true)
  for (let axis = 0; axis < 4; axis++) view.setFloat32(76 + axis * 4, 1, true)
  view.setFloat32(108, 352, true)
  bytes.set(Buffer.from('n+1\0'), 344)
  return bytes
}

/** A gibibyte of zeros is a megabyte of these blocks: made in no time, where packing it would take seconds. */
function deflatedZeros(mebibytes: number): Buffer {
  const block = deflateRawSync(new Uint8Array(mebibyte), { finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat([...new Array<Buffer>(mebibytes).fill(block), deflateRawSync(new Uint8Array(0))])
}

/** A gzip file of some bytes followed by zeros; its checksum is wrong, which only a reader of all of it would see. */
function gzipped(start: Uint8Array, mebibytes: number): Buffer {
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
  const packed = deflateRawSync(start, { finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat([head, packed, deflatedZeros(mebibytes), new Uint8Array(8)])
}

/** Seconds and growth of resident memory, in bytes, that some work takes; memory is looked at while it works. */
async function costOf(work: () => Promise<void>): Promise<{ growth: number; seconds: number }> {
  const before = process.memoryUsage.rss()
  const started = performance.now()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20)
  await work()
  clearInterval(watch)
  most = Math.max(most, process.memoryUsage.rss())
  return { growth: most - before, seconds: (performance.now() - started) / 1000 }
}

describe('bombs', () => {
  it('a deflated DICOM that unpacks to a gibibyte is refused, quickly and in little memory', async () => {
    const bomb = part10('1.2.840.10008.1.2.1.99', deflatedZeros(1024))
    const { growth, seconds } = await costOf(async () => {
      expect((await refusal('bomb.dcm', bomb)).code).toBe('too-large')
    })
    expect(seconds).toBeLessThan(10)
    expect(growth).toBeLessThan(300 * mebibyte)
  })

  it('a DICOM packed by gzip that unpacks to a gibibyte is refused like it', async () => {
    const bomb = gzipped(sliceFile(), 1024)
    const { growth, seconds } = await costOf(async () => {
      expect((await refusal('bomb.dcm.gz', bomb)).code).toBe('too-large')
    })
    expect(seconds).toBeLessThan(10)
    expect(growth).toBeLessThan(300 * mebibyte)
  })

  it('a gzip NIfTI that holds more than its header claims is read as far as it claims, and says so', async () => {
    const bomb = gzipped(niftiHeader([4, 4, 4]), 1024)
    const { growth } = await costOf(async () => {
      const { values, warnings } = await content('more.nii.gz', bomb)
      expect(values).toHaveLength(64)
      expect(warnings.join()).toContain('more bytes')
    })
    expect(growth).toBeLessThan(100 * mebibyte)
  })

  it('a gzip NIfTI that claims a gibibyte of zeros, and has it, is refused', async () => {
    const bomb = gzipped(niftiHeader([1024, 1024, 1024]), 1024)
    const { growth, seconds } = await costOf(async () => {
      expect((await refusal('full.nii.gz', bomb)).code).toBe('too-large')
    })
    expect(seconds).toBeLessThan(10)
    expect(growth).toBeLessThan(300 * mebibyte)
  })

  it('a gzip NIfTI that claims a gigabyte out of nothing is refused before unpacking', async () => {
    const bomb = gzipSync(niftiHeader([32767, 32767, 1, 1]))
    const fault = await refusal('claims.nii.gz', bomb)
    expect(['too-large', 'bad-image']).toContain(fault.code)
  })

  it('a PNG whose pixels unpack to more than its size says is refused', async () => {
    const honest = encode({ width: 8, height: 8, channels: 1, depth: 8, data: new Uint8Array(64) })
    const bomb = withIdat(honest, deflateSync(new Uint8Array(64 * mebibyte)))
    expect((await refusal('bomb.png', bomb)).message).toContain('more than its size')
  })

  it.each([
    ['NumberOfFrames', slice(['00280008', 'IS', '2147483647'])],
    ['Rows and Columns', slice(['00280010', 'US', [65535]], ['00280011', 'US', [65535]])],
    ['Rows as a 32-bit number', slice(['00280010', 'UL', [0xfffffff0]], ['00280011', 'UL', [0xfffffff0]])]
  ])('a DICOM with absurd %s is refused before anything is allocated', async (_what, bytes) => {
    const before = process.memoryUsage().rss
    const fault = await refusal('huge.dcm', bytes)
    expect(['too-large', 'bad-image']).toContain(fault.code)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * mebibyte)
  })

  it('a run-length coded DICOM cannot claim more than run lengths can hold', async () => {
    const elements = sliceElements({
      more: [
        ['00280010', 'US', [30000]],
        ['00280011', 'US', [30000]]
      ]
    })
    const frame = new Uint8Array(80)
    frame[0] = 2
    frame[4] = 64
    frame[8] = 72
    const bytes = Buffer.concat([dataSetBytes(withoutPixels(elements)), encapsulated([frame])])
    expect((await refusal('rle.dcm', part10('1.2.840.10008.1.2.5', bytes))).code).toBe('too-large')
  })
})

describe('broken DICOM', () => {
  it('20,000 nested sequences do not overflow the stack', async () => {
    const open = Buffer.from([
      0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff
    ])
    const nested = Buffer.concat(new Array<Buffer>(20_000).fill(open))
    const fault = await refusal('nested.dcm', part10(explicitLittleEndian, nested))
    expect(fault.message).toContain('nested too deeply')
  })

  it('200 nested sequences are nothing special', async () => {
    const open = Buffer.from([
      0x08, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff
    ])
    const close = Buffer.from([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])
    const nested = Buffer.concat([...new Array<Buffer>(200).fill(open), ...new Array<Buffer>(200).fill(close)])
    const rest = dataSetBytes(sliceElements().filter(([tag]) => tag > '00081140'))
    const file = part10(explicitLittleEndian, Buffer.concat([nested, rest]))
    expect((await content('deep.dcm', file)).values).toHaveLength(12)
  })

  it('a program in the preamble is told about; the picture is shown', async () => {
    const bytes = sliceFile()
    bytes.set(Buffer.from('MZ'), 0)
    expect((await content('polyglot.dcm', bytes)).warnings.join()).toContain('hold a program')
  })

  it('pixels cut off at the end are padded and said', async () => {
    const { values, warnings } = await content('cut.dcm', sliceFile().slice(0, -6))
    expect([...values.slice(-4)]).toEqual([108, 0, 0, 0])
    expect(warnings.join()).toContain('cut off')
  })

  it('a file that lacks most of its pixels is refused', async () => {
    expect((await refusal('half.dcm', sliceFile().slice(0, -20))).code).toBe('bad-image')
  })

  it.each([
    ['a header that ends in the middle', sliceFile().slice(0, 180), 'bad-file'],
    ['no pixels', part10(explicitLittleEndian, dataSetBytes(withoutPixels(sliceElements()))), 'no-pixels'],
    ['no rows', slice(['00280010', 'US', [0]]), 'bad-image'],
    ['words for a frame count', slice(['00280008', 'IS', 'many']), 'bad-image'],
    ['12 bits that do not fit in 8', slice(['00280100', 'US', [8]], ['00280101', 'US', [12]]), 'bad-image'],
    ['24 bits a sample', slice(['00280100', 'US', [24]]), 'unsupported-file'],
    ['four samples a pixel', slice(['00280002', 'US', [4]]), 'unsupported-file'],
    ['an unknown transfer syntax', part10('1.2.3.4.5', dataSetBytes(sliceElements())), 'unsupported-file'],
    ['MPEG', part10('1.2.840.10008.1.2.4.100', dataSetBytes(sliceElements())), 'unsupported-file'],
    [
      'compressed pixels without compression',
      part10('1.2.840.10008.1.2.4.90', dataSetBytes(sliceElements())),
      'bad-image'
    ]
  ])('%s', async (_what, bytes, code) => {
    expect((await refusal('broken.dcm', bytes)).code).toBe(code)
  })

  it('an unknown transfer syntax is named by its UID', async () => {
    const fault = await refusal('foreign.dcm', part10('1.2.3.4.5', dataSetBytes(sliceElements())))
    expect(fault.message).toContain('1.2.3.4.5')
  })

  it('more frames than compressed pieces is a message, not a guess', async () => {
    const elements = [...withoutPixels(sliceElements()), ['00280008', 'IS', '5'] as ElementSpec]
    const bytes = Buffer.concat([dataSetBytes(elements), encapsulated([new Uint8Array(80), new Uint8Array(80)])])
    expect((await refusal('frames.dcm', part10('1.2.840.10008.1.2.5', bytes))).message).toContain('5 frames')
  })

  it('a compressed picture of another size than the header is refused before it is decoded', async () => {
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0])
    const bytes = Buffer.concat([dataSetBytes(withoutPixels(sliceElements())), encapsulated([jpeg])])
    expect((await refusal('size.dcm', part10('1.2.840.10008.1.2.4.50', bytes))).message).toContain('65535 × 65535')
  })

  it('shared colours in rows of odd length are refused, not guessed', async () => {
    const odd: ElementSpec[] = [
      ['00280002', 'US', [3]],
      ['00280004', 'CS', 'YBR_FULL_422'],
      ['00280011', 'US', [3]],
      ['00280100', 'US', [8]],
      ['00280101', 'US', [8]],
      ['00280102', 'US', [7]],
      ['00280103', 'US', [0]]
    ]
    expect((await refusal('odd.dcm', slice(...odd))).code).toBe('unsupported-file')
  })

  it('zero spacing means pixel units', async () => {
    const { volumes } = await content('spacing.dcm', slice(['00280030', 'DS', '0\\0']))
    expect(volumes[0].volume.spacingMm).toBeNull()
    expect(volumes[0].warnings.join()).toContain('in pixels')
  })

  it('a rescale slope of zero is ignored and said', async () => {
    const { values, warnings } = await content('slope.dcm', slice(['00281052', 'DS', '0'], ['00281053', 'DS', '0']))
    expect(values[1]).toBe(101)
    expect(warnings.join()).toContain('slope')
  })
})

describe('broken NIfTI and arrays', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'empty'],
    ['a few bytes', Buffer.from('not an image'), 'does not begin'],
    ['nine dimensions', niftiHeader([1, 1, 1, 1, 1, 1, 1, 1, 1]), 'dimensions'],
    ['a negative size', niftiHeader([4, -4, 4]), 'size of'],
    ['an unknown data type', niftiHeader([4, 4, 4], 999), '999'],
    ['missing voxels', niftiHeader([4, 4, 4]), '0 of the 64 bytes']
  ])('%s', async (_what, bytes, words) => {
    expect((await refusal('broken.nii', bytes)).message).toContain(words)
  })

  it('a singular geometry is refused', async () => {
    const bytes = Buffer.concat([niftiHeader([2, 2, 2]), new Uint8Array(8)])
    bytes.writeInt16LE(1, 254)
    expect((await refusal('flat.nii', bytes)).message).toContain('span space')
  })

  it('a damaged gzip stream is refused', async () => {
    const packed = gzipSync(Buffer.concat([niftiHeader([16, 16, 16]), Buffer.alloc(4096, 7)]))
    packed[packed.length - 6] ^= 255
    expect((await refusal('crc.nii.gz', packed)).code).toBe('bad-file')
  })

  it('NaN voxels are counted', async () => {
    const voxels = new Uint8Array(Float32Array.of(1, NaN, 3, Infinity).buffer)
    const { warnings } = await content('holes.nii', Buffer.concat([niftiHeader([4, 1, 1], 16), voxels]))
    expect(warnings.join()).toContain('2 voxels are not numbers')
  })

  it('an NPY file with Python objects is refused', async () => {
    const words = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    const bytes = Buffer.concat([
      Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, words.length, 0]),
      Buffer.from(words)
    ])
    expect((await refusal('objects.npy', bytes)).code).toBe('unsupported-file')
  })
})

/** A PNG with its pixel chunk replaced. */
function withIdat(png: Uint8Array, packed: Uint8Array): Uint8Array {
  const at = Buffer.from(png).indexOf('IDAT') - 4
  const chunk = Buffer.alloc(12 + packed.length)
  chunk.writeUInt32BE(packed.length, 0)
  chunk.write('IDAT', 4)
  chunk.set(packed, 8)
  return Buffer.concat([
    png.subarray(0, at),
    chunk,
    Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])
  ])
}
