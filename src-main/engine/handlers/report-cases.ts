import { classifiers } from '@engine/criteria/case-choice'
import { type ExperimentRun, type RunSpec, isUnavailable } from '@engine/criteria/experiment-run'
import { asFault } from '@engine/fault'
import type { ReportCase } from '@shared/report'

/** The cases of a report: predictions of every model, outlined pixels on its grid, what was lost or went wrong. */
export async function reportCases(run: ExperimentRun, spec: RunSpec): Promise<ReportCase[]> {
  const cases: ReportCase[] = []
  for (const item of spec.cases) cases.push(await reportCase(run, spec, item))
  return cases
}

async function reportCase(run: ExperimentRun, spec: RunSpec, item: RunSpec['cases'][number]): Promise<ReportCase> {
  const masks: ReportCase['masks'] = []
  const predictions: ReportCase['predictions'] = []
  const flags: string[] = []
  for (const model of classifiers(spec)) {
    try {
      const { logits, probabilities, target } = await run.prediction(model.id, item.id, null)
      const probability = probabilities[target]
      if (probability !== null && probability !== undefined) {
        predictions.push({
          model: model.id,
          target: model.labels[target] ?? String(target),
          logit: logits[target],
          probability,
          correct: isRight(model, item.label, { probabilities })
        })
      }
      const mask = await run.mask(model.id, item.id)
      if (isUnavailable(mask)) continue
      masks.push({
        model: model.id,
        pixels: mask.mask.reduce((sum, value) => sum + (value !== 0 ? 1 : 0), 0),
        lost: mask.lost
      })
      if (mask.lost > 0) flags.push(`${model.title}: ${mask.lost} outlined pixels lie outside what the model sees.`)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code === 'cancelled') throw fault
      flags.push(`${model.title}: ${fault.message}`)
    }
  }
  return { id: item.id, patient: item.patient, label: item.label, split: null, masks, predictions, flags }
}

/** Whether a model's decision agrees with the reference label; null when the label is none of its outputs. */
function isRight(
  model: RunSpec['models'][number],
  label: string | null,
  { probabilities }: { probabilities: readonly (number | null)[] }
): boolean | null {
  const index =
    label === null ? -1 : model.labels.findIndex((candidate) => candidate.toLowerCase() === label.toLowerCase())
  if (model.activation === 'softmax') {
    const values = probabilities.map((value) => value ?? 0)
    const best = values.indexOf(Math.max(...values))
    return index < 0 ? null : best === index
  }
  if (label === null) return probabilities.every((value) => value !== null && value < model.threshold)
  const probability = probabilities[index]
  return probability === null || probability === undefined ? null : probability >= model.threshold
}
