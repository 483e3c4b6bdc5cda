import type { Explainable } from '@engine/attribution/explainable'
import { roadScores } from '@engine/criteria/perturbation-scores'
import { fitsInput } from '@engine/metrics/perturbation/perturbed-input'
import type { Job } from '@engine/job'
import { stack } from '@engine/tensor/tensor'
import type { MapToWrite } from '../exports/map-to-write'
import type { FigureKind } from './figure-table'

/** Rows `[sample, label, output, morf, lerf, combined]` (definitions A2-10). */
export const completenessKind: FigureKind = {
  name: 'completeness',
  title: 'Completeness',
  first: 3,
  columns: [
    { short: 'MoRF', title: 'ROAD, most relevant first' },
    { short: 'LeRF', title: 'ROAD, least relevant first' },
    { short: 'Combined', title: 'ROAD, combined' }
  ]
}

/** mednet's settings: everything at or above the percentile goes, noise in the model's input units. */
export const completenessPercentiles = [20, 40, 60, 80]
const settings = { percentiles: completenessPercentiles, removal: 'percentile', noise: 0.01, noiseOf: 'unit' } as const

/**
 * ROAD of one map as mednet computes it (definitions A2-9): mean change of the **sigmoid** of the explained output when the
 * most or least salient pixels are imputed, and half their difference. Null where map and model input have other pixels.
 */
export async function completenessOf(
  { computed, prepared }: MapToWrite,
  { map, shape, seed }: { map: Float32Array; shape: readonly number[]; seed: number },
  model: Explainable,
  job: Job
): Promise<[morf: number, lerf: number, combined: number] | null> {
  const input = prepared.input(prepared.plan.indices[0])
  if (!fitsInput(shape, input)) return null
  const answers = async (inputs: readonly (typeof input)[]): Promise<number[]> => {
    const { data } = await model.predict(stack(inputs), 'logit', job)
    return inputs.map((_, row) => 1 / (1 + Math.exp(-data[row * model.outputs + computed.target.index])))
  }
  const [before] = await answers([input])
  const scores = await roadScores({ input, map, before, seed }, answers, settings)
  return typeof scores === 'string' ? null : [scores.morf, scores.lerf, scores.combined]
}
