import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadVolume } from '@engine/formats/load'
import { loadSeries, loadVolumes } from '@engine/formats/load-series'
import { openSeries } from '@engine/formats/open-series'
import { indexStudies } from '@engine/formats/study/study-index'
import { applyAffine, invertAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { quietJob } from '@engine/job'
import { dataSetBytes, explicitLittleEndian, part10, sliceFile, type ElementSpec, type ImageSpec } from './make-dicom'
import { dataFile, dataFolder } from './shared-data'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-series-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes slices as one folder; file names run against the order of positions. */
function series(name: string, slices: readonly ImageSpec[]): string[] {
  const home = join(folder, name)
  mkdirSync(home)
  return slices.map((spec, index) => {
    const path = join(home, `${String(slices.length - index).padStart(3, '0')}.dcm`)
    writeFileSync(path, sliceFile({ instance: index + 1, ...spec }))
    return path
  })
}

const at = (z: number, more: Partial<ImageSpec> = {}): ImageSpec => ({ position: [0, 0, z], ...more })

async function only(paths: readonly string[]): Promise<{ volume: Volume; warnings: readonly string[]; label: string }> {
  const { volumes, problems } = await loadVolumes(paths)
  expect(problems).toEqual([])
  expect(volumes).toHaveLength(1)
  return volumes[0]
}

describe('slices of one series', () => {
  it('are sorted by position, not by name or number', async () => {
    const { volume } = await only(series('shuffled', [at(10), at(0), at(5)]))
    expect(volume.size).toEqual([4, 3, 3])
    expect([volume.voxels[0], volume.voxels[12], volume.voxels[24]]).toEqual([200, 300, 100])
    expect(volume.spacingMm).toEqual([0.5, 0.5, 5])
    expect(applyAffine(volume.affine, [2, 1, 2])).toEqual([1, 0.5, 10])
  })

  it('of unequal size become volumes of their own, and it is said', async () => {
    const { volumes } = await loadVolumes(series('sizes', [at(0), at(5), at(10, { rows: 2, columns: 2 })]))
    expect(volumes.map(({ volume }) => volume.size)).toEqual([
      [4, 3, 2],
      [2, 2, 1]
    ])
    expect(volumes[0].warnings.join()).toContain('shown as 2 volumes')
  })

  it('of unequal orientation or pixel spacing are never joined', async () => {
    const turned = at(10, { orientation: [0, 1, 0, 0, 0, -1] })
    const wider = at(15, { spacing: [0.6, 0.6] })
    const { volumes } = await loadVolumes(series('turned', [at(0), at(5), turned, wider]))
    expect(volumes.map(({ volume, label }) => [volume.size[2], label])).toEqual([
      [2, 'part 1 of 3, axial'],
      [1, 'part 2 of 3, sagittal'],
      [1, 'part 3 of 3, axial']
    ])
  })

  it('with a gap come as separate slabs', async () => {
    const { volumes } = await loadVolumes(series('gap', [at(0), at(5), at(10), at(25), at(30)]))
    expect(volumes.map(({ volume, label }) => [volume.size[2], label])).toEqual([
      [3, 'slab 1 of 2'],
      [2, 'slab 2 of 2']
    ])
    expect(volumes[1].warnings.join()).toContain('missing')
  })

  it('at slightly uneven distances are joined with a warning that states them', async () => {
    const { warnings } = await only(series('uneven', [at(0), at(5), at(10.4)]))
    expect(warnings.join()).toContain('5.00 to 5.40 mm')
  })

  it('on a tilted gantry give a sheared grid that keeps every position', async () => {
    const tilted = [0, 1, 2].map((k) => ({ position: [0, k, k * 5] as const }))
    const { volume, warnings } = await only(series('tilt', tilted))
    expect(warnings.join()).toContain('tilt of 11.3°')
    expect(applyAffine(volume.affine, [0, 0, 2])).toEqual([0, 2, 10])
  })

  it('at the same places become time points', async () => {
    const times = [1, 2].flatMap((time) => [at(0, { more: acquisition(time) }), at(5, { more: acquisition(time) })])
    const { volumes } = await loadVolumes(series('times', times))
    expect(volumes.map(({ label, volume }) => [label, volume.voxels[0]])).toEqual([
      ['acquisition 1 of 2', 100],
      ['acquisition 2 of 2', 300]
    ])
  })

  it('without a place in the patient stay pictures of their own', async () => {
    const unplaced: ElementSpec[] = [
      ['00200032', 'DS', ''],
      ['00200037', 'DS', '']
    ]
    const { volumes } = await loadVolumes(series('unplaced', [at(0, { more: unplaced }), at(0, { more: unplaced })]))
    expect(volumes).toHaveLength(2)
    expect(volumes[0].volume.oriented).toBe(false)
  })

  it('keep going when one file is broken, and say so', async () => {
    const paths = series('partly', [at(0), at(5), at(10)])
    writeFileSync(paths[2], 'nonsense')
    const volume = await loadSeries(paths)
    expect(volume.volume.size[2]).toBe(2)
    expect(volume.warnings.join()).toContain('1 of 3 files could not be read')
  })
})

describe('frames of one file', () => {
  it('are placed and rescaled one by one, and sorted', async () => {
    const frame = (z: number, slope: number): ElementSpec[] => [
      ['00209113', 'SQ', [[['00200032', 'DS', `0\\0\\${z}`]]]],
      [
        '00289145',
        'SQ',
        [
          [
            ['00281052', 'DS', '10'],
            ['00281053', 'DS', String(slope)]
          ]
        ]
      ]
    ]
    const shared: ElementSpec[] = [
      ['00209116', 'SQ', [[['00200037', 'DS', '1\\0\\0\\0\\1\\0']]]],
      ['00289110', 'SQ', [[['00280030', 'DS', '2\\1']]]]
    ]
    const more: ElementSpec[] = [
      ['00280008', 'IS', '2'],
      ['52009229', 'SQ', [shared]],
      ['52009230', 'SQ', [frame(4, 2), frame(0, 0.5)]],
      ['00200032', 'DS', ''],
      ['00200037', 'DS', ''],
      ['00280030', 'DS', '']
    ]
    const path = join(folder, 'frames.dcm')
    writeFileSync(path, sliceFile({ rows: 1, columns: 2, values: [1, 2, 3, 4], more }))
    const { volume } = await loadVolume(path)
    expect([...volume.voxels]).toEqual([11.5, 12, 12, 14])
    expect(volume.spacingMm).toEqual([1, 2, 4])
  })
})

describe('folders', () => {
  it('become studies and series; texts are passed over, broken images told', async () => {
    const home = join(folder, 'disc')
    mkdirSync(join(home, 'A'), { recursive: true })
    writeFileSync(join(home, 'A', '1.dcm'), sliceFile({ instance: 1 }))
    writeFileSync(join(home, 'A', '2.dcm'), sliceFile({ instance: 2, position: [0, 0, 3] }))
    writeFileSync(join(home, 'A', '3.dcm'), sliceFile({ instance: 3, series: '1.2.3.5' }))
    writeFileSync(join(home, 'A', 'cut.dcm'), sliceFile().slice(0, 170))
    writeFileSync(join(home, 'readme.txt'), 'hello')
    const progress: number[] = []
    const job = { ...quietJob(), progress: (_stage: string, done: number) => progress.push(done) }
    const index = await indexStudies([home], job)
    expect(index.studies).toHaveLength(1)
    expect(index.studies[0].label).toBe('Test, Phantom')
    expect(index.studies[0].series.map(({ files, modality }) => [files.length, modality])).toEqual([
      [2, 'CT'],
      [1, 'CT']
    ])
    expect(index.problems.map(({ file, fault }) => [file, fault.code])).toEqual([['cut.dcm', 'bad-file']])
    expect(index.passedOver).toBe(1)
    expect(progress.at(-1)).toBe(5)
  })

  it('opened as series read their voxels on demand', async () => {
    const { series: opened, problems } = await openSeries(series('demand', [at(0), at(5)]), quietJob())
    expect(problems).toEqual([])
    expect(opened.map(({ size, tags }) => [size, tags?.modality])).toEqual([[[4, 3, 2], 'CT']])
    expect((await opened[0].load()).voxels).toHaveLength(24)
  })

  it('are read in a stoppable way', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(indexStudies([folder], quietJob(stop.signal))).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('a path that does not exist is named', async () => {
    await expect(openSeries([join(folder, 'nowhere.dcm')], quietJob())).rejects.toMatchObject({
      code: 'not-found',
      subject: 'nowhere.dcm'
    })
  })

  it('a DICOMDIR opens what it names inside its folder and nothing outside', async () => {
    const home = join(folder, 'media')
    mkdirSync(join(home, 'IMAGES'), { recursive: true })
    writeFileSync(join(home, 'IMAGES', 'ONE'), sliceFile())
    writeFileSync(join(folder, 'secret.dcm'), sliceFile())
    symlinkSync(join(folder, 'secret.dcm'), join(home, 'LINK'))
    writeFileSync(join(home, 'DICOMDIR'), directory(['images\\one', '..\\secret.dcm', '/etc/passwd', 'LINK', 'GONE']))
    const { studies, problems } = await indexStudies([join(home, 'DICOMDIR')], quietJob())
    expect(studies.flatMap((study) => study.series.flatMap(({ files }) => files.length))).toEqual([1])
    expect(problems.map(({ fault }) => fault.code)).toEqual(['bad-file', 'bad-file', 'bad-file', 'not-found'])
  })
})

describe.skipIf(dataFolder === null)('against an independent converter (dcm2niix)', () => {
  const root = 'neurolabusc+dcm_qa_nih'

  it('GE: 150 files are 10 time points with the voxels of the reference at the same world positions', async () => {
    const { volumes } = await loadVolumes([...folderFiles(`${root}/In/20180918GE/mr_0004`)])
    expect(volumes).toHaveLength(10)
    for (const [time, { volume }] of volumes.entries()) {
      const reference = await loadVolume(dataFile(`${root}/Ref/DCM2NIIX_regression_test_4.nii`), { which: time })
      expect(differingVoxels(volume, reference.volume)).toBe(0)
    }
  })

  it('Siemens: tiles of a mosaic are slices at the positions of the reference', async () => {
    const { volumes } = await loadVolumes([...folderFiles(`${root}/In/20180918Si/mr_0003`, '.dcm')])
    expect(volumes.map(({ volume }) => volume.size)).toEqual([
      [72, 72, 5],
      [72, 72, 5]
    ])
    for (const [time, { volume }] of volumes.entries()) {
      const reference = await loadVolume(dataFile(`${root}/Ref/EPI_PE=AP_3.nii`), { which: time })
      expect(differingVoxels(volume, reference.volume)).toBe(0)
    }
  })

  it('two complete DICOMDIR trees of pydicom open by their directory', async () => {
    const tree = 'pydicom+pydicom/src/pydicom/data/test_files/dicomdirtests'
    const { series: opened } = await openSeries([dataFile(`${tree}/DICOMDIR`)], quietJob())
    expect(new Set(opened.flatMap(({ paths }) => paths)).size).toBe(31)
  })
})

function acquisition(time: number): ElementSpec[] {
  return [['00200012', 'IS', String(time)]]
}

/** A DICOMDIR whose image records name these files. */
function directory(names: readonly string[]): Uint8Array {
  const records = names.map((name): ElementSpec[] => [
    ['00041430', 'CS', 'IMAGE'],
    ['00041500', 'CS', name]
  ])
  const meta: ElementSpec[] = [
    ['00041130', 'CS', 'TEST'],
    ['00041220', 'SQ', records]
  ]
  const file = part10(explicitLittleEndian, dataSetBytes(meta))
  const storage = Buffer.from('\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10', 'latin1')
  return Buffer.concat([file.subarray(0, 132), storage, file.subarray(132)])
}

function* folderFiles(name: string, ending = ''): Generator<string> {
  for (const entry of readdirSync(dataFile(name)).sort()) if (entry.endsWith(ending)) yield join(dataFile(name), entry)
}

/** Voxels of `volume` whose world position holds another value in `reference`, or lies outside it. */
function differingVoxels(volume: Volume, reference: Volume): number {
  const toReference = invertAffine(reference.affine)
  const [columns, rows, slices] = volume.size
  let differing = 0
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const place = applyAffine(toReference, applyAffine(volume.affine, [i, j, k])).map(Math.round)
        const index = (place[2] * reference.size[1] + place[1]) * reference.size[0] + place[0]
        if (reference.voxels[index] !== volume.voxels[(k * rows + j) * columns + i]) differing++
      }
    }
  }
  return differing
}
