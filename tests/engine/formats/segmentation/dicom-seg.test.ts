import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeSegmentation } from '@engine/formats/dicom/seg/place-frames'
import { readSeg } from '@engine/formats/dicom/seg/read-seg'
import { encodeSeg, type SegToWrite } from '@engine/formats/dicom/seg/write-seg'
import type { Segmentation } from '@engine/formats/segmentation/segmentation'
import { dciodvfy, dcmdump, gdcminfo, python } from '../../../support/checkers'
import { readArray } from '../../../support/golden-array'
import { randomSegmentation } from './random-segmentation'

const folder = mkdtempSync(join(tmpdir(), 'saliscope-seg-'))
const nightly = process.env.SALISCOPE_NIGHTLY !== undefined
const about: SegToWrite['about'] = {
  seriesDescription: 'Reader 1',
  seriesNumber: 800,
  instanceNumber: 1,
  created: new Date(2026, 0, 2, 3, 4, 5),
  version: '1.0',
  contentLabel: 'MASKS',
  contentDescription: 'Random masks',
  creator: 'Reader^One'
}
const origin = { program: 'Saliscope', version: '1.0', parameters: '' }

/** Odd widths, few and many segments, turned and stretched grids. */
const choices = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  size: fc.tuple(
    fc.oneof(fc.constantFrom(1, 7, 23, 33), fc.integer({ min: 1, max: 40 })),
    fc.integer({ min: 1, max: 29 }),
    fc.integer({ min: 1, max: 7 })
  ),
  spacingMm: fc.tuple(
    fc.double({ min: 0.1, max: 4, noNaN: true }),
    fc.double({ min: 0.1, max: 4, noNaN: true }),
    fc.double({ min: 0.3, max: 8, noNaN: true })
  ),
  segments: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 64 })),
  fractional: fc.boolean(),
  turn: fc.oneof(
    fc.constant<[number, number, number]>([0, 0, 0]),
    fc.tuple(
      fc.integer({ min: -180, max: 180 }),
      fc.integer({ min: -180, max: 180 }),
      fc.integer({ min: -180, max: 180 })
    )
  ),
  mirrored: fc.boolean()
})

type Random = ReturnType<typeof randomSegmentation>

async function encoded({ image, sources, segmentation }: Random, fractional: boolean): Promise<Uint8Array> {
  const kind = fractional ? 'PROBABILITY' : 'BINARY'
  return encodeSeg({ segmentation, image, sources, kind, origin, about })
}

async function readBack(bytes: Uint8Array, { image }: Random): Promise<Segmentation> {
  const seg = await readSeg({ path: 'x.dcm', name: 'x.dcm', bytes })
  const placed = placeSegmentation(seg, image)
  expect(placed.warnings).toEqual([])
  return placed.segmentation
}

function expectSameVoxels(read: Segmentation, written: Segmentation): void {
  expect(read.segments.map(({ number, label }) => [number, label])).toEqual(
    written.segments.map(({ number, label }) => [number, label])
  )
  written.segments.forEach(({ planes }, index) => {
    const found = read.segments[index].planes
    expect([...found.keys()].sort()).toEqual([...planes.keys()].sort())
    for (const [k, plane] of planes) {
      const other = found.get(k)!
      expect(plane.every((value, pixel) => Math.abs(value - other[pixel]) < 1e-6)).toBe(true)
    }
  })
}

test('what is written is read back voxel for voxel', async () => {
  await fc.assert(
    fc.asyncProperty(choices, async (choice) => {
      const random = randomSegmentation(choice)
      expectSameVoxels(await readBack(await encoded(random, choice.fractional), random), random.segmentation)
    }),
    { numRuns: nightly ? 500 : 40, seed: 5 }
  )
})

interface Seen {
  readonly kind: string
  readonly fractional: string | null
  readonly overlap: string
  readonly shape: readonly number[]
  readonly affine: readonly (readonly number[])[]
  readonly segments: readonly { number: number; label: string; category: string[]; type: string[]; algorithm: string }[]
}

/** Voxels of highdicom's volume against ours: its slices are found in our grid by their place. */
function expectSeen(seen: Seen, values: Float32Array, { image, segmentation }: Random): void {
  const [columns, rows, slices] = image.size
  const [depth, height, width, count] = seen.shape
  expect([height, width, count]).toEqual([rows, columns, segmentation.segments.length])
  const touched = new Set<number>()
  for (let s = 0; s < depth; s++) {
    const place = [0, 1, 2].map((row) => seen.affine[row][0] * s + seen.affine[row][3])
    const k = Array.from({ length: slices }, (_, index) => index).find((index) =>
      place.every((mm, row) => Math.abs(image.affine[row * 4 + 3] + index * image.affine[row * 4 + 2] - mm) < 1e-6)
    )
    expect(k, 'a slice of highdicom is none of ours').toBeDefined()
    touched.add(k!)
    segmentation.segments.forEach(({ planes }, index) => {
      const plane = planes.get(k!)
      for (let pixel = 0; pixel < rows * columns; pixel++) {
        const value = values[(s * rows * columns + pixel) * count + index]
        if (Math.abs(value - (plane?.[pixel] ?? 0)) > 1e-6)
          throw new Error(`segment ${index + 1}, slice ${k}, pixel ${pixel}`)
      }
    })
  }
  for (const { planes } of segmentation.segments) for (const k of planes.keys()) expect(touched.has(k)).toBe(true)
}

test(
  'random masks break no rule, and highdicom sees the same voxels in the same place',
  async () => {
    const count = nightly ? 500 : 16
    const cases = fc.sample(choices, { numRuns: count, seed: 1000 }).map((choice, index) => ({
      choice,
      random: randomSegmentation(choice),
      path: join(folder, `random-${index}.dcm`),
      array: join(folder, `random-${index}.npy`)
    }))
    for (const { choice, random, path } of cases) {
      writeFileSync(path, await encoded(random, choice.fractional))
      expect(dciodvfy(path)).toEqual([])
      dcmdump(path)
      gdcminfo(path)
    }
    const seen = python<Seen[]>(
      'seg.py',
      cases.flatMap(({ path, array }) => [path, array])
    )
    cases.forEach(({ choice, random, array }, index) => {
      expect(seen[index].kind).toBe(choice.fractional ? 'FRACTIONAL' : 'BINARY')
      expectSeen(seen[index], readArray(array).values as Float32Array, random)
    })
  },
  nightly ? 900_000 : 120_000
)
