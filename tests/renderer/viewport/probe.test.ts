import { describe, expect, it } from 'vitest'
import type { DisplayImage, DisplayMap } from '@shared/vocabulary'
import { measured, ownScale } from '../../../src-renderer/viewport/overlay-style'
import { readProbe, worldOf } from '../../../src-renderer/viewport/probe'

const image = (changes: Partial<DisplayImage> = {}): DisplayImage => ({
  caseId: 'a',
  size: [2, 2, 2],
  samples: 1,
  voxels: Int16Array.from([10, 20, 30, 40, -50, 60, 70, 80]),
  min: -50,
  max: 80,
  affine: [0.5, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 3, 100, 0, 0, 0, 1],
  spacingMm: [0.5, 0.5, 3],
  oriented: true,
  frameOfReference: null,
  letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
  projection: false,
  unit: 'HU',
  uptake: null,
  photometric: 'MONOCHROME2',
  window: { center: 0, width: 100 },
  presets: [],
  corner: [],
  ...changes
})
const map: DisplayMap = {
  mapId: 'm',
  size: [2, 2, 2],
  view: 'magnitude',
  values: Float32Array.from([0, 0.1, 0.2, 0.3, 0.87, 0.5, 0.6, 1]),
  low: 0,
  high: 0.1,
  unit: 'logit',
  clippedAt: null,
  cells: { size: [1, 1, 1], values: new Float32Array(1) }
}
const at = { column: 0, row: 0, slice: 1 }

describe('probe', () => {
  it('reads map, image with its unit, and the position along the patient axes', async () => {
    const reading = readProbe({ image: image(), voxel: at, measured: await measured(map), scale: ownScale(map) })

    expect(reading).toEqual({
      map: { value: '0.87', rest: 'of 1.00, hottest 25 %' },
      image: { value: '-50', unit: 'HU' },
      position: 'R 10.0 · A 20.0 · H 103.0 mm'
    })
  })

  it('reads a PET in uptake where that is known, else in the unit of the file', () => {
    const read = (changes: Partial<DisplayImage>): unknown =>
      readProbe({ image: image({ unit: 'Bq/ml', ...changes }), voxel: at, measured: null, scale: null }).image

    expect(read({ uptake: { factor: 4e-3 } })).toEqual({ value: '-0.2', unit: 'SUVbw' })
    expect(read({ uptake: { reason: 'The file does not say the injected dose.' } })).toEqual({
      ...{ value: '-50', unit: 'Bq/ml' }
    })
  })

  it('measures projections from the edges, and images without a scale in pixels', () => {
    const read = (changes: Partial<DisplayImage>): string =>
      readProbe({ image: image(changes), voxel: { column: 1, row: 0, slice: 0 }, measured: null, scale: null }).position

    expect(read({ projection: true })).toBe('0.8 mm from left, 0.3 mm from top')
    expect(read({ oriented: false })).toBe('0.8 mm from left, 0.3 mm from top')
    expect(read({ spacingMm: null })).toBe('pixel 1, 0 from top left')
  })

  it('reads the channels of colour images', () => {
    const colour = image({ samples: 3, size: [2, 1, 1], voxels: Uint8Array.from([1, 2, 3, 4, 5, 6]), unit: '' })
    const reading = readProbe({ image: colour, voxel: { column: 1, row: 0, slice: 0 }, measured: null, scale: null })

    expect(reading.image).toEqual({ value: '4 5 6', unit: '' })
    expect(reading.map).toBeNull()
  })

  it('turns voxels into LPS millimetres', () => {
    expect(worldOf(image().affine, [2, 4, 1])).toEqual([-9, -18, 103])
  })
})
