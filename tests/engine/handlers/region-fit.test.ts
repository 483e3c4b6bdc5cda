import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { encodeNifti } from '@engine/formats/nifti/write'
import { identityAffine } from '@engine/geometry/affine'
import type { Volume } from '@engine/geometry/volume'
import { readCaseFit, readRegionSet } from '@engine/handlers/case-regions'
import { fittedLabels, loadedSet } from '@engine/handlers/region-fit'
import { Experiment } from '@shared/experiment'
import { RegionSet } from '@shared/region-set'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-region-fit-'))
afterAll(() => rmSync(folder, { recursive: true }))

function picture(size: Volume['size'], spacingMm: Volume['spacingMm'] = null): Volume {
  return {
    voxels: new Uint8Array(size[0] * size[1] * size[2]),
    size,
    samples: 1,
    affine: identityAffine,
    spacingMm,
    oriented: false,
    frameOfReference: null,
    unit: 'value',
    photometric: 'MONOCHROME2',
    bitsStored: 8,
    window: null
  }
}

const gridSet = (rows: number, columns: number, more: object = {}): RegionSet =>
  v.parse(RegionSet, { version: 1, title: 'test', source: { grid: { rows, columns } }, ...more })

describe('a grid', () => {
  it('laid on the box of a mask covers the box and nothing else', async () => {
    const image = picture([8, 6, 1])
    const mask = new Uint8Array(48)
    for (const row of [1, 2, 3, 4]) mask.fill(1, row * 8 + 2, row * 8 + 6)
    const labels = fittedLabels(await loadedSet(gridSet(2, 2), null), image, { by: 'mask', mask, offset: [0, 0, 0] })
    const expected = ['........', '..1122..', '..1122..', '..3344..', '..3344..', '........']
    expect(
      Array.from({ length: 6 }, (_, row) => [...labels.subarray(row * 8, row * 8 + 8)].join('').replaceAll('0', '.'))
    ).toEqual(expected)
  })

  it('follows a correction by hand', async () => {
    const image = picture([8, 6, 1])
    const mask = new Uint8Array(48)
    for (const row of [1, 2, 3, 4]) mask.fill(1, row * 8 + 2, row * 8 + 6)
    const set = await loadedSet(gridSet(1, 1), null)
    const moved = fittedLabels(set, image, { by: 'mask', mask, offset: [2, -1, 0] })
    expect([...moved].flatMap((label, index) => (label === 0 ? [] : [index]))).toEqual(
      [0, 1, 2, 3].flatMap((row) => [4, 5, 6, 7].map((column) => row * 8 + column))
    )
  })
})

describe('an atlas', () => {
  const atlas = picture([20, 20, 1])
  const box = (volume: Volume, [x, y]: readonly [number, number], side: number, label: number): void => {
    for (let row = y; row < y + side; row++)
      volume.voxels.fill(label, row * volume.size[0] + x, row * volume.size[0] + x + side)
  }
  box(atlas, [2, 2], 4, 1)
  box(atlas, [12, 12], 4, 2)
  const corners = (scale: number, shift: number) =>
    [
      ['left top', [0, 0, 0]],
      ['right top', [19, 0, 0]],
      ['left bottom', [0, 19, 0]],
      ['right bottom', [19, 19, 0]]
    ].map(([name, point]) => ({
      name: name as string,
      point: (point as number[]).map((one, axis) => (axis < 2 ? scale * one + shift : 0)) as [number, number, number]
    }))

  it.each(['affine', 'thin-plate'] as const)('is moved and scaled by its landmarks (%s)', async (by) => {
    const path = join(folder, 'atlas.nii.gz')
    writeFileSync(path, await encodeNifti(atlas))
    const set = await loadedSet(
      v.parse(RegionSet, { version: 1, title: 'a', source: { atlas: path }, landmarks: corners(1, 0) }),
      path
    )
    const image = picture([70, 70, 1])
    const labels = fittedLabels(set, image, { by, landmarks: corners(3, 5), offset: [0, 0, 0] })
    const expected = picture([70, 70, 1])
    // Voxel i of the atlas covers 3 i + 5 ± 1 of the image.
    box(expected, [10, 10], 12, 1)
    box(expected, [40, 40], 12, 2)
    expect([...labels]).toEqual([...expected.voxels])
  })

  it('needs landmarks of its own names', async () => {
    const path = join(folder, 'atlas.nii.gz')
    writeFileSync(path, await encodeNifti(atlas))
    const set = await loadedSet(
      v.parse(RegionSet, { version: 1, title: 'a', source: { atlas: path }, landmarks: corners(1, 0) }),
      path
    )
    const other = corners(2, 5).map((landmark, index) => (index < 2 ? landmark : { ...landmark, name: 'elsewhere' }))
    expect(() =>
      fittedLabels(set, picture([50, 50, 1]), { by: 'affine', landmarks: other, offset: [0, 0, 0] })
    ).toThrow(/2 landmarks are set in both; 3 are needed/)
  })
})

describe('files', () => {
  const written = (name: string, content: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  it('are read with their defaults, and refused with the place that is wrong', () => {
    const { set } = readRegionSet(
      written('a.regions.json', { version: 1, title: 'Lungs', source: { grid: { rows: 2, columns: 3 } } })
    )
    expect(set).toMatchObject({ size: [100, 100, 1], landmarks: [], extent: null })
    expect(readCaseFit(written('c.json', { version: 1 }))).toEqual({ version: 1, landmarks: [], offset: [0, 0, 0] })
    expect(() =>
      readRegionSet(written('b.regions.json', { version: 1, title: 'x', source: { grid: { rows: 0, columns: 3 } } }))
    ).toThrow(/is wrong at “source/)
    expect(() => readRegionSet(written('d.regions.json', '{'))).toThrow(/is not valid JSON/)
    expect(() => readCaseFit(join(folder, 'none.json'))).toThrow(/There is no fit of regions “none.json”/)
  })

  it('stand in an experiment', () => {
    const experiment = v.parse(Experiment, {
      models: [],
      cases: [{ id: 'a', image: 'a.png' }],
      methods: ['gradient'],
      regions: { source: { set: 'lungs.regions.json' }, fit: { by: 'landmarks', cases: 'fits/{case}.json' } }
    })
    expect(experiment.regions!.fit).toEqual({ by: 'landmarks', transform: 'thin-plate', cases: 'fits/{case}.json' })
  })
})
