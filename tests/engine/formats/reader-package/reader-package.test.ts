import { createHash, createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync, zipSync, type Zippable } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { asFault } from '@engine/fault'
import { packedVoxels, readReadingPackage, volumeOfPacked } from '@engine/formats/reader-package/read-package'
import { writeAssignment } from '@engine/formats/reader-package/write-package'
import type { Volume } from '@engine/geometry/volume'
import { randomStream } from '@engine/tensor/random'

const folder = mkdtempSync(join(tmpdir(), 'package-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

const markers = ['DOE^JANE', '1.2.840.99.7', 'ward 7', 'opacity-label', 'grad-cam']
const volume = (type: 'int16' | 'uint8' | 'float32', seed: number): Volume => {
  const random = randomStream(seed)
  const values = Array.from({ length: 12 * 10 * 2 }, () => Math.floor(random.uniform() * 200))
  const Type = { int16: Int16Array, uint8: Uint8Array, float32: Float32Array }[type]
  return {
    voxels: Type.from(values as number[]) as Int16Array,
    size: [12, 10, 2],
    samples: 1,
    affine: [0.5, 0, 0, -7, 0, 0.25, 0, 3, 0, 0, 4, 11, 0, 0, 0, 1],
    spacingMm: [0.5, 0.25, 4],
    oriented: true,
    patientOrientation: ['L', 'P'],
    frameOfReference: markers[1],
    sources: [{ sopInstanceUid: markers[1], frame: 0 }],
    unit: 'HU',
    photometric: 'MONOCHROME1',
    bitsStored: 12,
    window: { center: 40, width: 400 }
  }
}
const volumes = [volume('int16', 1), volume('uint8', 2), volume('float32', 3)]
const words = {
  study: { id: 'opacity-1', title: 'Opacity-1' },
  reader: { id: 'r2', name: 'Reader 2' },
  seed: 42,
  listedOnly: false,
  askCertainty: true,
  idleSeconds: 30,
  segments: [{ name: 'Opacity', colour: '#5fd7ea', code: null }],
  readings: [2, 0, 1, 2],
  returnKey: 'ab'.repeat(32)
}
const write = (name: string) =>
  writeAssignment(at(name), words, { images: volumes.map((one) => ({ modality: 'CT', load: async () => one })) })
const refusal = (name: string) =>
  readReadingPackage(at(name)).then(
    () => null,
    (thrown: unknown) => asFault(thrown).report()
  )

/** Seals any archive the way the product does, so that what is inside is all that is wrong with it. */
function seal(name: string, entries: Zippable, patch: (bytes: Buffer) => Buffer = (bytes) => bytes): void {
  const zip = Buffer.from(zipSync(entries))
  zip.writeUInt16LE(138, zip.length - 2)
  const sealed = patch(Buffer.concat([zip, Buffer.from('SALISCOPE1')]))
  writeFileSync(
    at(name),
    Buffer.concat([
      sealed,
      Buffer.from(
        createHash('sha256').update(sealed).digest('hex') +
          createHmac('sha256', 'saliscope assignment').update(sealed).digest('hex')
      )
    ])
  )
}
const contents = (name: string): Record<string, Uint8Array> => unzipSync(readFileSync(at(name)))
const manifestOf = (name: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(contents(name)['manifest.json']).toString()) as Record<string, unknown>
const withManifest = (change: object): Record<string, Uint8Array> => ({
  ...contents('a.reading'),
  'manifest.json': Buffer.from(JSON.stringify({ ...manifestOf('a.reading'), ...change }))
})

describe('a package for a reader', async () => {
  await write('a.reading')

  test('brings back every voxel with its geometry, and no word of the source', async () => {
    const opened = await readReadingPackage(at('a.reading'))
    if (opened.kind !== 'assignment') throw new Error('no assignment')
    const { manifest, zip } = opened
    expect(manifest.readings).toEqual([2, 0, 1, 2])
    volumes.forEach((source, index) => {
      const back = volumeOfPacked(manifest.images[index], packedVoxels(zip, manifest.images[index], index))
      expect(back.voxels).toEqual(source.voxels)
      expect({ ...back, voxels: 0 }).toEqual({
        ...source,
        voxels: 0,
        atDetector: false,
        frameOfReference: null,
        sources: undefined
      })
    })
    const plain = Object.values(contents('a.reading')).map((bytes) => Buffer.from(bytes).toString('latin1'))
    for (const marker of markers)
      for (const text of [readFileSync(at('a.reading'), 'latin1'), ...plain]) expect(text).not.toContain(marker)
  })

  test('is the same file whenever it is made', async () => {
    await write('again.reading')
    expect(readFileSync(at('again.reading')).equals(readFileSync(at('a.reading')))).toBe(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('is refused with a sentence whichever byte is changed, and wherever it is cut', async () => {
    const whole = readFileSync(at('a.reading'))
    const random = randomStream(9)
    const places = new Set([
      0,
      1,
      whole.length - 1,
      whole.length - 64,
      whole.length - 65,
      whole.length - 128,
      whole.length - 129
    ])
    for (let round = 0; round < 400; round++) places.add(random.integer(whole.length))
    for (const place of places) {
      const changed = Buffer.from(whole)
      changed[place] ^= 1 + random.integer(255)
      writeFileSync(at('changed.reading'), changed)
      const fault = await refusal('changed.reading')
      expect(fault?.code, String(place)).toMatch(/bad-file|unsupported-file/)
      expect(fault?.message).toMatch(/changed after it was saved|its end is missing/)
    }
    for (const length of [0, 1, 100, whole.length - 1, whole.length - 200]) {
      writeFileSync(at('cut.reading'), whole.subarray(0, length))
      expect((await refusal('cut.reading'))?.message).toMatch(/its end is missing/)
    }
  })

  test.each<[string, () => void, RegExp]>([
    [
      'a path out of the package',
      () => seal('x', { ...contents('a.reading'), '../../etc/cron.d/x': Buffer.from('x') }),
      /does not belong/
    ],
    ['an absolute path', () => seal('x', { ...contents('a.reading'), '/tmp/x': Buffer.from('x') }), /does not belong/],
    [
      'a Windows path',
      () => seal('x', { ...contents('a.reading'), 'images\\..\\x.raw': Buffer.from('x') }),
      /does not belong/
    ],
    [
      'a missing list of contents',
      () => seal('x', { 'images/000001.raw': Buffer.from('x') }),
      /manifest\.json is missing/
    ],
    [
      'a missing image',
      () =>
        seal('x', Object.fromEntries(Object.entries(contents('a.reading')).filter(([name]) => !name.includes('2')))),
      /image 2 is missing/
    ],
    [
      'an image of another size',
      () => seal('x', { ...contents('a.reading'), 'images/000002.raw': Buffer.alloc(99) }),
      /not as large as it says/
    ],
    [
      'an image that claims 4 billion voxels a side',
      () =>
        seal(
          'x',
          withManifest({
            images: [{ ...(manifestOf('a.reading').images as object[])[0], size: [65535, 65535, 65535] }],
            readings: [0]
          })
        ),
      /larger than 4 GiB/
    ],
    [
      'a size that is no number',
      () =>
        seal(
          'x',
          withManifest({ images: [{ ...(manifestOf('a.reading').images as object[])[0], size: [1e9, 2, -1] }] })
        ),
      /images\.0\.size/
    ],
    [
      'an affine of text',
      () =>
        seal(
          'x',
          withManifest({
            images: [{ ...(manifestOf('a.reading').images as object[])[0], affine: Array(16).fill('a') }]
          })
        ),
      /images\.0\.affine/
    ],
    ['a key nobody writes', () => seal('x', withManifest({ label: 'opacity' })), /not what this version writes/],
    ['a reading without an image', () => seal('x', withManifest({ readings: [7] })), /a reading has no image/],
    ['a list of contents that is not JSON', () => seal('x', { 'manifest.json': Buffer.from('{"kind":') }), /not JSON/],
    [
      'a bomb: a list that unpacks to 66 MiB',
      () => seal('x', { 'manifest.json': Buffer.alloc(66 * 2 ** 20, 32) }),
      /more than can be held/
    ],
    [
      'a bomb that claims to be small',
      () =>
        seal('x', { ...contents('a.reading'), 'images/000002.raw': Buffer.alloc(2 ** 20) }, (bytes) => {
          const central = bytes.lastIndexOf('images/000002.raw') - 46
          bytes.writeUInt32LE(240, central + 24)
          return bytes
        }),
      /unpacks to more than it claims|claims more/
    ]
  ])('%s is refused', async (_, make, words) => {
    make()
    const before = process.memoryUsage().rss
    const fault = await refusal('x').then(async (found) => found ?? (await openAll('x')))
    expect(fault?.message).toMatch(words)
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20)
  })
})

/** Unpacks every image of a package that opened; the refusal, when there is one. */
async function openAll(name: string): Promise<{ message: string } | null> {
  try {
    const opened = await readReadingPackage(at(name))
    if (opened.kind === 'assignment')
      opened.manifest.images.forEach((image, index) => packedVoxels(opened.zip, image, index))
    return null
  } catch (thrown) {
    return asFault(thrown).report()
  }
}
