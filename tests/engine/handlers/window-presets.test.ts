import { describe, expect, it } from 'vitest'
import type { Volume } from '@engine/geometry/volume'
import { smallPicture } from '@engine/handlers/image'
import { modalityPresets, windowOfShares } from '@engine/handlers/window-presets'

/** Values 0, 1, … 1000 in one row. */
const volume = (unit: string, samples: 1 | 3 = 1) => ({
  voxels: Float32Array.from({ length: 1001 }, (_, at) => at),
  unit,
  samples
})
const ends = ({ center, width }: { center: number; width: number }): number[] => [
  center - width / 2,
  center + width / 2
]

describe('window presets', () => {
  it('are in the unit of the values where they have one', () => {
    expect(modalityPresets(volume('HU'), 'CT')).toContainEqual({ name: 'Brain', center: 40, width: 80 })
    expect(modalityPresets(volume('SUVbw'), 'PT').map(ends)).toEqual([
      [0, 5],
      [0, 7],
      [0, 10],
      [0, 15]
    ])
  })

  it('are shares of the own values of an MR and of radiographs', () => {
    expect(modalityPresets(volume('stored value'), 'MR').map(ends)).toEqual([
      [100, 900],
      [500, 998],
      [0, 800]
    ])
    for (const modality of ['CR', 'DX', 'MG'])
      expect(modalityPresets(volume('stored value'), modality).map(ends)).toEqual([
        [100, 900],
        [5, 600],
        [400, 995]
      ])
  })

  it('of counts run from 0 to a part of the highest', () => {
    expect(modalityPresets(volume('rescaled value'), 'PT').map(ends)).toEqual([
      [0, 250],
      [0, 500]
    ])
  })

  it('are none for colour and for values of which nothing is known, and never without a width', () => {
    expect(modalityPresets(volume('stored value', 3), 'MG')).toEqual([])
    expect(modalityPresets(volume('stored value'), '')).toEqual([])
    const level = { voxels: new Float32Array(9).fill(7), unit: 'stored value', samples: 1 as const }
    expect(modalityPresets(level, 'MR')).toEqual([])
    // A skull stripped off: 85 % of the picture is 0.
    const stripped = { ...level, voxels: Float32Array.from({ length: 1001 }, (_, at) => Math.max(0, at - 850)) }
    expect(modalityPresets(stripped, 'MR').map(ends)).toEqual([
      [0, 50],
      [0, 148]
    ])
    expect(windowOfShares([], 0, 1)).toEqual({ center: 0, width: 1 })
  })
})

describe('a small picture', () => {
  it('is as wide and high as the image is in millimetres', () => {
    const tall: Volume = {
      ...{ voxels: new Float32Array(64 * 32), size: [64, 32, 1], samples: 1, unit: 'stored value' },
      affine: [1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      ...{ spacingMm: [1, 3, 1], oriented: true, frameOfReference: null, window: null },
      ...{ photometric: 'MONOCHROME2', bitsStored: 16 }
    }
    const { width, height, grid } = smallPicture(tall, 0, 96)
    expect([width, height]).toEqual([64, 96])
    // Its pixels are square: their sizes in millimetres are alike.
    expect(grid.scaleX * 1).toBeCloseTo(grid.scaleY * 3, 9)
    expect([64, 32]).toEqual([width * grid.scaleX, height * grid.scaleY])
  })
})
