import { describe, expect, it } from 'vitest'
import type { Volume } from '@engine/geometry/volume'
import { gridMap } from '@engine/preprocessing/grid-map'
import { prepareImage } from '@engine/preprocessing/prepare'
import { boxToModelGrid, maskToModelGrid, toImageGrid, toModelGrid } from '@engine/preprocessing/resample-slice'
import { examineInput } from '@engine/preprocessing/input-doctor'
import { proposeCard } from '@engine/preprocessing/propose-card'
import { ModelCard } from '@shared/model-card'
import * as v from 'valibot'

const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const

function image(voxels: Float32Array, size: [number, number, number], extra: Partial<Volume> = {}): Volume {
  return {
    voxels,
    size,
    samples: 1,
    affine: identity,
    spacingMm: null,
    oriented: false,
    frameOfReference: null,
    unit: '',
    photometric: 'MONOCHROME2',
    bitsStored: 16,
    window: null,
    ...extra
  }
}

function card(input: Record<string, unknown> = {}, rest: Record<string, unknown> = {}): ModelCard {
  return v.parse(ModelCard, {
    version: 1,
    name: 'test',
    input: {
      name: 'x',
      layout: 'NCHW',
      size: [2, 2],
      channels: 1,
      values: { from: 'range', low: 0, high: 100 },
      mean: [0.5],
      std: [0.5],
      range: [-1, 1],
      ...input
    },
    outputs: [{ name: 'y', kind: 'logit', activation: 'sigmoid', labels: ['a'] }],
    ...rest
  })
}

describe('prepareImage', () => {
  it('scales, clips and standardises at the model size', () => {
    const prepared = prepareImage(image(Float32Array.of(0, 50, 100, 200), [2, 2, 1]), card())
    expect([...prepared.input(0).data]).toEqual([-1, 0, 1, 1])
    expect(prepared.input(0).shape).toEqual([1, 1, 2, 2])
  })

  it('swaps black and white of MONOCHROME1', () => {
    const volume = image(Float32Array.of(0, 50, 100, 25), [2, 2, 1], { photometric: 'MONOCHROME1' })
    expect([...prepareImage(volume, card()).input(0).data]).toEqual([1, 0, -1, 0.5])
  })

  it('copies grey to three channels with their own mean and deviation', () => {
    const prepared = prepareImage(
      image(Float32Array.of(0, 50, 100, 25), [2, 2, 1]),
      card({ channels: 3, mean: [0, 0.5, 1], std: [1, 1, 2] })
    )
    expect([...prepared.input(0).data]).toEqual([0, 0.5, 1, 0.25, -0.5, 0, 0.5, -0.25, -0.5, -0.25, 0, -0.375])
  })

  it('gives each slice of a series in turn and neighbours as channels', () => {
    const voxels = Float32Array.from({ length: 12 }, (_, i) => 10 * Math.floor(i / 4))
    const prepared = prepareImage(
      image(voxels, [2, 2, 3]),
      card({ channels: 3, mean: [0], std: [0.01] }, { channels: { kind: 'adjacent', count: 3 } })
    )
    expect(prepared.plan.indices).toEqual([0, 1, 2])
    const first = prepared.input(0).data
    expect([first[0], first[4], first[8]].map(Math.round)).toEqual([0, 0, 10])
    const last = prepared.input(2).data
    expect([last[0], last[4], last[8]].map(Math.round)).toEqual([10, 20, 20])
  })

  it('refuses a wrong size under "none", and cards that contradict themselves, by name', () => {
    const volume = image(new Float32Array(9), [3, 3, 1])
    expect(() => prepareImage(volume, card({ resize: 'none' }))).toThrow(
      'The image is 3 × 3 pixels; the model takes 2 × 2.'
    )
    expect(() => prepareImage(volume, card({ layout: 'NCDHW' }))).toThrow('size of 2 × 2 for the layout NCDHW')
    expect(() => prepareImage(volume, card({}, { mode: { kind: 'volume' } }))).toThrow('takes pictures (NCHW)')
    const sliced = card({ layout: 'NCDHW', size: [2, 2, 2] }, { mode: { kind: 'slice' } })
    expect(() => prepareImage(volume, sliced)).toThrow('takes volumes (NCDHW)')
  })
})

describe('resampling between image and model grid', () => {
  it('keeps a linear ramp exact away from the border when enlarging and shrinking', () => {
    const ramp = Float32Array.from({ length: 64 }, (_, i) => i % 8)
    for (const edge of [4, 16]) {
      const map = gridMap({ columns: 8, rows: 8 }, { size: [edge, edge], resize: 'stretch' })
      const out = toModelGrid(ramp, map, 0, 'linear')
      for (let x = 1; x < edge - 1; x++) {
        expect(out[edge + x]).toBeCloseTo((x + 0.5) * (8 / edge) - 0.5, 5)
      }
    }
  })

  it('keeps the mean when shrinking by a whole factor', () => {
    const noise = Float32Array.from({ length: 256 }, (_, i) => (i * 37) % 11)
    const map = gridMap({ columns: 16, rows: 16 }, { size: [16, 16], resize: 'stretch' })
    expect([...toModelGrid(noise, map, 0, 'linear')]).toEqual([...noise])
  })

  it('pads under "fit", crops under "cover", and maps back to the same place', () => {
    const wide = Float32Array.from({ length: 8 * 4 }, (_, i) => (i % 8 === 3 && Math.floor(i / 8) === 1 ? 1 : 0))
    const fit = gridMap({ columns: 8, rows: 4 }, { size: [8, 8], resize: 'fit' })
    const placed = toModelGrid(wide, fit, -7, 'nearest')
    expect(placed[0]).toBe(-7)
    expect(placed[3 * 8 + 3]).toBe(1)
    expect(
      toImageGrid(
        placed.map((value) => Math.max(0, value)),
        fit
      )[1 * 8 + 3]
    ).toBe(1)

    const cover = gridMap({ columns: 8, rows: 4 }, { size: [4, 4], resize: 'cover' })
    expect(toModelGrid(wide, cover, 0, 'nearest')[1 * 4 + 1]).toBe(1)
    const back = toImageGrid(new Float32Array(16).fill(1), cover)
    expect([back[0], back[2], back[5], back[6]]).toEqual([0, 1, 1, 0])
  })

  it('counts mask pixels that the crop loses and keeps the others', () => {
    const mask = new Uint8Array(32)
    mask[0] = 1
    mask[11] = 1
    const cover = gridMap({ columns: 8, rows: 4 }, { size: [4, 4], resize: 'cover' })
    const moved = maskToModelGrid(mask, cover)
    expect(moved.lost).toBe(1)
    expect(moved.mask.reduce((sum, value) => sum + value, 0)).toBe(1)
    expect(moved.mask[1 * 4 + 1]).toBe(1)
  })

  it('takes boxes with the far edge exclusive', () => {
    const map = gridMap({ columns: 4, rows: 4 }, { size: [4, 4], resize: 'stretch' })
    const box = boxToModelGrid([1, 1, 3, 2], map)
    expect([...box]).toEqual([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  })
})

describe('examineInput', () => {
  it('says what is out of range, with the numbers', () => {
    const findings = examineInput(image(Float32Array.of(-1000, 0, 400, 3000), [2, 2, 1], { unit: 'HU' }), card())
    const values = findings.find((finding) => finding.check === 'value range')
    expect(values?.state).toBe('differs')
    expect(values?.sentence).toContain('expects 0 to 100, this image gives -1000 to 3000')
  })

  it('finds nothing wrong with a fitting image', () => {
    const states = examineInput(image(Float32Array.of(0, 20, 60, 100), [2, 2, 1], { oriented: true }), card())
    expect(states.filter((finding) => finding.state === 'differs')).toEqual([])
  })
})

describe('proposeCard', () => {
  it('lists every guess', () => {
    const proposed = proposeCard({
      name: 'net',
      input: { name: 'x', shape: [null, 3, null, null] },
      output: { name: 'y', classes: 2, head: 'none' },
      layers: [],
      metadata: new Map()
    })
    expect(proposed.toCheck.map((item) => item.path)).toEqual(['input.size', 'input.values', 'outputs.0.labels'])
    expect(v.is(ModelCard, proposed.card)).toBe(true)
    expect(proposed.card.outputs[0].activation).toBe('softmax')
  })

  it('reads labels from the metadata', () => {
    const proposed = proposeCard({
      name: 'net',
      input: { name: 'x', shape: [1, 64, 64, 1] },
      output: { name: 'y', classes: 2, head: 'softmax' },
      layers: [],
      metadata: new Map([['classes', '["none", "opacity"]']])
    })
    expect(proposed.card.input.layout).toBe('NHWC')
    expect(proposed.card.outputs[0].labels).toEqual(['none', 'opacity'])
  })
})
