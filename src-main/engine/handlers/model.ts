import { describeMethods } from '@engine/attribution/describe-methods'
import { describePresets } from '@engine/attribution/describe-presets'
import { examineInput } from '@engine/preprocessing/input-doctor'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { Handlers } from '@engine/engine'
import type { Job } from '@engine/job'
import type { Output, ParsedInput } from '@shared/protocol'
import { labelsOf, predictVolume } from './predict'
import { remember } from './recent-list'
import type { Workbench } from './workbench'

type ModelHandlers = Pick<
  Handlers,
  | 'model.open'
  | 'model.list'
  | 'model.sample'
  | 'model.card'
  | 'method.list'
  | 'preset.list'
  | 'doctor.check'
  | 'prediction.read'
>

/** Models, methods, the input doctor and predictions. */
export function modelHandlers(workbench: Workbench): ModelHandlers {
  const { cases, models, options, session, opened, sample } = workbench
  return {
    async 'model.open'({ grant }, job) {
      const path = options.resolveGrant(grant)
      const summary = await models.open(path, job)
      remember(session, { kind: 'model', title: summary.name, paths: [path] })
      opened.addModel(path, null)
      return summary
    },

    async 'model.sample'(_input, job) {
      return sample.openModels(job)
    },

    async 'model.list'() {
      return models.list()
    },

    async 'model.card'({ modelId, card, save }, job) {
      const summary = await models.changeCard(modelId, card, { save, job })
      opened.addModel(models.require(modelId).path, save ? null : card)
      return summary
    },

    async 'method.list'() {
      return describeMethods()
    },

    async 'preset.list'() {
      return describePresets()
    },

    async 'doctor.check'({ caseId, modelId }) {
      return examineInput(await cases.volume(caseId), models.require(modelId).card)
    },

    async 'prediction.read'(input, job) {
      return readPrediction(workbench, input, job)
    }
  }
}

async function readPrediction(
  { cases, models }: Workbench,
  { caseId, modelId, variant }: ParsedInput<'prediction.read'>,
  job: Job
): Promise<Output<'prediction.read'>> {
  const begun = performance.now()
  const entry = models.require(modelId)
  const prepared = prepareImage(await cases.volume(caseId, variant), entry.card)
  const explainable = await entry.explainable(job)
  const [output] = entry.card.outputs
  const prediction = await predictVolume(explainable, prepared, output, job)
  const series = prediction.slices.length > 1
  const slices = series && prepared.part === 'slice'
  return {
    caseId,
    modelId,
    labels: labelsOf(output, explainable.outputs),
    logits: [...prediction.logits],
    probabilities: [...prediction.probabilities],
    threshold: output.threshold,
    predicted: prediction.predicted,
    aggregate: series ? prepared.plan.aggregate : null,
    perSlice: slices
      ? prediction.slices.map((slice) => ({
          slice: slice.index,
          logits: [...slice.logits],
          probabilities: [...slice.probabilities]
        }))
      : [],
    seconds: (performance.now() - begun) / 1000
  }
}
