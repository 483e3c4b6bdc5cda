import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeHere } from '@engine/formats/decode-task'
import { loadVolume } from '@engine/formats/load'
import { dcm2pnm } from '../../support/checkers'
import { sliceFile, type ElementSpec } from './make-dicom'
import { content, refusal } from './outcome'
import { dataFile, dataFolder } from './shared-data'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-colours-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Elements of an 8-bit image. */
function eightBits(photometric: string, samples: number, pixels: readonly number[]): ElementSpec[] {
  return [
    ['00280002', 'US', [samples]],
    ['00280004', 'CS', photometric],
    ['00280100', 'US', [8]],
    ['00280101', 'US', [8]],
    ['00280102', 'US', [7]],
    ['00280103', 'US', [0]],
    ['7FE00010', 'OB', Uint8Array.from(pixels)]
  ]
}

function palette(descriptor: readonly number[], tables: readonly (readonly number[])[], first = 0x1201): ElementSpec[] {
  return tables.flatMap((table, colour): ElementSpec[] => [
    [`0028${(0x1101 + colour).toString(16)}`, 'US', descriptor],
    [`0028${(first + colour).toString(16)}`, 'OW', new Uint8Array(Uint16Array.from(table).buffer)]
  ])
}

async function shown(...more: ElementSpec[]): Promise<{ colours: number[]; photometric: string; warnings: string }> {
  const { volumes, warnings } = await content('colour.dcm', sliceFile({ rows: 1, columns: 4, more }))
  const { volume } = volumes[0]
  return { colours: [...volume.voxels], photometric: volume.photometric, warnings: warnings.join() }
}

describe('palettes', () => {
  const ramps = [
    [0x0000, 0x8000, 0xff00],
    [0x1000, 0x2000, 0x3000],
    [0xffff, 0x7fff, 0x0000]
  ]

  it('give a picture its colours; the values stay numbers of the palette, those outside take the ends', async () => {
    const more = [...eightBits('PALETTE COLOR', 1, [9, 10, 11, 200]), ...palette([3, 10, 16], ramps)]
    const { values, shape } = await content('palette.dcm', sliceFile({ rows: 1, columns: 4, more }))
    expect([[...values], shape]).toEqual([
      [9, 10, 11, 200],
      [1, 1, 4]
    ])
    const { colours, photometric, warnings } = await shown(...more)
    expect(photometric).toBe('RGB')
    expect(colours).toEqual([0, 16, 255, 0, 16, 255, 128, 32, 127, 255, 48, 0])
    expect(warnings).toContain('its colours are shown')
  })

  it('of 8-bit entries packed into words are unpacked', async () => {
    const packed = [0x0201, 0x0003].map((word) => word)
    const more = [...eightBits('PALETTE COLOR', 1, [0, 1, 2, 2]), ...palette([3, 0, 8], [packed, packed, packed])]
    expect((await shown(...more)).colours).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3])
  })

  it('given in segments are drawn out: listed, straight, repeated', async () => {
    // Listed 0x0000 0x0a00; a line of two steps to 0x0c00; the first run once more (it begins at byte 0).
    const segments = [0, 2, 0x0000, 0x0a00, 1, 2, 0x0c00, 2, 1, 0, 0]
    const more = [
      ...eightBits('PALETTE COLOR', 1, [1, 2, 3, 5]),
      ...palette([6, 0, 16], [segments, segments, segments], 0x1221)
    ]
    const { colours } = await shown(...more)
    expect(colours.filter((_, index) => index % 3 === 0)).toEqual([0x0a, 0x0b, 0x0c, 0x0a])
  })

  it('that are missing or cut leave the numbers, and it is said', async () => {
    for (const tables of [[], palette([300, 0, 16], ramps)]) {
      const { photometric, colours, warnings } = await shown(...eightBits('PALETTE COLOR', 1, [1, 2, 3, 4]), ...tables)
      expect([photometric, colours]).toEqual(['PALETTE', [1, 2, 3, 4]])
      expect(warnings).toContain('missing or damaged')
    }
  })

  it
    .skipIf(dataFolder === null)
    .each([
      'cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/TestPattern_Palette.dcm',
      'cornerstonejs+cornerstone3D/packages/dicomImageLoader/testImages/TestPattern_Palette_16.dcm',
      'pydicom+pydicom/src/pydicom/data/test_files/examples_palette.dcm',
      'pydicom+pydicom-data/data_store/data/OT-PAL-8-face.dcm'
    ])('%s has the colours that dcm2pnm gives it', async (name) => {
    const { volume } = await loadVolume(dataFile(name))
    const picture = join(folder, 'dcmtk.png')
    dcm2pnm(dataFile(name), picture)
    const twin = (await loadVolume(picture)).volume
    expect([volume.size, volume.samples]).toEqual([twin.size, 3])
    // Sixteen bits of dcmtk's picture are the two bytes of an entry; the screen shows the upper one.
    const upper = twin.bitsStored === 16 ? Uint8Array.from(twin.voxels, (value) => value >> 8) : twin.voxels
    expect(Buffer.compare(Buffer.from(volume.voxels), Buffer.from(upper))).toBe(0)
  })
})

describe('colour spaces', () => {
  it('YBR of the studio range becomes RGB: its black, white and primaries', async () => {
    // Pairs of pixels share their colours: Y1 Y2 Cb Cr. Black and white; then red of BT.601 (81, 90, 240).
    const pixels = [16, 235, 128, 128, 81, 81, 90, 240]
    const { colours, photometric } = await shown(...eightBits('YBR_PARTIAL_422', 3, pixels))
    expect(photometric).toBe('RGB')
    expect(colours.slice(0, 6)).toEqual([0, 0, 0, 255, 255, 255])
    colours.slice(6).forEach((value, index) => expect(Math.abs(value - [255, 0, 0][index % 3])).toBeLessThanOrEqual(1))
  })

  it.each(['HSV', 'ARGB', 'CMYK'])('%s is refused instead of shown in false colours', async (photometric) => {
    const pixels = new Array<number>(12).fill(7)
    const bytes = sliceFile({ rows: 1, columns: 4, more: eightBits(photometric, 3, pixels) })
    const fault = await refusal('foreign.dcm', bytes)
    expect([fault.code, fault.message.includes(photometric)]).toEqual(['unsupported-file', true])
  })

  it('YBR in 16 bits is refused as well', async () => {
    const more: ElementSpec[] = [
      ['00280002', 'US', [3]],
      ['00280004', 'CS', 'YBR_FULL'],
      ['7FE00010', 'OW', new Uint8Array(24)]
    ]
    expect((await refusal('wide.dcm', sliceFile({ rows: 1, columns: 4, more }))).message).toContain('16 bits')
  })

  it('grey that counts down from white keeps its values and says so', async () => {
    const { colours, photometric } = await shown(...eightBits('MONOCHROME1', 1, [0, 1, 254, 255]))
    expect([photometric, colours]).toEqual(['MONOCHROME1', [0, 1, 254, 255]])
  })

  it.skipIf(dataFolder === null)('one picture as RGB, full YBR and 4:2:2 looks alike', async () => {
    const files = [
      'pydicom+pydicom-data/data_store/data/SC_ybr_full_uncompressed.dcm',
      'pydicom+pydicom/src/pydicom/data/test_files/SC_ybr_full_422_uncompressed.dcm'
    ]
    const [full, shared] = await Promise.all(files.map((name) => decodeHere(dataFile(name), {})))
    expect(full.shape).toEqual(shared.shape)
    const apart = Array.from(full.values).reduce((sum, value, index) => sum + Math.abs(value - shared.values[index]), 0)
    expect(apart / full.values.length).toBeLessThan(2)
  })
})
