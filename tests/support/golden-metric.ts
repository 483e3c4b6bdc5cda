import { expect } from 'vitest'
import { evaluateMetric, type RawParams } from '@engine/metrics/evaluate'
import { metrics } from '@engine/metrics/index'
import type { Computed, MetricInputs } from '@engine/metrics/metric'
import { goldenMetrics, readGoldenJson, readGoldenMap } from './golden-array'

export const present = goldenMetrics() !== null
export const golden = present ? readGoldenJson('metrics.json') : null!

export function compute(id: string, inputs: Partial<MetricInputs>, params: RawParams = {}): Computed {
  return evaluateMetric(
    metrics.find((metric) => metric.id === id)!,
    inputs,
    params
  )
}

export function value(id: string, inputs: Partial<MetricInputs>, params: RawParams = {}): number | null {
  return compute(id, inputs, params).value
}

export const mapNamed = (name: unknown): { map: Float32Array; shape: readonly number[] } =>
  readGoldenMap(`map_${name}.npy`)

/** The golden files write an undefined value as "nan": we answer null with a reason. */
export function expectAgreement(found: number | null, expected: unknown, tolerance: number): void {
  if (expected === 'nan') expect(found).toBeNull()
  else expect(Math.abs(found! - (expected as number))).toBeLessThanOrEqual(tolerance)
}
