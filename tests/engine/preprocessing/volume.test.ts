import { describe, expect, it } from 'vitest'
import { applyAffine } from '@engine/geometry/affine'
import { resampleVolume } from '@engine/geometry/resample'
import type { Affine, Volume } from '@engine/geometry/volume'
import type { ModelGrid } from '@engine/preprocessing/model-grid'
import { prepareImage } from '@engine/preprocessing/prepare'
import { randomStream } from '@engine/tensor/random'
import { axes, imageIndex, volumeCard, volumeOf } from './volume-case'

/** Rows of an oblique head scan: turned by about 20°, thick slices. */
const oblique: Affine = axes([0.94, 0.34, 0], [-0.31, 0.85, 0.42], [0.43, -1.17, 3.2], [-12, 7, 30])
const lps = axes([1, 0, 0], [0, 1, 0], [0, 0, 1])
/** Sagittal: columns run to posterior, rows to inferior, slices to the patient's right. */
const sagittal = axes([0, 2, 0], [0, 0, -3], [-4, 0, 0])

const code = (i: number, j: number, k: number): number => i + 10 * j + 100 * k
const fieldOf = (prepared: ReturnType<typeof prepareImage>): ModelGrid => {
  if (prepared.field === undefined) throw new Error('no field')
  return prepared.field
}

describe('a volume for a model of volumes', () => {
  it('goes in as slices, rows, columns when the card says so', () => {
    const prepared = prepareImage(volumeOf([4, 3, 2], oblique, code), volumeCard({ size: [2, 3, 4], resize: 'none' }))
    const { data, shape } = prepared.input(0)
    expect(shape).toEqual([1, 1, 2, 3, 4])
    expect(data[(1 * 3 + 2) * 4 + 3]).toBe(code(3, 2, 1))
    expect(prepared.coversImage).toBe(true)
  })

  it('is turned to RAS from LPS, and from a sagittal scan', () => {
    const flat = prepareImage(
      volumeOf([4, 3, 2], lps, code),
      volumeCard({ size: [4, 3, 2], orientation: 'RAS', resize: 'none' })
    ).input(0)
    // First axis to the right = columns backwards, second to anterior = rows backwards, third up = slices.
    expect(flat.data[(0 * 3 + 0) * 2 + 1]).toBe(code(3, 2, 1))
    expect(flat.data[(3 * 3 + 1) * 2 + 0]).toBe(code(0, 1, 0))

    const turned = prepareImage(
      volumeOf([4, 3, 2], sagittal, code),
      volumeCard({ size: [2, 4, 3], orientation: 'RAS', resize: 'none' })
    ).input(0)
    // Right = slices, anterior = columns backwards, superior = rows backwards.
    expect(turned.data[(1 * 4 + 0) * 3 + 0]).toBe(code(3, 2, 1))
    expect(turned.data[(0 * 4 + 3) * 3 + 2]).toBe(code(0, 0, 0))
  })

  it('equals the general resampling by affines on an oblique, anisotropic image', () => {
    const noise = randomStream(3, 'volume-test')
    const image = volumeOf([9, 8, 6], oblique, () => noise.uniform())
    // Finer than the image along every axis, so that both interpolate between two neighbours.
    const card = volumeCard({ size: [16, 14, 15], orientation: 'LAS', spacingMm: [0.8, 0.9, 1.4], resize: 'crop-pad' })
    const prepared = prepareImage(image, card)
    const input = prepared.input(0)
    const target = { size: [15, 14, 16] as const, affine: affineOf(fieldOf(prepared), image) }
    const expected = resampleVolume(image, target, {
      interpolation: 'linear',
      outside: Math.min(...image.voxels)
    })
    const worst = input.data.reduce((most, value, at) => Math.max(most, Math.abs(value - expected.voxels[at])), 0)
    expect(worst).toBeLessThan(2e-6)
  })

  it('averages when it shrinks: a constant stays, the mean of whole blocks is kept away from the edge', () => {
    const ramp = volumeOf([12, 12, 12], lps, (i, j, k) => 2 * i + 3 * j - k)
    const { data } = prepareImage(ramp, volumeCard({ size: [4, 4, 4] })).input(0)
    // Block (1, 1, 1) has its middle at voxel 4 along every axis.
    expect(data[(1 * 4 + 1) * 4 + 1]).toBeCloseTo(2 * 4 + 3 * 4 - 4, 5)
    expect(data[(2 * 4 + 1) * 4 + 1] - data[(1 * 4 + 1) * 4 + 1]).toBeCloseTo(-3, 5)
  })

  it('cuts and pads around the middle, and counts what a mask loses', () => {
    const image = volumeOf([6, 4, 2], lps, (i, j, k) => 1 + code(i, j, k))
    const prepared = prepareImage(
      image,
      volumeCard({ size: [4, 4, 3], resize: 'crop-pad', values: { from: 'range', low: 0, high: 1000 } })
    )
    const { data } = prepared.input(0)
    expect(data[(0 * 4 + 0) * 3 + 0]).toBe(0)
    expect(data[(1 * 4 + 0) * 3 + 0] * 1000).toBeCloseTo(1 + code(1, 0, 0), 3)
    const mask = Uint8Array.from({ length: 48 }, (_, at) => +(at % 6 === 0 || at % 6 === 2))
    const placed = prepared.maskOnGrid(mask)
    expect(placed.lost).toBe(8)
    expect(placed.mask.reduce((sum, value) => sum + value, 0)).toBe(8)
  })
})

describe('the way back to the image', () => {
  const cards = [
    volumeCard({ size: [10, 12, 9], orientation: 'RAS', spacingMm: [1.5, 1.5, 1.5], resize: 'crop-pad' }),
    volumeCard({ size: [10, 12, 9], orientation: 'SPL', resize: 'stretch' }),
    volumeCard({ size: [10, 12, 9], orientation: 'as-stored', spacingMm: [2, 1, 1], resize: 'fit' }),
    volumeCard({ size: [10, 12, 9], orientation: 'LIA', resize: 'cover' })
  ]

  it('lands in the voxel it came from, in patient millimetres', () => {
    const image = volumeOf([9, 8, 6], oblique, () => 0)
    for (const card of cards) {
      const prepared = prepareImage(image, card)
      const field = fieldOf(prepared)
      const [depth, height, width] = field.map(({ to }) => to)
      for (const [d, h, w] of [
        [5, 6, 4],
        [3, 7, 5]
      ]) {
        const map = { data: new Float32Array(depth * height * width), shape: [1, 1, depth, height, width] }
        map.data[(d * height + h) * width + w] = 1
        const here = centreOfMass(prepared.onImage(map, 'linear'), image)
        const there = applyAffine(affineOf(field, image), [w, h, d])
        const voxel = Math.hypot(
          ...field.map(({ scale, imageAxis }) => Math.max(1, scale) * image.spacingMm![imageAxis])
        )
        expect(Math.hypot(here[0] - there[0], here[1] - there[1], here[2] - there[2])).toBeLessThan(voxel / 2)
      }
    }
  })

  it('gives a constant map back as a constant where the model looked, 0 elsewhere', () => {
    const image = volumeOf([9, 8, 6], oblique, () => 0)
    for (const card of cards) {
      const prepared = prepareImage(image, card)
      const ones = { data: new Float32Array(10 * 12 * 9).fill(1), shape: [1, 1, 10, 12, 9] }
      const back = prepared.onImage(ones, 'linear')
      const seen = new Uint8Array(back.length).fill(1)
      const lost = prepared.maskOnGrid(seen).lost
      expect(back.filter((value) => Math.abs(value - 1) < 1e-6).length).toBe(back.length - lost)
      expect(back.filter((value) => value === 0).length).toBe(lost)
    }
  })

  it('shows coarse cells as blocks of voxels, in the directions of the image', () => {
    const image = volumeOf([8, 4, 6], lps, () => 0)
    const prepared = prepareImage(image, volumeCard({ size: [8, 4, 6], orientation: 'RAS', resize: 'none' }))
    const cells = { data: Float32Array.from({ length: 12 }, (_, at) => at), shape: [1, 1, 2, 2, 3] }
    expect(prepared.cellsOf(cells)).toEqual([2, 2, 3])
    const drawn = prepared.onImage(cells, 'nearest')
    const at = (i: number, j: number, k: number): number => drawn[(k * 4 + j) * 8 + i]
    // The first cell is the patient's rightmost, hindmost, lowest: the last column and row of the first slice.
    expect([at(7, 3, 0), at(0, 3, 0), at(7, 0, 0), at(7, 3, 5)]).toEqual([0, 6, 3, 2])
  })
})

describe('patches and boxes', () => {
  const image = volumeOf([7, 6, 5], sagittal, code)

  it('cover the image, the last one ending at its edge, and join without a seam', () => {
    const card = volumeCard(
      { size: [3, 4, 2], orientation: 'RAS' },
      { mode: { kind: 'patch', size: [3, 4, 2], stride: [2, 3, 2] } }
    )
    const prepared = prepareImage(image, card)
    expect(prepared.shape).toEqual([5, 7, 6])
    expect(prepared.plan.indices.length).toBe(2 * 2 * 3)
    const whole = prepareImage(image, volumeCard({ size: [5, 7, 6], orientation: 'RAS', resize: 'none' })).input(0)
    const joined = prepared.join(prepared.plan.indices.map((index) => prepared.input(index)))
    expect(joined.shape).toEqual([1, 1, 5, 7, 6])
    expect([...joined.data]).toEqual([...whole.data])
    expect([...prepared.onImage(joined, 'linear')]).toEqual([...image.voxels])
  })

  it('larger than the image is centred and padded', () => {
    const prepared = prepareImage(
      volumeOf([2, 2, 2], lps, () => 5),
      volumeCard(
        { size: [4, 4, 4], values: { from: 'range', low: 0, high: 10 } },
        { mode: { kind: 'patch', size: [4, 4, 4], stride: [4, 4, 4] } }
      )
    )
    const { data } = prepared.input(0)
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(8 * 0.5, 6)
    const joined = prepared.join([prepared.input(0)])
    expect(joined.shape).toEqual([1, 1, 2, 2, 2])
    expect([...joined.data]).toEqual(new Array(8).fill(0.5))
  })

  it('of a picture are boxes of its own pixels, one slice after another', () => {
    const card = volumeCard({ layout: 'NCHW', size: [2, 3] }, { mode: { kind: 'roi', boxes: [[1, 2, 4, 4]] } })
    const prepared = prepareImage(image, card)
    expect(prepared.plan.indices.length).toBe(5)
    const { data, shape } = prepared.input(3)
    expect(shape).toEqual([1, 1, 2, 3])
    expect([...data]).toEqual([
      code(1, 2, 3),
      code(2, 2, 3),
      code(3, 2, 3),
      code(1, 3, 3),
      code(2, 3, 3),
      code(3, 3, 3)
    ])
    const joined = prepared.join(prepared.plan.indices.map((index) => prepared.input(index)))
    const back = prepared.onImage(joined, 'linear')
    expect(back[(3 * 6 + 2) * 7 + 1]).toBe(code(1, 2, 3))
    expect(back[(3 * 6 + 2) * 7 + 0]).toBe(0)
  })

  it('a box of voxels as stored is found in the turned image, enlarged to the input and laid back', () => {
    const card = volumeCard(
      { size: [2, 4, 3], orientation: 'RAS', resize: 'stretch' },
      { mode: { kind: 'roi', boxes: [[1, 2, 3, 5, 5, 5]] } }
    )
    const prepared = prepareImage(image, card)
    const input = prepared.input(0)
    // Right = slices 3, 4; anterior = columns 4 … 1; superior = rows 4 … 2.
    expect(input.data[0]).toBe(code(4, 4, 3))
    expect(input.data[(1 * 4 + 3) * 3 + 2]).toBe(code(1, 2, 4))
    const back = prepared.onImage(prepared.join([input]), 'linear')
    for (let at = 0; at < back.length; at++) {
      const [i, j, k] = [at % 7, Math.floor(at / 7) % 6, Math.floor(at / 42)]
      const inside = i >= 1 && i < 5 && j >= 2 && j < 5 && k >= 3
      expect(back[at]).toBe(inside ? code(i, j, k) : 0)
    }
  })

  it('are refused where they leave gaps or lie outside', () => {
    const gap = volumeCard({}, { mode: { kind: 'patch', size: [2, 2, 2], stride: [2, 3, 2] } })
    expect(() => prepareImage(image, gap)).toThrow('Patches of 2 × 2 × 2 with a stride of 2 × 3 × 2 leave gaps.')
    const outside = volumeCard({}, { mode: { kind: 'roi', boxes: [[0, 0, 0, 8, 2, 2]] } })
    expect(() => prepareImage(image, outside)).toThrow('does not lie in the image')
    const short = volumeCard({}, { mode: { kind: 'roi', boxes: [[0, 0, 8, 2]] } })
    expect(() => prepareImage(image, short)).toThrow('needs 6 numbers')
    const words = volumeCard({ orientation: 'RAR' })
    expect(() => prepareImage(image, words)).toThrow('names no three directions')
  })
})

/** Columns of a model grid (last axis first) in patient millimetres, from the definition of its axes. */
function affineOf(field: ModelGrid, image: Volume): Affine {
  const at = (w: number, h: number, d: number): readonly [number, number, number] => {
    const index: [number, number, number] = [0, 0, 0]
    ;[d, h, w].forEach((position, axis) => (index[field[axis].imageAxis] = imageIndex(field[axis], position)))
    return applyAffine(image.affine, index)
  }
  const origin = at(0, 0, 0)
  const step = (point: readonly [number, number, number]): [number, number, number] => [
    point[0] - origin[0],
    point[1] - origin[1],
    point[2] - origin[2]
  ]
  return axes(step(at(1, 0, 0)), step(at(0, 1, 0)), step(at(0, 0, 1)), origin)
}

function centreOfMass(values: Float32Array, { size, affine }: Volume): readonly [number, number, number] {
  let total = 0
  const sum: [number, number, number] = [0, 0, 0]
  values.forEach((value, at) => {
    const index = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))]
    total += value
    index.forEach((position, axis) => (sum[axis] += value * position))
  })
  return applyAffine(affine, [sum[0] / total, sum[1] / total, sum[2] / total])
}
