import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeParametricMap } from '@engine/formats/dicom/parametric-map/write-parametric-map'
import { loadVolume } from '@engine/formats/load'
import { dciodvfy, dcmdump, python } from '../../../support/checkers'
import { readArray } from '../../../support/golden-array'
import { about, type MapCase, mapOn, multiframe, origin, radiograph, series } from './map-case'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saliscope-pm-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Seen {
  readonly shape: readonly number[]
  readonly affine: readonly (readonly number[])[] | null
  readonly storedEqual: boolean
  readonly unit: string
  readonly quantity: string
  readonly sources: readonly string[]
  readonly contribution: string
}

const cases: [string, () => Promise<MapCase | null>][] = [
  ['a radiograph', radiograph],
  ['a CT series', () => series('fepegar+torchio/tests/image_data/dicom')],
  ['an enhanced CT', () => multiframe('pydicom+pydicom-data/data_store/data/eCT_Supplemental.dcm')],
  [
    'a picture without DICOM',
    async () => {
      const { image } = await radiograph()
      return mapOn({ ...image, sources: undefined, oriented: false, spacingMm: null, frameOfReference: null }, [])
    }
  ]
]

test.each(cases)('a map of %s is whole, and highdicom finds its values', async (_title, make) => {
  const found = await make()
  if (found === null) return
  const { image, sources, values } = found
  const file = join(folder, 'map.dcm')
  writeFileSync(file, await encodeParametricMap({ ...found, origin, about: { ...about, uidSeed: 'x' } }))
  expect(dciodvfy(file)).toEqual([])
  expect(dcmdump(file)).toContain('ParametricMapStorage')

  const [seen] = python<Seen[]>('parametric_map.py', [file, join(folder, 'map.npy')])
  expect(seen).toMatchObject({ unit: '1', quantity: '130404', storedEqual: true })
  expect(seen.contribution).toContain(origin.recipe)
  expect(new Set(seen.sources)).toEqual(new Set(sources.map(({ sopInstanceUid }) => sopInstanceUid)))

  // Our own reader, voxel for voxel.
  const { volume } = await loadVolume(file)
  expect(volume.size).toEqual(image.size)
  expect(sameNumbers(volume.voxels, values)).toBe(true)
  if (image.oriented)
    image.affine.forEach((value, index) => expect(Math.abs(volume.affine[index] - value)).toBeLessThan(1e-6))

  const array = readArray(join(folder, 'map.npy')).values
  expect(sameNumbers(Float32Array.from(array).sort(), values.slice().sort())).toBe(true)
  if (seen.affine !== null) expectSamePlaces(seen, array, found)
})

/** highdicom's axes are its own: every voxel is looked up by its place in the patient. */
function expectSamePlaces(seen: Seen, data: ArrayLike<number>, { image, values }: MapCase): void {
  const [slices, rows, columns] = seen.shape
  const a = seen.affine!
  const inverse = invert(image.affine)
  for (let step = 0; step < 200; step++) {
    const [k, j, i] = [step % slices, (step * 7) % rows, (step * 13) % columns]
    const world = [0, 1, 2].map((row) => a[row][0] * k + a[row][1] * j + a[row][2] * i + a[row][3])
    const own = [0, 1, 2].map(
      (row) => inverse[row][0] * world[0] + inverse[row][1] * world[1] + inverse[row][2] * world[2] + inverse[row][3]
    )
    const [x, y, z] = own.map(Math.round)
    own.forEach((value) => expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-4))
    expect(data[(k * rows + j) * columns + i]).toBe(values[(z * image.size[1] + y) * image.size[0] + x])
  }
}

function sameNumbers(first: ArrayLike<number>, second: ArrayLike<number>): boolean {
  return first.length === second.length && Array.from(first).every((value, index) => value === second[index])
}

function invert(m: readonly number[]): number[][] {
  const [a, b, c, d, e, f, g, h, i] = [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]]
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  const r = [
    [(e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det],
    [(f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det],
    [(d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det]
  ]
  return r.map((row) => [...row, -(row[0] * m[3] + row[1] * m[7] + row[2] * m[11])])
}
