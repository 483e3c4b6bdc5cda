import { averageSaliencyFocusMetric } from '@engine/metrics/average-saliency-focus'
import { proportionalEnergyMetric } from '@engine/metrics/proportional-energy'
import type { FigureKind } from './figure-table'

/** Rows `[sample, label, energy, focus]` (definitions A2-12). */
export const interpretabilityKind: FigureKind = {
  name: 'interpretability',
  title: 'Interpretability',
  first: 2,
  columns: [
    { short: 'PropEng', title: 'Proportional Energy' },
    { short: 'AvgSalFocus', title: 'Average Saliency Focus' }
  ]
}

/** Both figures of a map in [0, 1] and a mask on its grid; 0 where they are undefined, as mednet has it (definitions A2-13, 14). */
export function interpretability(map: Float32Array, mask: Uint8Array): [energy: number, focus: number] {
  const inputs = { map, mask, shape: [map.length] }
  const value = (metric: typeof proportionalEnergyMetric): number => metric.compute(inputs, {}).value ?? 0
  return [value(proportionalEnergyMetric), value(averageSaliencyFocusMetric)]
}
