import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { placeStructures } from '@engine/formats/dicom/rtstruct/place-structures'
import { readStructures } from '@engine/formats/dicom/rtstruct/read-structures'
import { loadSeries } from '@engine/formats/load-series'
import { readSegments } from '@engine/formats/segmentation/read-segments'
import { segmentVoxels } from '@engine/formats/segmentation/segmentation'
import { readSourceFile } from '@engine/formats/source-file'
import type { Volume } from '@engine/geometry/volume'
import { python } from '../../../support/checkers'
import { readArray } from '../../../support/golden-array'
import { dataFile, dataFolder } from '../shared-data'

const seeds = process.env.SALISCOPE_NIGHTLY === undefined ? [1] : Array.from({ length: 20 }, (_, seed) => seed + 1)

describe.skipIf(dataFolder === null)('masks made by other programs on a real series', () => {
  const ct = (): string => dataFile('QIICR+dcmqi/data/segmentations/24x38x3/image')

  test.each(seeds)('hold the voxels that were given to highdicom and pydicom (seed %i)', async (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'saliscope-made-'))
    const names = python<string[]>('make_masks.py', [ct(), folder, String(seed)])
    expect(names).toHaveLength(10)
    const { volume } = await loadSeries(readdirSync(ct()).map((name) => join(ct(), name)))
    const [columns, rows, slices] = volume.size
    for (const name of names) {
      const { segmentation, from, warnings } = await readSegments(join(folder, `${name}.dcm`), volume)
      expect(warnings, name).toEqual([])
      expect(from).toBe(name.startsWith('structures') ? 'RTSTRUCT' : 'SEG')
      const { values, shape } = readArray(join(folder, `${name}.npy`))
      expect(shape).toEqual([segmentation.segments.length, slices, rows, columns])
      // The array's slices rise with z.
      const rising = volume.affine[10] > 0
      segmentation.segments.forEach(({ planes }, segment) => {
        for (let k = 0; k < slices; k++) {
          const start = (segment * slices + (rising ? k : slices - 1 - k)) * rows * columns
          const plane = planes.get(k)
          for (let pixel = 0; pixel < rows * columns; pixel++) {
            const off = Math.abs((plane?.[pixel] ?? 0) - values[start + pixel])
            if (off > 1e-6) throw new Error(`${name}, segment ${segment}, slice ${k}, pixel ${pixel}: off by ${off}`)
          }
        }
      })
    }
    const { segmentation } = await readSegments(join(folder, 'structures.dcm'), volume)
    expect(segmentation.segments.map(({ number, label, colour }) => [number, label, colour])).toEqual([
      [4, 'Région 0', [10, 20, 30]],
      [5, 'Région 1', [10, 20, 30]]
    ])
    const seg = await readSegments(join(folder, 'overlap.dcm'), volume)
    expect(seg.segmentation.segments[0]).toMatchObject({ label: 'Segment ä 1', type: { value: '39607008' } })
  })

  test('a structure set of a planning system fills the rectangles it was drawn as; its points are named', async () => {
    const name = 'pydicom+pydicom/src/pydicom/data/test_files/rtstruct.dcm'
    const set = readStructures(await readSourceFile(dataFile(name)))
    expect(set.structures.map(({ number, label, contours }) => [number, label, contours.length])).toEqual([
      [1, 'patient', 3],
      [2, 'Isocenter 1', 1],
      [3, 'Isocenter 2', 1]
    ])
    expect(set.derivedFrom.series).toEqual(['1.2.826.0.1.3680043.8.498.2010020400001.2.1.1'])
    // Pixels of 5 mm: 400 × 300 mm are 80 × 60 of them, on three slices.
    const image: Volume = {
      ...{ voxels: new Uint8Array(100 * 80 * 5), size: [100, 80, 5], samples: 1, oriented: true, unit: 'HU' },
      affine: [5, 0, 0, -247.5, 0, 5, 0, -197.5, 0, 0, 10, -210, 0, 0, 0, 1],
      spacingMm: [5, 5, 10],
      ...{ frameOfReference: null, photometric: 'MONOCHROME2', bitsStored: 8, window: null }
    }
    const { segmentation, warnings } = placeStructures(set, image)
    expect(segmentation.segments.map((segment) => segmentVoxels(segment))).toEqual([3 * 80 * 60, 0, 0])
    expect([...segmentation.segments[0].planes.keys()]).toEqual([1, 2, 3])
    expect(warnings.slice(-1)).toEqual([
      '“rtstruct.dcm” holds outlines that enclose nothing and were left out: 2 of type POINT.'
    ])
  })
})
