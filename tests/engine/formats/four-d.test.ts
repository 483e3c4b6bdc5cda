import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeHere } from '@engine/formats/decode-task'
import { openSeries } from '@engine/formats/open-series'
import { applyAffine } from '@engine/geometry/affine'
import { quietJob } from '@engine/job'
import { dataFile, dataFolder } from './shared-data'
import { sliceFile, type ElementSpec, type ImageSpec } from './make-dicom'

let folder: string
let made = 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-four-d-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes slices as one series in a folder of its own, in an order that helps nobody. */
function folderOf(slices: readonly ImageSpec[]): string {
  const home = join(folder, String(made++))
  mkdirSync(home)
  slices.forEach((spec, index) => {
    writeFileSync(join(home, `${(index * 7) % slices.length}.dcm`), sliceFile({ instance: index + 1, ...spec }))
  })
  return home
}

const at = (z: number, ...more: ElementSpec[]): ImageSpec => ({ position: [0, 0, z], more })

/** Label, number of slices and first value of every volume. */
async function volumes(slices: readonly ImageSpec[]): Promise<[label: string, slices: number, first: number][]> {
  const { series, problems } = await openSeries([folderOf(slices)], quietJob())
  expect(problems).toEqual([])
  return Promise.all(series.map(async ({ label, size, load }) => [label, size[2], (await load()).voxels[0]]))
}

async function warnings(slices: readonly ImageSpec[]): Promise<string> {
  const { series } = await openSeries([folderOf(slices)], quietJob())
  return series.flatMap((entry) => entry.warnings).join(' ')
}

describe('several slices at one place', () => {
  it('of diffusion: b-value, then direction', async () => {
    const diffusion = (b: number, direction?: readonly number[]): ElementSpec[] => [
      ['00189087', 'FD', [b]],
      ...(direction === undefined ? [] : [['00189089', 'FD', direction] as ElementSpec])
    ]
    const acquired = [diffusion(1000, [1, 0, 0]), diffusion(0), diffusion(1000, [0, 1, 0])]
    expect(await volumes(acquired.flatMap((moment) => [at(0, ...moment), at(4, ...moment)]))).toEqual([
      ['b = 0 s/mm²', 2, 300],
      ['b = 1000 s/mm², direction 1 of 2', 2, 500],
      ['b = 1000 s/mm², direction 2 of 2', 2, 100]
    ])
  })

  it('of diffusion by the vendors own elements', async () => {
    const siemens = (b: number): ElementSpec[] => [
      ['00190010', 'LO', 'SIEMENS MR HEADER'],
      ['0019100C', 'IS', String(b)]
    ]
    const ge = (b: number): ElementSpec[] => [
      ['00430010', 'LO', 'GEMS_PARM_01'],
      ['00431039', 'IS', `${1e9 + b}\\8\\0\\0`]
    ]
    for (const vendor of [siemens, ge]) {
      const labels = await volumes([0, 800].flatMap((b) => [at(0, ...vendor(b)), at(4, ...vendor(b))]))
      expect(labels.map(([label]) => label)).toEqual(['b = 0 s/mm²', 'b = 800 s/mm²'])
    }
  })

  it('of several echoes and times: both are named', async () => {
    const slices = [1, 2].flatMap((time) =>
      [30, 12.5].flatMap((echo) =>
        [0, 3].map((z) => at(z, ['00180081', 'DS', String(echo)], ['00200100', 'IS', String(time)]))
      )
    )
    expect((await volumes(slices)).map(([label]) => label)).toEqual([
      'echo 1 of 2 (12.5 ms), time 1 of 2',
      'echo 1 of 2 (12.5 ms), time 2 of 2',
      'echo 2 of 2 (30 ms), time 1 of 2',
      'echo 2 of 2 (30 ms), time 2 of 2'
    ])
  })

  it('of magnitude and phase', async () => {
    const kind = (letter: string): ElementSpec => ['00080008', 'CS', `ORIGINAL\\PRIMARY\\${letter}\\ND`]
    const slices = ['P', 'M'].flatMap((letter) => [at(0, kind(letter)), at(3, kind(letter))])
    expect((await volumes(slices)).map(([label]) => label)).toEqual(['magnitude image', 'phase image'])
  })

  it('of a time series that lacks one slice keep their own time', async () => {
    const slices = [1, 2, 3].flatMap((time) => [0, 3, 6].map((z) => at(z, ['00200100', 'IS', String(time)])))
    // Time 2 loses its last slice: by order alone, the third time would move up into the second.
    const { series } = await openSeries([folderOf(slices.filter((_, index) => index !== 5))], quietJob())
    expect(series.map(({ label, size }) => [label, size[2]])).toEqual([
      ['time 1 of 3', 3],
      ['time 2 of 3', 2],
      ['time 3 of 3', 3]
    ])
    // Instances 6 … 8 are time 3 once the gap is closed.
    expect((await series[2].load()).voxels[24]).toBe(800)
  })

  it('of a triggered series, where each slice has trigger times of its own, go by their order', async () => {
    const slices = [0, 3].flatMap((z) => [0, 1, 2].map((phase) => at(z, ['00181060', 'DS', String(100 * phase + z)])))
    expect(await volumes(slices)).toEqual([
      ['time 1 of 3', 2, 100],
      ['time 2 of 3', 2, 200],
      ['time 3 of 3', 2, 300]
    ])
  })

  it('that nothing tells apart are said to be so', async () => {
    expect(await volumes([at(0), at(3), at(3), at(6)])).toEqual([
      ['time 1 of 2', 3, 100],
      ['time 2 of 2', 1, 300]
    ])
    expect(await warnings([at(0), at(3), at(3), at(6)])).toContain('nothing in the files tells them apart')
  })
})

describe('slices thinner than a micrometre', () => {
  it('are slices, not times', async () => {
    const thin: ElementSpec[] = [
      ['00180050', 'DS', '0.0005'],
      ['00280030', 'DS', '0.0005\\0.0005']
    ]
    const slices = [0, 1, 2].map((k) => at(k * 0.0005, ...thin))
    expect(await volumes(slices)).toEqual([['', 3, 100]])
  })
})

describe('copies', () => {
  it('of a file count once, byte for byte, and it is said', async () => {
    const twice = [at(0), at(3), at(3)].map((spec, index) => ({ ...spec, instance: [1, 2, 2][index] }))
    expect(await volumes(twice)).toEqual([['', 2, 100]])
    expect(await warnings(twice)).toContain('1 file is a copy of another, byte for byte, and left out.')
  })

  it('that are none: a processed image that kept its UID stays beside the original', async () => {
    const values = Array.from({ length: 12 }, () => 7)
    const kept = { ...at(3), instance: 2 }
    const processed = [{ ...at(0), instance: 1 }, kept, { ...kept, values }]
    expect((await volumes(processed)).map(([label, count]) => [label, count])).toEqual([
      ['time 1 of 2', 2],
      ['time 2 of 2', 1]
    ])
    expect(await warnings(processed)).toContain('same instance UID although they differ')
  })

  it('that only claim to be one, with the same UID on different slices, all stay', async () => {
    const careless = [0, 3, 6].map((z) => at(z, ['00080018', 'UI', '1.2.3.9']))
    expect((await volumes(careless)).map(([, count]) => count)).toEqual([3])
    expect(await warnings(careless)).toContain('same instance UID although they differ')
  })
})

describe('slices that do not lie on a line', () => {
  it('are told by how much they are shifted', async () => {
    const shifted: ImageSpec[] = [0, 1, 2, 3].map((k) => ({ position: [k === 2 ? 1.5 : 0, 0, k * 3] }))
    expect(await warnings(shifted)).toContain('sideways against each other by up to 1.50 mm')
  })
})

describe('enhanced objects', () => {
  const frame = (z: number, values: readonly number[], ...more: ElementSpec[]): ElementSpec[] => [
    ['00209111', 'SQ', [[['00209157', 'UL', values], ['00209056', 'SH', '1'], ...more]]],
    ['00209113', 'SQ', [[['00200032', 'DS', `0\\0\\${z}`]]]]
  ]
  const shared: ElementSpec[] = [
    ['00209116', 'SQ', [[['00200037', 'DS', '1\\0\\0\\0\\1\\0']]]],
    ['00289110', 'SQ', [[['00280030', 'DS', '2\\1']]]]
  ]
  /** A one-row object whose frame f holds 10·f and 10·f + 1. */
  const enhanced = (frames: readonly ElementSpec[][], ...more: ElementSpec[]): ImageSpec => ({
    rows: 1,
    columns: 2,
    values: frames.flatMap((_, index) => [10 * index, 10 * index + 1]),
    more: [
      ['00280008', 'IS', String(frames.length)],
      ['52009229', 'SQ', [shared]],
      ['52009230', 'SQ', frames],
      ['00200032', 'DS', ''],
      ['00200037', 'DS', ''],
      ['00280030', 'DS', ''],
      ...more
    ]
  })

  it('are split by temporal position, each volume with its own frames', async () => {
    const time = (index: number): ElementSpec => ['00209128', 'UL', [index]]
    const spec = enhanced([
      frame(0, [1, 1], time(1)),
      frame(0, [2, 1], time(2)),
      frame(3, [1, 2], time(1)),
      frame(3, [2, 2], time(2))
    ])
    const { series } = await openSeries([folderOf([spec])], quietJob())
    expect(series.map(({ label, size }) => [label, size])).toEqual([
      ['time 1 of 2', [2, 1, 2]],
      ['time 2 of 2', [2, 1, 2]]
    ])
    expect([...(await series[1].load()).voxels]).toEqual([10, 11, 30, 31])
    expect(series[0].warnings.join()).not.toContain('differ')
  })

  it('are split by b-value from the diffusion macro', async () => {
    const diffusion = (b: number): ElementSpec => ['00189117', 'SQ', [[['00189087', 'FD', [b]]]]]
    const spec = enhanced([
      [...frame(0, []), diffusion(0)],
      [...frame(0, []), diffusion(700)]
    ])
    expect((await volumes([spec])).map(([label]) => label)).toEqual(['b = 0 s/mm²', 'b = 700 s/mm²'])
  })

  it('are split by a dimension of their own when no other word tells frames apart', async () => {
    // Pointers (group, element): In-Stack Position Number and a private dimension.
    const dimensions: ElementSpec = [
      '00209222',
      'SQ',
      [[['00209165', 'US', [0x0020, 0x9057]]], [['00209165', 'US', [0x0019, 0x1001]]]]
    ]
    const spec = enhanced([frame(0, [1, 1]), frame(3, [2, 1]), frame(0, [1, 2]), frame(3, [2, 2])], dimensions)
    expect(await volumes([spec])).toEqual([
      ['dimension 1 of 2', 2, 0],
      ['dimension 2 of 2', 2, 20]
    ])
  })

  it('in several files (a concatenation) are one volume', async () => {
    const spec = enhanced([frame(0, []), frame(3, [])])
    const rest = enhanced([frame(6, []), frame(9, [])])
    const { series } = await openSeries([folderOf([spec, rest])], quietJob())
    expect(series.map(({ size }) => size)).toEqual([[2, 1, 4]])
    expect([...(await series[0].load()).voxels]).toEqual([0, 1, 10, 11, 0, 1, 10, 11])
  })

  it('decode the frames of the volume that is wanted and no others', async () => {
    const time = (index: number): ElementSpec => ['00209128', 'UL', [index]]
    const spec = enhanced([0, 3, 6].flatMap((z, slice) => [1, 2].map((t) => frame(z, [t, slice + 1], time(t)))))
    const { series } = await openSeries([folderOf([spec])], quietJob())
    const asked: unknown[] = []
    const { decodeFile } = await import('@engine/formats/decode-task')
    const decode: typeof decodeFile = async (path, options) => {
      const content = await decodeFile(path, options)
      asked.push([options.frames, content.shape, content.volumes.length])
      return content
    }
    expect([...(await series[1].load({ decode })).voxels]).toEqual([10, 11, 30, 31, 50, 51])
    expect(asked).toEqual([[[1, 3, 5], [3, 1, 2], 0]])
  })

  it
    .skipIf(dataFolder === null)
    .each([
      'pydicom+pydicom-data/data_store/data/emri_small.dcm',
      'pydicom+pydicom-data/data_store/data/emri_small_RLE.dcm',
      'pydicom+pydicom-data/data_store/data/emri_small_big_endian.dcm',
      'pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm',
      'pydicom+pydicom-data/data_store/data/liver_nonbyte_aligned.dcm',
      'pydicom+pydicom/src/pydicom/data/test_files/SC_rgb_rle_16bit_2frame.dcm',
      'QIICR+dcmqi/data/segmentations/partial_overlaps.dcm',
      'cornerstonejs+dicomParser/testImages/encapsulated/multi-frame/CT0012.fragmented_no_bot_jpeg_ls.80.dcm'
    ])('%s: chosen frames are those of the whole file', async (name) => {
    const whole = await decodeHere(dataFile(name), {})
    const length = whole.values.length / whole.shape[0]
    const frames = [whole.shape[0] - 1, 0]
    const chosen = await decodeHere(dataFile(name), { frames })
    frames.forEach((frame, index) => {
      const expected = whole.values.subarray(frame * length, (frame + 1) * length)
      const there = chosen.values.subarray(index * length, (index + 1) * length)
      // Half a million values: compared as bytes.
      expect(Buffer.compare(bytesOf(there), bytesOf(expected))).toBe(0)
    })
    await expect(decodeHere(dataFile(name), { frames: [whole.shape[0]] })).rejects.toHaveProperty('code', 'bad-file')
  })

  it('show one slice at its place without the others', async () => {
    const { series } = await openSeries([folderOf([at(0), at(3), at(6)])], quietJob())
    const decoded: string[] = []
    const { decodeFile } = await import('@engine/formats/decode-task')
    const middle = await series[0].loadSlice(1, {
      decode: (path, options) => {
        decoded.push(path)
        return decodeFile(path, options)
      }
    })
    expect(decoded).toHaveLength(1)
    expect([middle.size, middle.voxels[0]]).toEqual([[4, 3, 1], 200])
    expect(applyAffine(middle.affine, [0, 0, 0])).toEqual([0, 0, 3])
    await expect(series[0].loadSlice(3)).rejects.toMatchObject({ code: 'bad-parameter' })
  })
})

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
