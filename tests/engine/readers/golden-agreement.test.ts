import { describe, expect, test } from 'vitest'
import { agreementOf } from '@engine/readers/agreement'
import type { MaskGrid } from '@engine/readers/reader-mask'
import { readGoldenArray } from '../../support/golden-array'
import { golden, present } from '../../support/golden-metric'

interface Entry extends Readonly<Record<string, number | string | readonly number[]>> {
  readonly a: string
  readonly b: string
  /** NumPy's order: slices, rows, columns. */
  readonly spacing: readonly number[]
}

const entries = present ? (golden.reader_agreement.entries as unknown as Entry[]) : []

const maskNamed = (name: string): { voxels: Uint8Array; shape: readonly number[] } => {
  const { values, shape } = readGoldenArray(`${name}.npy`)
  return { voxels: Uint8Array.from(values as ArrayLike<number>, (value) => (value > 0 ? 1 : 0)), shape }
}

describe.skipIf(!present)('golden agreement of readers', () => {
  test.each(entries.map((entry) => [`${entry.a}, ${entry.b}, ${entry.spacing.join(' × ')} mm`, entry] as const))(
    '%s',
    (_, entry) => {
      const [first, second] = [maskNamed(entry.a), maskNamed(entry.b)]
      const three = (list: readonly number[]): [number, number, number] => {
        const [columns, rows, slices = 1] = list.toReversed()
        return [columns, rows, slices]
      }
      const grid: MaskGrid = { size: three(first.shape), spacingMm: three(entry.spacing) }
      const readers = [
        { reader: entry.a, voxels: first.voxels },
        { reader: entry.b, voxels: second.voxels }
      ]
      const [pair] = agreementOf(readers, grid, { kind: 'whole' }).pairs
      const number = (name: string): number => entry[name] as number

      expect(pair.dice).toBeCloseTo(number('dice'), 12)
      expect(pair.iou).toBeCloseTo(number('iou'), 12)
      expect(pair.kappa.value).toBeCloseTo(number('kappa_voxels'), 12)
      expect(pair.kappa.value).toBeCloseTo(number('kappa_sklearn'), 12)
      expect(pair.hdMm.value).toBeCloseTo(number('hausdorff_surface'), 10)
      // The farthest point of a mask from another lies on its surface here.
      expect(pair.hdMm.value).toBeCloseTo(number('hausdorff_points_scipy'), 10)
      expect(pair.hd95Mm.value).toBeCloseTo(number('hausdorff95_max_of_directed'), 10)
      expect(pair.hd95PooledMm.value).toBeCloseTo(number('hausdorff95_pooled'), 10)
      expect(pair.assdPooledMm.value).toBeCloseTo(number('assd'), 10)
      expect(pair.assdMm.value).toBeCloseTo(number('assd_mean_of_means'), 10)
      // MONAI computes in float32.
      expect(Math.abs(pair.assdPooledMm.value! / number('monai_assd') - 1)).toBeLessThan(1e-6)
      expect(Math.abs(pair.hdMm.value! / number('monai_hausdorff') - 1)).toBeLessThan(1e-6)
      expect(Math.abs(pair.hd95Mm.value! / number('monai_hausdorff95') - 1)).toBeLessThan(1e-6)
      const area = (voxels: Uint8Array): number => voxels.reduce((sum, value) => sum + value, 0)
      expect(Math.abs(area(second.voxels) - area(first.voxels))).toBe(Math.abs(number('volume_difference')))
    }
  )
})
