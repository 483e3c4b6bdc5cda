import { describe, expect, test } from 'vitest'
import type { MetricInputs } from '@engine/metrics/metric'
import { similarityMap } from '@engine/metrics/structural-similarity'
import { readGoldenArray, readGoldenMap } from '../../support/golden-array'
import { expectAgreement, golden, mapNamed, present, value } from '../../support/golden-metric'

describe.skipIf(!present)('golden metrics', () => {
  test('structural similarity of every pair', () => {
    for (const entry of golden.ssim.pairs) {
      const inputs = pair(entry)
      expectAgreement(value('ssim', inputs, { 'data-range': 2 }), entry.qtim, 1e-9)
      expectAgreement(value('ssim', inputs), entry.uniform7_range1, 1e-9)
      expectAgreement(value('ssim', inputs, { window: 'gaussian11' }), entry.gaussian11_range1, 1e-9)
      expectAgreement(value('ssim', inputs, { 'data-range': 'joint' }), entry.quantus, 1e-6)
    }
  })

  test('structural similarity map and volume', () => {
    const a = mapNamed('a')
    const local = similarityMap(a.map, mapNamed('b').map, a.shape, {
      window: 'uniform7',
      dataRange: 2,
      covariance: 'sample'
    })!
    const expected = readGoldenArray('ssim_full_a_b_qtim.npy').values
    expect(Math.max(...local.map((item, index) => Math.abs(item - expected[index])))).toBeLessThan(1e-6)

    const volume = { ...readGoldenMap('vol_x.npy'), other: readGoldenMap('vol_y.npy').map }
    expectAgreement(value('ssim', volume), golden.ssim.volume.uniform7_range1_3d, 1e-9)
    expectAgreement(value('ssim', volume, { 'data-range': 2 }), golden.ssim.volume.uniform7_range2_3d, 1e-9)
  })

  test('similarity of every pair', () => {
    for (const entry of golden.similarity.entries) {
      const inputs = pair(entry)
      expectAgreement(value('pearson', inputs), entry.pearson, 1e-9)
      expectAgreement(value('spearman', inputs), entry.spearman, 1e-9)
      expectAgreement(value('kendall-tau', inputs, { stride: 7 }), entry.kendall_tau_b, 1e-9)
      expectAgreement(value('mutual-information', inputs), entry.mi_nats_32bins, 1e-9)
      expectAgreement(value('mutual-information', inputs, { bins: 64 }), entry.mi_nats_64bins, 1e-9)
      expectAgreement(value('normalised-mutual-information', inputs), entry.nmi_skimage_100bins, 1e-9)
      expectAgreement(value('mean-squared-error', inputs), entry.mse, 1e-9)
    }
  })

  test('similarity of the randomisation test’s maps', () => {
    const original = flatten(golden.mprt.original_map)
    const signed = golden.mprt as unknown as Record<'spearman_absFalse' | 'spearman_absTrue', Record<string, number[]>>
    for (const step of golden.mprt.steps) {
      const { map, shape } = flatten(step.map as string)
      const inputs = { map: original.map, shape, other: map }
      const scaled = { map: magnitude(original.map), shape, other: magnitude(map) }
      expectAgreement(value('ssim', scaled, { 'data-range': 2 }), step.ssim_qtim, 1e-5)
      expectAgreement(value('spearman', inputs, { absolute: true }), step.spearman_abs, 1e-5)
      expectAgreement(value('pearson', inputs, { absolute: true }), step.pearson_abs, 1e-5)
      expectAgreement(value('spearman', inputs), signed.spearman_absFalse[step.layer as string][0], 1e-3)
      expectAgreement(
        value('spearman', inputs, { absolute: true }),
        signed.spearman_absTrue[step.layer as string][0],
        1e-3
      )
    }
    expect(signed.spearman_absFalse.original[0]).toBe(value('spearman', { ...original, other: original.map }))
    expect(signed.spearman_absTrue.original[0]).toBe(1)
  })
})

function pair(entry: Record<string, unknown>): MetricInputs {
  return { ...mapNamed(entry.a), other: mapNamed(entry.b).map }
}

function flatten(name: string): { map: Float32Array; shape: readonly number[] } {
  const { map, shape } = readGoldenMap(name)
  return { map, shape: shape.slice(-2) }
}

/** Absolute values scaled to [0, 1]. */
function magnitude(map: Float32Array): Float32Array {
  const absolute = map.map(Math.abs)
  const low = Math.min(...absolute)
  const high = Math.max(...absolute)
  return absolute.map((item) => (item - low) / (high - low))
}
