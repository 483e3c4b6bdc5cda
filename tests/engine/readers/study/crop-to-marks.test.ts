import { describe, expect, test } from 'vitest'
import { agreementOf } from '@engine/readers/agreement'
import { consensusOf, consensusMethods } from '@engine/readers/consensus'
import { consensusOfFinding } from '@engine/readers/study/consensus-of-case'
import { boxOfMarks, cropped, pasted } from '@engine/readers/study/crop-to-marks'
import { probabilityBytes, probabilityVoxels } from '@engine/readers/study/kept-probability'
import { caseFigures } from '@engine/readers/study/case-figures'
import { randomStream } from '@engine/tensor/random'

const size = [14, 11, 6] as const
const grid = { size, spacingMm: [0.7, 1.1, 2.5] as const }
/** A blob somewhere, often at the rim. */
const blob = (seed: number): Uint8Array => {
  const random = randomStream(seed)
  const centre = size.map((length) => random.integer(length))
  const radius = 1 + random.uniform() * 4
  return Uint8Array.from({ length: 14 * 11 * 6 }, (_, index) => {
    const place = [index % 14, Math.floor(index / 14) % 11, Math.floor(index / 154)]
    return place.reduce((sum, value, axis) => sum + (value - centre[axis]) ** 2, 0) <= radius ** 2 ? 1 : 0
  })
}

describe('the box around all marks', () => {
  test('gives every figure of the whole image, at the rim too', () => {
    for (let seed = 0; seed < 60; seed++) {
      const readings = [0, 1, 2].map((reader) => ({
        reader: `r${reader}`,
        repeat: false,
        voxels: blob(3 * seed + reader)
      }))
      const whole = agreementOf(readings, grid, { kind: 'union', margin: 10 })
      const figures = caseFigures({ code: '', patient: '', grid, readings })
      expect(figures.pairs).toEqual(whole.pairs)
      expect([figures.voxelKappa, figures.voxelAlpha, figures.voxelIcc]).toEqual([
        whole.fleissKappa,
        whole.krippendorffAlpha,
        whole.icc
      ])
      for (const method of consensusMethods) {
        const inside = consensusOfFinding('Opacity', { readings, grid }, method)
        const all = consensusOf(readings, grid, { method, region: { kind: 'union', margin: 10 } })
        expect(inside.mask).toEqual(Uint8Array.from(all.voxels, (value) => (value >= 0.5 ? 1 : 0)))
        const kept = inside.probability === null ? null : probabilityVoxels(probabilityBytes(inside.probability))
        expect(kept).toEqual(method === 'majority' ? null : all.voxels)
        expect(inside.sensitivity).toEqual(all.sensitivity)
      }
    }
  })

  test('is the region in which STAPLE says how well each reader does', () => {
    // The three discs of definitions E; the figures are those of an expectation maximisation in NumPy 2 over the same 40 × 40 pixels.
    const disc = (row: number, column: number, radius: number): Uint8Array =>
      Uint8Array.from({ length: 4096 }, (_, index) =>
        (Math.floor(index / 64) - row) ** 2 + ((index % 64) - column) ** 2 <= radius ** 2 ? 1 : 0
      )
    const readings = [disc(26, 32, 8), disc(27, 33, 9), disc(30, 30, 7)].map((voxels, at) => ({
      ...{ reader: `r${at}`, repeat: false, voxels }
    }))
    const flat = { size: [64, 64, 1] as const, spacingMm: null }
    const { sensitivity, specificity, estimated } = consensusOfFinding('Opacity', { readings, grid: flat }, 'staple')
    ;[0.85348229, 1, 0.55484423].forEach((value, reader) => expect(sensitivity![reader]).toBeCloseTo(value, 7))
    ;[0.99701968, 0.98036448, 0.98282839].forEach((value, reader) => expect(specificity![reader]).toBeCloseTo(value, 7))
    expect(estimated).toEqual({ prior: expect.closeTo(599 / 4800, 12), iterations: 36 })
    expect(consensusOfFinding('Opacity', { readings, grid: flat }, 'soft').estimated).toBeNull()
  })

  test('cuts and pastes voxel for voxel', () => {
    const mask = blob(5)
    const box = boxOfMarks([mask], size, 2)!
    expect(pasted(cropped(mask, size, box), size, box)).toEqual(mask)
    expect(boxOfMarks([new Uint8Array(924)], size, 2)).toBeNull()
    const nothing = { readings: [{ reader: 'a', repeat: false, voxels: new Uint8Array(924) }], grid }
    expect(consensusOfFinding('Opacity', nothing, 'staple')).toMatchObject({
      mask: new Uint8Array(924),
      probability: null
    })
  })
})
