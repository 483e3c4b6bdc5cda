import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { asFault, type Fault } from '@engine/fault'
import { decodeFile } from '@engine/formats/decode-task'
import { decodeSource } from '@engine/formats/decode-source'
import type { ImageContent } from '@engine/formats/format'
import { loadVolume } from '@engine/formats/load'
import { readReport } from '@engine/formats/read-report'
import { dataFile, dataFolder } from './shared-data'

const folder = fileURLToPath(new URL('../../fixtures/formats/nrrd/', import.meta.url))

interface Expected {
  readonly shape: readonly number[]
  readonly sha256_f32le: string
  readonly min: number
  readonly max: number
  readonly volumes: number
  readonly affine?: readonly (readonly number[])[]
  readonly volumeSums?: readonly number[]
  readonly segments?: readonly { name: string; value: number; layer: number; voxels: number }[]
}
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<string, Expected>

describe('NRRD files of other writers (pynrrd, SimpleITK, slicerio)', () => {
  it.each(Object.entries(expected))('%s', async (name, facts) => {
    const { report } = await readReport(folder + name)
    expect(report.fault).toBeUndefined()
    expect([report.kind, report.shape]).toEqual(['other', facts.shape])
    expect(report.sha256F32le).toBe(facts.sha256_f32le)
    expect([report.min, report.max]).toEqual([facts.min, facts.max])
    const { volumes } = await decodeFile(folder + name, {})
    expect(volumes).toHaveLength(facts.volumes)
    if (facts.affine === undefined) return
    const flat = report.affine!.flat()
    facts.affine.flat().forEach((value, index) => expect(flat[index]).toBeCloseTo(value, 10))
    expect(volumes[0].volume.affine.slice(0, 16)).toEqual(flat)
  })

  it.each(['ras-list-first.nrrd', 'ras-list-last.nrrd', 'itk-vector.nrrd'])(
    '%s: each volume holds its own voxels in their places',
    async (name) => {
      const { volumes } = await decodeFile(folder + name, {})
      const sums = volumes.map(({ volume }) =>
        Array.from(volume.voxels).reduce((sum, value, index) => sum + value * (index + 1), 0)
      )
      sums.forEach((sum, index) => expect(sum).toBeCloseTo(expected[name].volumeSums![index], 4))
      expect(new Set(volumes.map(({ label }) => label)).size).toBe(volumes.length)
    }
  )

  it('colour is colour, two axes are a picture', async () => {
    const { volume } = await loadVolume(`${folder}itk-rgb-2d.nrrd`)
    expect([volume.samples, volume.size, volume.photometric]).toEqual([3, [4, 3, 1], 'RGB'])
    const plain = await loadVolume(`${folder}plain-2d.nrrd`)
    expect([plain.volume.size, plain.volume.spacingMm, plain.volume.oriented]).toEqual([
      [6, 5, 1],
      [0.2, 0.3, 1],
      false
    ])
  })

  it('a Slicer segmentation names its segments, also those that overlap', async () => {
    const name = 'slicer-layers.seg.nrrd'
    const { labels, volumes } = await decodeFile(folder + name, {})
    const found = labels!.map(({ name, value, volume: layer }) => {
      const voxels = Array.from(volumes[layer].volume.voxels).filter((voxel) => voxel === value).length
      return { name, value, layer, voxels }
    })
    expect(found).toEqual(expected[name].segments)
  })

  it('an unused measurement frame is said', async () => {
    const { warnings } = await decodeFile(`${folder}ras-frame.nrrd`, {})
    expect(warnings.join()).toContain('measurement frame')
  })

  it('bzip2 is refused by name', async () => {
    const { report } = await readReport(`${folder}ras-bzip2.nrrd`)
    expect([report.kind, report.fault?.code]).toEqual(['other', 'unsupported-file'])
    expect(report.fault?.message).toContain('bzip2')
    expect(report.fault?.hint).toContain('gzip')
  })
})

const plainHeader = ['type: uint8', 'dimension: 3', 'sizes: 2 2 2', 'encoding: raw']

function nrrd(lines: readonly string[], voxels: Uint8Array = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])): Uint8Array {
  return Buffer.concat([Buffer.from(['NRRD0004', ...lines, '', ''].join('\n')), voxels])
}

const decode = (bytes: Uint8Array): Promise<ImageContent> =>
  decodeSource({ path: '/nowhere/odd.nrrd', name: 'odd.nrrd', bytes })

async function refusal(bytes: Uint8Array): Promise<Fault> {
  const fault = await decode(bytes).then(
    () => null,
    (thrown: unknown) => asFault(thrown)
  )
  expect(fault, 'it was read').not.toBeNull()
  expect(fault!.message).toContain('odd.nrrd')
  return fault!
}

const withLine = (...lines: string[]): string[] => [...plainHeader, ...lines]
const without = (field: string): string[] => plainHeader.filter((line) => !line.startsWith(field))

describe('NRRD by hand', () => {
  it('skips lines and bytes, counts from the end, reads hex and Windows line ends', async () => {
    const voxels = [1, 2, 3, 4, 5, 6, 7, 8]
    const body = Uint8Array.from(voxels)
    const junk = Buffer.concat([Buffer.from('a line\nxyz'), body])
    expect([...(await decode(nrrd(withLine('line skip: 1', 'byte skip: 3'), junk))).values]).toEqual(voxels)
    expect([...(await decode(nrrd(withLine('byte skip: -1'), junk))).values]).toEqual(voxels)
    const hex = Buffer.from('0102 0304\n05060708')
    expect([...(await decode(nrrd([...without('encoding'), 'encoding: hex'], hex))).values]).toEqual(voxels)
    const windows = Buffer.concat([Buffer.from(['NRRD0005', ...plainHeader, '', ''].join('\r\n')), body])
    expect([...(await decode(windows)).values]).toEqual(voxels)
    expect([...(await decode(gzipSync(nrrd(plainHeader)))).values]).toEqual(voxels)
  })

  it('lengths in centimetres become millimetres, and it is said', async () => {
    const placed = ['space: LPS', 'space directions: (0.1,0,0) (0,0.1,0) (0,0,0.5)', 'space units: "cm" "cm" "cm"']
    const { volumes, warnings } = await decode(nrrd(withLine(...placed, 'space origin: (1,2,3)')))
    expect(volumes[0].volume.spacingMm).toEqual([1, 1, 5])
    expect(volumes[0].volume.affine.filter((_, index) => index % 4 === 3)).toEqual([10, 20, 30, 1])
    expect(warnings.join()).toContain('another unit')
  })

  it.each<[string, Uint8Array, string, string]>([
    ['voxels outside the folder', nrrd(withLine('data file: ../../secret.raw')), 'bad-file', 'outside its own folder'],
    ['voxels by absolute path', nrrd(withLine('data file: /etc/hostname')), 'bad-file', 'outside its own folder'],
    ['voxels in a sub-folder', nrrd(withLine('data file: sub/x.raw')), 'bad-file', 'outside its own folder'],
    ['missing voxel file', nrrd(withLine('data file: gone.raw')), 'bad-image', 'missing'],
    ['too few voxels', nrrd(plainHeader, new Uint8Array(5)), 'bad-image', '5 of the 8 bytes'],
    [
      'absurd size',
      nrrd([...without('sizes'), 'sizes: 99999999 99999999 99999']),
      'too-large',
      'more than can be held'
    ],
    ['negative size', nrrd([...without('sizes'), 'sizes: -2 2 2']), 'bad-image', 'size'],
    ['sizes against dimension', nrrd([...without('sizes'), 'sizes: 2 4']), 'bad-image', 'do not agree'],
    ['no type', nrrd(without('type')), 'bad-image', 'no type'],
    ['block', nrrd([...without('type'), 'type: block']), 'unsupported-file', 'blocks'],
    ['no byte order', nrrd([...without('type'), 'type: short'], new Uint8Array(16)), 'bad-image', 'byte order'],
    ['complex', nrrd(withLine('kinds: complex domain domain')), 'unsupported-file', 'complex'],
    [
      'flat geometry',
      nrrd(withLine('space: LPS', 'space directions: (1,0,0) (1,0,0) (0,0,1)', 'space origin: (0,0,0)')),
      'bad-image',
      'does not span space'
    ],
    ['endless pattern', nrrd(withLine('data file: x%03d.raw 1 99999999 1')), 'bad-image', 'no end'],
    ['pattern that never moves', nrrd(withLine('data file: x%03d.raw 1 2 0')), 'bad-image', 'no end'],
    ['a stray line', nrrd(withLine('what is this')), 'bad-image', 'neither a field nor a key']
  ])('refuses %s', async (_what, bytes, code, words) => {
    const fault = await refusal(bytes)
    expect([fault.code, fault.message]).toEqual([code, expect.stringContaining(words)])
  })

  it('a link among the voxel files that leads out of the folder is not followed', async () => {
    const place = mkdtempSync(join(tmpdir(), 'saliscope-nrrd-'))
    mkdirSync(join(place, 'in'))
    writeFileSync(join(place, 'secret.raw'), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
    symlinkSync(join(place, 'secret.raw'), join(place, 'in', 'x.raw'))
    writeFileSync(join(place, 'in', 'x.nhdr'), `NRRD0004\n${withLine('data file: x.raw').join('\n')}\n`)
    expect((await readReport(join(place, 'in', 'x.nhdr'))).report.fault?.message).toContain('outside its own folder')
    writeFileSync(join(place, 'in', 'a1.raw'), Uint8Array.of(1, 2, 3, 4))
    writeFileSync(join(place, 'in', 'a2.raw'), Uint8Array.of(5, 6, 7, 8))
    writeFileSync(
      join(place, 'in', 'list.nhdr'),
      `NRRD0004\n${plainHeader.join('\n')}\ndata file: LIST\na1.raw\na2.raw\n`
    )
    writeFileSync(join(place, 'in', 'run.nhdr'), `NRRD0004\n${withLine('data file: a%d.raw 1 2 1').join('\n')}\n`)
    for (const name of ['list.nhdr', 'run.nhdr'])
      expect([...(await decodeFile(join(place, 'in', name), {})).values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    rmSync(place, { recursive: true })
  })

  it('notices a wrong gzip checksum', async () => {
    const packed = gzipSync(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]))
    packed[packed.length - 6] ^= 0x55
    const bytes = nrrd([...without('encoding'), 'encoding: gzip'], packed)
    expect((await refusal(bytes)).message).toContain('damaged')
  })
})

describe.skipIf(dataFolder === null)('NRRD label images of dcmqi', () => {
  it('hold the labels of the DICOM segmentation made from them', async () => {
    const { volume } = await loadVolume(dataFile('QIICR+dcmqi/data/segmentations/24x38x3/nrrd/label.nrrd'))
    expect(volume.size).toEqual([24, 38, 3])
    const seg = await decodeFile(dataFile('QIICR+dcmqi/data/segmentations/24x38x3/seg/label.seg'), {})
    const inside = (voxels: ArrayLike<number>): number => Array.from(voxels).filter((value) => value !== 0).length
    expect(inside(volume.voxels)).toBe(inside(seg.values))
    expect(inside(volume.voxels)).toBeGreaterThan(0)
  })
})
