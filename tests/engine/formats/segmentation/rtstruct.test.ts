import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillPolygons, type Polygon } from '@engine/formats/dicom/rtstruct/fill-polygons'
import { placeStructures } from '@engine/formats/dicom/rtstruct/place-structures'
import { readStructures } from '@engine/formats/dicom/rtstruct/read-structures'
import { traceOutlines } from '@engine/formats/dicom/rtstruct/trace-outlines'
import {
  encodeStructures,
  structuresDataset,
  type StructuresToWrite
} from '@engine/formats/dicom/rtstruct/write-structures'
import { encodeDicom } from '@engine/formats/dicom/writing/encode'
import type { DicomDataset } from '@engine/formats/dicom/writing/dataset'
import { plainWords, type Segmentation } from '@engine/formats/segmentation/segmentation'
import { dciodvfy, dcmdump, python } from '../../../support/checkers'
import { readArray } from '../../../support/golden-array'
import { randomSegmentation, type RandomChoice } from './random-segmentation'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-rtstruct-'))
const nightly = process.env.SALISCOPE_NIGHTLY !== undefined
const about: StructuresToWrite['about'] = {
  seriesDescription: 'Reader 1',
  seriesNumber: 801,
  instanceNumber: 1,
  created: new Date(2026, 0, 2, 3, 4, 5),
  version: '1.0',
  label: 'Masks',
  creator: 'Reader^One'
}

const sameBytes = (one: ArrayLike<number>, other: ArrayLike<number>): boolean =>
  Buffer.from(Uint8Array.from(one)).equals(Buffer.from(Uint8Array.from(other)))

/** Rows of dots and hashes as a mask. */
function drawn(...rows: string[]): { plane: Uint8Array; size: [number, number] } {
  return {
    plane: Uint8Array.from(rows.join(''), (letter) => (letter === '#' ? 1 : 0)),
    size: [rows[0].length, rows.length]
  }
}

const polygonsOf = (outlines: ReturnType<typeof traceOutlines>): Polygon[] =>
  outlines.map((outline) => outline.map(([x, y]) => [x - 0.5, y - 0.5] as const))

test('a ring is one outline with a keyhole', () => {
  const { plane, size } = drawn('.....', '.###.', '.#.#.', '.###.', '.....')
  const outlines = traceOutlines(plane, size)
  expect(outlines).toHaveLength(1)
  expect(fillPolygons(polygonsOf(outlines), size, 'x')).toEqual(plane)
})

test('pixels that touch at a corner are outlines of their own', () => {
  const { plane, size } = drawn('#.', '.#')
  expect(traceOutlines(plane, size)).toEqual([
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1]
    ],
    [
      [1, 1],
      [2, 1],
      [2, 2],
      [1, 2]
    ]
  ])
})

test('outlines of any mask fill to the same mask', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 1, max: 17 }),
      fc.infiniteStream(fc.boolean()),
      (columns, rows, bits) => {
        const plane = Uint8Array.from({ length: columns * rows }, () => (bits.next().value === true ? 1 : 0))
        const filled = fillPolygons(polygonsOf(traceOutlines(plane, [columns, rows])), [columns, rows], 'x')
        expect(filled ?? new Uint8Array(plane.length)).toEqual(plane)
      }
    ),
    { numRuns: nightly ? 20_000 : 500, seed: 3 }
  )
})

function structuresOf(choice: RandomChoice): StructuresToWrite {
  return { ...randomSegmentation(choice), about }
}

async function readBack(bytes: Uint8Array, { image }: StructuresToWrite): Promise<Segmentation> {
  const placed = placeStructures(readStructures({ path: 'x.dcm', name: 'x.dcm', bytes }), image)
  expect(placed.warnings.filter((warning) => !warning.includes('every few slices'))).toEqual([])
  return placed.segmentation
}

const choices = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  size: fc.tuple(fc.constantFrom(1, 7, 23, 32), fc.integer({ min: 1, max: 21 }), fc.integer({ min: 1, max: 6 })),
  spacingMm: fc.tuple(
    fc.double({ min: 0.05, max: 4, noNaN: true }),
    fc.double({ min: 0.05, max: 4, noNaN: true }),
    fc.double({ min: 0.3, max: 8, noNaN: true })
  ),
  segments: fc.integer({ min: 1, max: 6 }),
  turn: fc.tuple(
    fc.integer({ min: -180, max: 180 }),
    fc.integer({ min: -180, max: 180 }),
    fc.integer({ min: -180, max: 180 })
  ),
  mirrored: fc.boolean()
})

test('what is written is read back voxel for voxel, on turned and stretched grids', async () => {
  await fc.assert(
    fc.asyncProperty(choices, async (choice) => {
      const set = structuresOf(choice)
      const read = await readBack(await encodeStructures(set), set)
      expect(read.segments.map(({ label }) => label)).toEqual(set.segmentation.segments.map(({ label }) => label))
      set.segmentation.segments.forEach(({ planes }, index) => {
        const found = read.segments[index].planes
        expect([...found.keys()].sort((a, b) => a - b)).toEqual([...planes.keys()])
        for (const [k, plane] of planes) expect(sameBytes(found.get(k)!, plane), `slice ${k}`).toBe(true)
      })
    }),
    { numRuns: nightly ? 500 : 15, seed: 5 }
  )
})

interface Seen {
  readonly rois: readonly { readonly name: string; readonly contours: number }[]
  readonly shape: readonly number[]
}

test('random outlines break no rule, and another program fills them to the same voxels by either rule', async () => {
  const count = nightly ? 100 : 8
  const cases = fc.sample(choices, { numRuns: count, seed: 9 }).map((choice, index) => {
    const set = structuresOf(choice)
    const path = join(folder, `random-${index}.dcm`)
    const grid = join(folder, `random-${index}.json`)
    writeFileSync(grid, JSON.stringify({ size: set.image.size, affine: set.image.affine }))
    return { set, path, grid, array: join(folder, `random-${index}.npy`) }
  })
  for (const { set, path } of cases) {
    writeFileSync(path, await encodeStructures(set))
    expect(dciodvfy(path)).toEqual([])
    dcmdump(path)
  }
  const seen = python<Seen[]>(
    'rtstruct.py',
    cases.flatMap(({ path, grid, array }) => [path, grid, array])
  )
  cases.forEach(({ set, array }, index) => {
    const { segments, size } = set.segmentation
    expect(seen[index].rois.map(({ name }) => name)).toEqual(segments.map(({ label }) => label))
    const { values } = readArray(array)
    const pixels = size[0] * size[1]
    segments.forEach(({ planes }, segment) => {
      for (let k = 0; k < size[2]; k++) {
        const start = (segment * size[2] + k) * pixels
        expect(sameBytes(values.subarray(start, start + pixels), planes.get(k) ?? new Uint8Array(pixels))).toBe(true)
      }
    })
  })
})

test('an outline of more than 64 kB is written and read', async () => {
  const size = [40, 61, 1] as const
  const set = structuresOf({
    seed: 1,
    size,
    spacingMm: [0.7, 0.7, 1],
    segments: 1,
    turn: [10, 20, 30],
    mirrored: false
  })
  // Full rows joined by every second pixel of the rows between: one outline round many small holes.
  const plane = Uint8Array.from({ length: 40 * 61 }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / 40), pixel % 40]
    return row % 2 === 0 || column % 2 === 0 ? 1 : 0
  })
  const segments = [{ ...plainWords(1, 'Sieve'), planes: new Map([[0, plane]]) }]
  const sieve = { ...set, segmentation: { ...set.segmentation, segments } }
  const bytes = await encodeStructures(sieve)
  const path = join(folder, 'sieve.dcm')
  writeFileSync(path, bytes)
  expect(dciodvfy(path)).toEqual([])
  expect(dcmdump(path)).toContain('LittleEndianImplicit')
  expect((await readBack(bytes, sieve)).segments[0].planes.get(0)).toEqual(plane)
})

/** A structure set with its outlines changed by hand. */
async function changed(
  change: (item: DicomDataset) => DicomDataset[]
): Promise<{ set: StructuresToWrite; bytes: Uint8Array }> {
  const set = structuresOf({
    seed: 4,
    size: [8, 8, 3],
    spacingMm: [1, 1, 2],
    segments: 1,
    turn: [0, 0, 0],
    mirrored: false
  })
  const dataset = structuresDataset({
    ...set,
    segmentation: {
      ...set.segmentation,
      segments: [{ ...plainWords(1, 'A'), planes: new Map([[1, new Uint8Array(64).fill(1, 9, 12)]]) }]
    }
  })
  const [region] = dataset.ROIContourSequence as readonly DicomDataset[]
  const [contour] = region.ContourSequence as readonly DicomDataset[]
  const bytes = await encodeDicom({ ...dataset, ROIContourSequence: [{ ...region, ContourSequence: change(contour) }] })
  return { set, bytes }
}

const marked = (plane: ArrayLike<number>): number => Array.from(plane).filter((value) => value === 1).length

const moved = (item: DicomDataset, z: number): string[] =>
  (item.ContourData as readonly string[]).map((text, index) => (index % 3 === 2 ? String(Number(text) + z) : text))

test('points and open lines are left out and named', async () => {
  const { set, bytes } = await changed((item) => [
    item,
    { ...item, ContourGeometricType: 'POINT', NumberOfContourPoints: '1', ContourData: ['0', '0', '0'] },
    { ...item, ContourGeometricType: 'OPEN_PLANAR' }
  ])
  const { segmentation, warnings } = placeStructures(readStructures({ path: '', name: 'x.dcm', bytes }), set.image)
  expect(marked(segmentation.segments[0].planes.get(1)!)).toBe(3)
  expect(warnings.join()).toMatch(/enclose nothing and were left out: 1 of type POINT, 1 of type OPEN_PLANAR/)
})

test('an outline inside another is a hole', async () => {
  const box = (low: number, high: number, z: string): string[] =>
    [
      [low, low],
      [high, low],
      [high, high],
      [low, high]
    ].flatMap(([i, j]) => [String(i - 0.5 - 80.5 + 4), String(j - 0.5 + 33.25), z])
  const { set, bytes } = await changed((item) => {
    const z = (item.ContourData as readonly string[])[2]
    return [
      { ...item, NumberOfContourPoints: '4', ContourData: box(1, 6, z) },
      { ...item, NumberOfContourPoints: '4', ContourData: box(3, 4, z) }
    ]
  })
  const { segmentation } = placeStructures(readStructures({ path: '', name: 'x.dcm', bytes }), set.image)
  const plane = segmentation.segments[0].planes.get(1)!
  expect(marked(plane)).toBe(24)
  expect(plane[3 * 8 + 3]).toBe(0)
})

test('outlines off the slices are moved or left out, and said', async () => {
  const between = await changed((item) => [{ ...item, ContourImageSequence: undefined, ContourData: moved(item, 0.8) }])
  const near = placeStructures(readStructures({ path: '', name: 'x.dcm', bytes: between.bytes }), between.set.image)
  expect(near.warnings.join()).toMatch(/1 outlines of “x.dcm” lie between slices/)
  const far = await changed((item) => [{ ...item, ContourImageSequence: undefined, ContourData: moved(item, 80) }])
  expect(() => placeStructures(readStructures({ path: '', name: 'x.dcm', bytes: far.bytes }), far.set.image)).toThrow(
    /outside the slices/
  )
})

test('another frame of reference is refused', async () => {
  const { set, bytes } = await changed((item) => [item])
  const elsewhere = { ...set.image, frameOfReference: '1.2.3', sources: undefined }
  expect(() => placeStructures(readStructures({ path: '', name: 'x.dcm', bytes }), elsewhere)).toThrow(
    /another frame of reference/
  )
})
