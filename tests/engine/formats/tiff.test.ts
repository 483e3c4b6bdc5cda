import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { asFault } from '@engine/fault'
import { decodeFile } from '@engine/formats/decode-task'
import { decodeSource } from '@engine/formats/decode-source'
import { readReport } from '@engine/formats/read-report'

const folder = fileURLToPath(new URL('../../fixtures/formats/tiff/', import.meta.url))

interface Expected {
  readonly shape: readonly number[]
  readonly sha256_f32le: string
  readonly min: number
  readonly max: number
  readonly slices?: number
  readonly parts?: number
  readonly colour?: boolean
  readonly spacing?: readonly number[]
  readonly rgbSha256?: string
}
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<string, Expected>

describe('TIFF files of other writers (tifffile, Pillow)', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report, content } = await readReport(folder + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual(['raster', facts.shape])
    expect([report.min, report.max]).toEqual([facts.min, facts.max])
    expect(report.sha256F32le).toBe(facts.sha256_f32le)
    const { volumes } = content!
    expect(volumes).toHaveLength(facts.parts ?? 1)
    const [{ volume }] = volumes
    expect([volume.samples, volume.size[2]]).toEqual([facts.colour === true ? 3 : 1, facts.slices ?? facts.parts ?? 1])
    if (facts.spacing !== undefined)
      facts.spacing.forEach((mm, axis) => expect(volume.spacingMm![axis]).toBeCloseTo(mm, 9))
    else expect(volume.spacingMm).toBeNull()
  })

  it('white-is-zero keeps its values and says so; a palette becomes its colours', async () => {
    const { volumes } = await decodeFile(`${folder}white-is-zero.tif`, {})
    expect(volumes[0].volume.photometric).toBe('MONOCHROME1')
    const palette = (await decodeFile(`${folder}palette.tif`, {})).volumes[0].volume
    const hash = createHash('sha256').update(palette.voxels as Uint8Array)
    expect(hash.digest('hex')).toBe(expected['palette.tif'].rgbSha256)
  })

  it('a print resolution is no pixel size, a measured one is, and both are said', async () => {
    expect((await decodeFile(`${folder}dpi-300.tif`, {})).warnings.join()).toContain('300 dpi, a print resolution')
    expect((await decodeFile(`${folder}resolution-cm.tif`, {})).warnings.join()).toContain('0.143 × 0.143 mm')
  })

  it('small versions of a page are left out, unlike pages are images of their own', async () => {
    expect((await decodeFile(`${folder}thumbnail.tif`, {})).warnings.join()).toContain('1 pages are small versions')
    const { volumes, warnings } = await decodeFile(`${folder}unlike-pages.tif`, {})
    expect(volumes.map(({ volume, label }) => [volume.size, label])).toEqual([
      [[4, 5, 2], 'part 1 of 2'],
      [[4, 9, 1], 'part 2 of 2']
    ])
    expect(warnings.join()).toContain('unlike')
  })

  it.each([
    ['refused-jpeg.tif', 'packed as JPEG'],
    ['refused-zstd.tif', 'Zstandard'],
    ['refused-complex.tif', 'complex numbers'],
    ['refused-turned.tif', 'turned or mirrored']
  ])('%s is refused by name', async (name, words) => {
    const { fault } = (await readReport(folder + name)).report
    expect([fault?.code, fault?.message]).toEqual(['unsupported-file', expect.stringContaining(words)])
    expect(fault?.message).toContain(name)
  })
})

type Field = readonly [tag: number, type: 3 | 4, ...values: number[]]

/** A little-endian TIFF of one page; values longer than four bytes follow the directory. */
function tiff(fields: readonly Field[], pixels: Uint8Array, next = 0): Uint8Array {
  const directoryAt = 8 + pixels.length
  const bytes = Buffer.alloc(directoryAt + 6 + fields.length * 12)
  bytes.write('II', 'latin1')
  bytes.writeUInt16LE(42, 2)
  bytes.writeUInt32LE(directoryAt, 4)
  bytes.set(pixels, 8)
  bytes.writeUInt16LE(fields.length, directoryAt)
  fields.forEach(([tag, type, ...values], index) => {
    const at = directoryAt + 2 + index * 12
    bytes.writeUInt16LE(tag, at)
    bytes.writeUInt16LE(type, at + 2)
    bytes.writeUInt32LE(values.length, at + 4)
    if (type === 3) bytes.writeUInt16LE(values[0], at + 8)
    else bytes.writeUInt32LE(values[0], at + 8)
  })
  bytes.writeUInt32LE(next, directoryAt + 2 + fields.length * 12)
  return bytes
}

function grey(width: number, height: number, packed: number, more: readonly Field[] = []): Field[] {
  const base: Field[] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [278, 4, height],
    [279, 4, packed]
  ]
  return [...base.filter(([tag]) => !more.some(([other]) => other === tag)), ...more]
}

async function refusal(bytes: Uint8Array): Promise<ReturnType<typeof asFault>> {
  const started = performance.now()
  const before = process.memoryUsage().rss
  const fault = await decodeSource({ path: '/nowhere/odd.tif', name: 'odd.tif', bytes }).then(
    () => null,
    (thrown: unknown) => asFault(thrown)
  )
  expect(fault, 'it was read').not.toBeNull()
  expect(fault!.message).toContain('odd.tif')
  expect(performance.now() - started).toBeLessThan(5000)
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20)
  return fault!
}

describe('broken and hostile TIFF', () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, index) => index)

  it('a page by hand is read, so that the faults below come from what was changed', async () => {
    const { values } = await decodeSource({ path: '', name: 'odd.tif', bytes: tiff(grey(4, 3, 12), pixels) })
    expect([...values]).toEqual([...pixels])
  })

  it.each<[string, Uint8Array, string, string]>([
    ['a list of pages that bites its tail', tiff(grey(4, 3, 12), pixels, 20), 'bad-image', 'never ends'],
    ['a page outside the file', tiff(grey(4, 3, 12), pixels, 99_999), 'bad-image', 'outside the file'],
    ['no width', tiff(grey(0, 3, 12), pixels), 'bad-image', 'size is missing'],
    ['pixels outside the file', tiff(grey(4, 3, 12, [[273, 4, 9000]]), pixels), 'bad-image', 'outside the file'],
    ['too few pixels', tiff(grey(4, 3, 6), pixels), 'bad-image', 'cut off'],
    ['fewer blocks than its size needs', tiff(grey(4, 3, 12, [[278, 4, 1]]), pixels), 'bad-image', '1 of the 3 blocks'],
    ['an absurd size', tiff(grey(2 ** 31, 2 ** 31, 12), pixels), 'too-large', 'more than can be held'],
    ['a gigabyte out of nothing', tiff(grey(32_768, 32_768, 12), pixels), 'too-large', 'more than can be held'],
    [
      'absurd tiles',
      tiff(
        grey(4, 3, 12, [
          [322, 4, 2 ** 20],
          [323, 4, 2 ** 20],
          [324, 4, 8],
          [325, 4, 12]
        ]),
        pixels
      ),
      'bad-image',
      'larger than its picture'
    ],
    ['strips of no rows', tiff(grey(4, 3, 12, [[278, 4, 0]]), pixels), 'bad-image', 'no size'],
    ['a fax', tiff(grey(4, 3, 12, [[259, 3, 4]]), pixels), 'unsupported-file', 'fax'],
    ['3 bits a sample', tiff(grey(4, 3, 12, [[258, 3, 3]]), pixels), 'unsupported-file', '3 bits'],
    ['half a header', Buffer.from('II*\0\x08\0'), 'bad-image', 'header']
  ])('refuses %s', async (_what, bytes, code, words) => {
    const fault = await refusal(bytes)
    expect([fault.code, fault.message]).toEqual([code, expect.stringContaining(words)])
  })

  it('thousands of pages that share one long field are refused before they fill the memory', async () => {
    const pages = 3000
    const shared = 100_000
    const page = 2 + 2 * 12 + 4
    const bytes = Buffer.alloc(8 + shared + pages * page)
    bytes.write('II', 'latin1')
    bytes.writeUInt16LE(42, 2)
    bytes.writeUInt32LE(8 + shared, 4)
    for (let index = 0; index < pages; index++) {
      const at = 8 + shared + index * page
      bytes.writeUInt16LE(2, at)
      for (const [entry, tag] of [273, 279].entries()) {
        bytes.writeUInt16LE(tag, at + 2 + entry * 12)
        bytes.writeUInt16LE(1, at + 4 + entry * 12)
        bytes.writeUInt32LE(shared, at + 6 + entry * 12)
        bytes.writeUInt32LE(8, at + 10 + entry * 12)
      }
      bytes.writeUInt32LE(index + 1 < pages ? at + page : 0, at + 26)
    }
    expect((await refusal(bytes)).message).toContain('over and over')
  })

  it('a strip that unpacks to more than its size is refused in little memory', async () => {
    const bomb = deflateSync(new Uint8Array(256 * 2 ** 20))
    const fault = await refusal(tiff(grey(4, 3, bomb.length, [[259, 3, 8]]), bomb))
    expect(fault.message).toContain('more than its size')
  })
})
