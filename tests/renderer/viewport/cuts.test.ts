import { describe, expect, it } from 'vitest'
import { affineOf, axisOf, chained, inverted, mapped, type Vector } from '../../../src-renderer/viewport/affine'
import {
  acquiredPlanes,
  onPlane,
  sliceThrough,
  straightPlanes,
  voxelAxes,
  type CutPlane
} from '../../../src-renderer/viewport/cut-planes'
import { cutCells, cutLabels, cutValues, isDirect } from '../../../src-renderer/viewport/reslice'

/** 7 × 6 × 5 voxels of 0.9 × 1.1 × 2.5 mm, turned by 20° about x and 10° about z. */
const size: Vector = [7, 6, 5]
const oblique = [
  0.886326977711, -0.179493502283, 0.148477936535, -11, 0.1562833599, 1.017958236238, -0.842060222084, 4, 0,
  0.376222157658, 2.349231551965, 37, 0, 0, 0, 1
]
const values = Float32Array.from({ length: 210 }, (_, index) => (index * 7919) % 211)
const image = {
  size: [7, 6, 5] as [number, number, number],
  affine: oblique,
  spacingMm: [0.9, 1.1, 2.5] as [number, number, number],
  oriented: true
}
const named = (planes: readonly CutPlane[], name: string): CutPlane => planes.find((one) => one.name === name)!

describe('affines', () => {
  it('lead there and back', () => {
    const both = chained(inverted(oblique)!, oblique)
    both.forEach((value, at) => expect(value).toBeCloseTo(at % 5 === 0 ? 1 : 0, 9))
    expect(
      inverted(
        affineOf(
          [
            [1, 0, 0],
            [2, 0, 0],
            [0, 0, 1]
          ],
          [0, 0, 0]
        )
      )
    ).toBeNull()
  })
})

describe('cuts along the acquired axes', () => {
  it('copy voxels: every pixel is one, and the axial cut is the slice as it was stored', () => {
    const axial = named(acquiredPlanes(image), 'axial')

    expect(isDirect(axial)).toBe(true)
    expect(axial.size).toEqual([7, 6, 5])
    expect([...cutValues({ values, size }, axial, 3)]).toEqual([...values.subarray(126, 168)])
    // Feet down: the coronal cut starts at the highest slice.
    const coronal = named(acquiredPlanes(image), 'coronal')
    expect(coronal.size).toEqual([7, 5, 6])
    const cut = cutValues({ values, size }, coronal, 2)
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 7; column++)
        expect(cut[row * 7 + column]).toBe(values[column + 7 * (2 + 6 * (4 - row))])
  })

  it('name the directions of every edge, with two letters where the acquisition is oblique', () => {
    const planes = acquiredPlanes(image)

    expect(named(planes, 'axial').letters).toEqual({ left: 'RA', right: 'LP', top: 'AF', bottom: 'PH' })
    expect(named(planes, 'coronal').letters).toMatchObject({ top: 'HA', bottom: 'FP' })
    expect(planes.map((plane) => plane.oblique)).toEqual([true, true, true])
    expect(planes.every((plane) => !plane.sheared)).toBe(true)
  })

  it('give the same picture however the file orders and mirrors its axes', () => {
    const plain = affineOf(
      [
        [1, 0, 0],
        [0, 2, 0],
        [0, 0, 3]
      ],
      [-3, -5, 7]
    )
    const at = (world: Vector): number => values[world[0] + 3 + 7 * ((world[1] + 5) / 2 + 6 * ((world[2] - 7) / 3))]
    const wanted = ['axial', 'coronal', 'sagittal'].map((name) => {
      const plane = named(acquiredPlanes({ ...image, affine: plain, spacingMm: [1, 2, 3] }), name)
      const slice = sliceThrough(plane, [4, 1, 3])

      return [...cutValues({ values, size }, plane, slice)]
    })
    const orders: Vector[] = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0]
    ]
    let seen = 0
    for (const order of orders) {
      for (let mirrored = 0; mirrored < 8; mirrored++) {
        const count = order.map((axis) => size[axis]) as [number, number, number]
        const signs = order.map((_, place) => ((mirrored >> place) & 1 ? -1 : 1))
        const steps = order.map(
          (axis, place) => axisOf(plain, axis).map((one) => one * signs[place]) as unknown as Vector
        )
        const corner = [0, 1, 2].map((axis) => {
          const place = order.indexOf(axis)

          return signs[place] < 0 ? size[axis] - 1 : 0
        }) as unknown as Vector
        const affine = affineOf(steps as unknown as [Vector, Vector, Vector], mapped(plain, corner))
        const stored = new Float32Array(210)
        for (let k = 0, index = 0; k < count[2]; k++)
          for (let j = 0; j < count[1]; j++)
            for (let i = 0; i < count[0]; i++) stored[index++] = at(mapped(affine, [i, j, k]))

        const planes = acquiredPlanes({ ...image, size: count, affine, spacingMm: [1, 1, 1] })
        const cursor = mapped(inverted(affine)!, mapped(plain, [4, 1, 3])).map(Math.round) as unknown as Vector
        ;['axial', 'coronal', 'sagittal'].forEach((name, index) => {
          const plane = named(planes, name)
          expect([...cutValues({ values: stored, size: count }, plane, sliceThrough(plane, cursor))]).toEqual(
            wanted[index]
          )
          expect(plane.letters).toEqual(named(acquiredPlanes({ ...image, affine: plain }), name).letters)
          seen++
        })
      }
    }
    expect(seen).toBe(144)
  })

  it('lead from a voxel to the same point of the patient in all three', () => {
    const voxel: Vector = [5, 1, 2]
    for (const plane of acquiredPlanes(image)) {
      const place = onPlane(plane, voxel)
      expect(place.every(Number.isInteger)).toBe(true)
      expect(mapped(oblique, mapped(plane.toVoxel, place))).toEqual(mapped(oblique, voxel))
      const cut = cutValues({ values, size }, plane, sliceThrough(plane, voxel))
      expect(cut[place[1] * plane.size[0] + place[0]]).toBe(values[5 + 7 * (1 + 6 * 2)])
    }
  })

  it('tell a tilted gantry', () => {
    const tilted = {
      ...image,
      affine: affineOf(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0.3, 2]
        ],
        [0, 0, 0]
      )
    }
    const sheared = acquiredPlanes(tilted).map((plane) => [plane.name, plane.sheared])

    expect(sheared).toEqual([
      ['axial', false],
      ['coronal', false],
      ['sagittal', true]
    ])
    expect(straightPlanes(tilted).some((plane) => plane.sheared)).toBe(false)
  })
})

describe('straightened cuts', () => {
  // scipy 1.x map_coordinates(order=1) on the same grid: 39 pixels lie between voxel centres in slice 8 of the axial cut.
  const figures = [
    [2, 2, 123.50302],
    [3, 5, 86.279276],
    [4, 3, 90.550923],
    [4, 7, 127.017878],
    [5, 5, 68.349777],
    [6, 2, 82.986432],
    [6, 6, 125.061087],
    [7, 4, 65.960022],
    [8, 2, 126.489051],
    [8, 6, 71.117104]
  ]

  it('interpolate as scipy does, on a grid as fine as the finest voxel', () => {
    const axial = named(straightPlanes(image), 'axial')
    expect(axial.size).toEqual([9, 13, 16])
    expect(axial.letters).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
    expect(axial.spacing.map((step) => step.toFixed(6))).toEqual(['0.900000', '0.900000', '0.900000'])

    const cut = cutValues({ values, size }, axial, 8)
    for (const [row, column, value] of figures) expect(cut[row * 9 + column]).toBeCloseTo(value, 4)
    let [count, sum] = [0, 0]
    for (let row = 0; row < 13; row++)
      for (let column = 0; column < 9; column++) {
        const voxel = mapped(axial.toVoxel, [column, row, 8])
        if (!voxel.every((place, axis) => place >= 0 && place <= size[axis] - 1)) continue
        count++
        sum += cut[row * 9 + column]
      }
    expect([count, sum.toFixed(2)]).toEqual([39, '4132.69'])
  })

  it('show nothing beside the volume, and the same as the acquired ones where the axes agree', () => {
    const axial = named(straightPlanes(image), 'axial')
    expect(cutValues({ values, size }, axial, 8)[0]).toBeNaN()

    const even = {
      ...image,
      affine: affineOf(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1]
        ],
        [0, 0, 0]
      )
    }
    for (const plane of straightPlanes(even)) {
      const twin = named(acquiredPlanes(even), plane.name)
      expect(plane.size).toEqual(twin.size)
      const [mine, theirs] = [cutValues({ values, size }, plane, 2), cutValues({ values, size }, twin, 2)]
      mine.forEach((value, at) => expect(value).toBeCloseTo(theirs[at], 4))
    }
  })

  it('keep holes of a map as holes', () => {
    const holed = Float32Array.from(values, (value, index) => (index === 0 ? Number.NaN : value))
    const axial = named(acquiredPlanes(image), 'axial')
    expect(cutValues({ values: holed, size }, axial, 0)[0]).toBeNaN()
  })
})

describe('labels and cells', () => {
  it('are read at the voxel a pixel lies in', () => {
    const sagittal = named(acquiredPlanes(image), 'sagittal')
    const labels = Uint8Array.from({ length: 210 }, (_, index) => (index % 7 === 3 ? 1 : 0))
    expect(cutLabels({ values: labels, size }, sagittal, 3).every((label) => label === 1)).toBe(true)
    expect(cutLabels({ values: labels, size }, sagittal, 2).every((label) => label === 0)).toBe(true)

    const cells = { values: Float32Array.from([1, 2, 3, 4]), size: [2, 1, 2] as Vector }
    const coronal = named(acquiredPlanes(image), 'coronal')
    const cut = cutCells(cells, size, coronal, 0)
    // Rows run from the head (layer 2) to the feet (layer 1); columns 0 to 2 of 7 lie in the left half.
    expect([cut[0], cut[2], cut[4], cut[4 * 7]]).toEqual([3, 3, 4, 1])
  })

  it('the axes of a file are told by the patient', () => {
    expect(voxelAxes(oblique)).toEqual([0, 1, 2])
    expect(
      voxelAxes(
        affineOf(
          [
            [0, 0, 1],
            [1, 0, 0],
            [0, 1, 0]
          ],
          [0, 0, 0]
        )
      )
    ).toEqual([1, 2, 0])
  })
})
