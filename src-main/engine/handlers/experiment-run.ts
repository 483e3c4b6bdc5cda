import type {
  AverageMask,
  CueBox,
  ExperimentRun,
  MapRequest,
  ReducedMap,
  RunPrediction,
  RunSpec,
  ScoringMask,
  Unavailable
} from '@engine/criteria/experiment-run'
import { Fault } from '@engine/fault'
import { type Job, quietJob } from '@engine/job'
import { parseTarget } from '@engine/attribution/target'
import { type PreparedImage, prepareImage } from '@engine/preprocessing/prepare'
import { type Tensor, elementCount, stack } from '@engine/tensor/tensor'
import { averageMaskOf } from './average-mask'
import { type ComputedMap, computeMap, volumeTargets } from './compute-map'
import type { ExperimentParts, RunnableMethod } from './experiment-parts'
import { Kept } from './kept'
import { mapFromFile } from './map-files'
import { labelsOf, predictVolume, type VolumePrediction } from './predict'
import { majorityMask, referenceMasks } from './reference-masks'
import { boxOnGrid, gridShape, mapOnGrid, maskOnGrid } from './scoring-grid'

const keptMapBytes = 1.5 * 2 ** 30
/** Model inputs (slices) kept ready: a cascade asks for the same ones at every stage. */
const keptInputs = 2000

/** The functions criteria are made of, over real models and files. Everything is kept by its recipe. */
export function experimentRun(parts: ExperimentParts, spec: RunSpec): ExperimentRun {
  const preparedImages = new Kept<PreparedImage>(keptInputs, (image) => image.plan.indices.length)
  const predictions = new Kept<VolumePrediction>(100_000, () => 1)
  const maps = new Kept<ReducedMap | Unavailable>(keptMapBytes, (map) => ('values' in map ? map.values.byteLength : 1))
  const masks = new Kept<ScoringMask | Unavailable>(256 * 2 ** 20, (mask) =>
    'mask' in mask ? mask.mask.byteLength : 1
  )
  const averages = new Kept<AverageMask | Unavailable>(256 * 2 ** 20, (mask) =>
    'values' in mask ? mask.values.byteLength : 1
  )

  const prepared = (modelId: string, caseId: string, variant: string | null): Promise<PreparedImage> =>
    preparedImages.get(JSON.stringify([modelId, caseId, variant]), async () =>
      keepInputs(prepareImage(await parts.cases.volume(caseId, variant), parts.models.require(modelId).card))
    )

  const predict = (modelId: string, caseId: string, variant: string | null, job: Job): Promise<VolumePrediction> =>
    predictions.get(JSON.stringify([modelId, caseId, variant]), async () => {
      const entry = parts.models.require(modelId)
      return predictVolume(
        await entry.explainable(job),
        await prepared(modelId, caseId, variant),
        entry.card.outputs[0],
        job
      )
    })

  async function targetOf(modelId: string, caseId: string, job: Job): ReturnType<typeof settleTarget> {
    return settleTarget(parts, { modelId, caseId, logits: (await predict(modelId, caseId, null, job)).logits })
  }

  async function computed(
    request: MapRequest,
    method: RunnableMethod & { kind: 'expression' },
    job: Job
  ): Promise<ReducedMap> {
    const entry = parts.models.require(request.modelId)
    const image = await parts.cases.volume(request.caseId)
    const ready = await prepared(request.modelId, request.caseId, null)
    const model = await parts.weights.explainable(entry, request.weights, job)
    const target = await targetOf(request.modelId, request.caseId, job)
    const order = {
      model,
      prepared: ready,
      expression: method.expression,
      params: method.params,
      of: 'logit' as const,
      seed: spec.seed
    }
    const made = await computeMap(order, target, job)
    const activations = request.weights.kind === 'trained' ? 'normal' : activityOf(made)
    if (activations === 'exploded') {
      const shape = gridShape(ready, image, parts.experiment.grid)
      return { values: new Float32Array(elementCount(shape)), shape, flat: true, activations }
    }
    const map = mapOnGrid(made, ready, image, parts.experiment.grid)
    return { ...map, activations }
  }

  function mapOf(request: MapRequest, job: Job): Promise<ReducedMap | Unavailable> {
    const method = parts.method(request.methodId)
    return maps.get(JSON.stringify(request), async () => {
      if (method.kind === 'expression') return computed(request, method, job)
      if (request.weights.kind === 'randomised') {
        return { unavailable: 'the maps were made elsewhere, so their weights cannot be scrambled' }
      }
      const ready = await prepared(request.modelId, request.caseId, null)
      const image = await parts.cases.volume(request.caseId)
      return mapFromFile(method.path(request.caseId), { prepared: ready, image, grid: parts.experiment.grid })
    })
  }

  return {
    spec,
    async prefetch(requests, job) {
      // Not waited for: the inference process works ahead while the criterion scores. A failure is reported by the
      // criterion's own request, which computes again what failed.
      for (const request of requests) void mapOf(request, job).catch(() => undefined)
    },

    map: mapOf,

    async prediction(modelId, caseId, variantId): Promise<RunPrediction> {
      const job = quietJob(parts.signal)
      const { logits, probabilities } = await predict(modelId, caseId, variantId, job)
      return { logits, probabilities, target: (await targetOf(modelId, caseId, job)).index }
    },

    mask: (modelId, caseId) =>
      masks.get(JSON.stringify([modelId, caseId]), async () => {
        const image = await parts.cases.volume(caseId)
        const majority = majorityMask(await referenceMasks(parts.cases.require(caseId), image))
        if (majority === null) return { unavailable: 'no outline' }
        const ready = await prepared(modelId, caseId, null)
        const placed = maskOnGrid(majority.voxels, ready, image, parts.experiment.grid)
        return { mask: placed.values, shape: placed.shape, lost: placed.lost }
      }),

    averageMask: (modelId, caseId) =>
      averages.get(averageKey(parts, modelId, caseId), () =>
        averageMaskOf(parts, { modelId, caseId, prepared: () => prepared(modelId, caseId, null) })
      ),

    async input(modelId, caseId): Promise<Tensor> {
      const ready = await prepared(modelId, caseId, null)
      return stack(ready.plan.indices.map((index) => ready.input(index)))
    },

    async cueBoxes(modelId, caseId): Promise<CueBox[]> {
      const ready = await prepared(modelId, caseId, null)
      return parts.cases.require(caseId).cues.flatMap(({ name, box }) => {
        const placed = boxOnGrid(box, ready, parts.experiment.grid)
        return placed === null ? [] : [{ name, box: placed }]
      })
    },

    async stages(modelId) {
      return parts.weights.stages(parts.models.require(modelId)).map((stage) => stage.name)
    }
  }
}

/** The same prepared image whose inputs are made once. */
function keepInputs(image: PreparedImage): PreparedImage {
  const inputs = new Map<number, Tensor>()
  return {
    ...image,
    input(index) {
      const input = inputs.get(index) ?? image.input(index)
      inputs.set(index, input)
      return input
    }
  }
}

/**
 * What re-initialised weights did to the signal, read off the map itself: a layer that is zero everywhere lets no
 * gradient through, and what is not finite stays so.
 */
function activityOf({ slices }: ComputedMap): ReducedMap['activations'] {
  const maps = slices.map(({ attribution }) => attribution.map.data)
  if (maps.some((data) => data.some((value) => !Number.isFinite(value)))) return 'exploded'
  return maps.every((data) => data.every((value) => value === 0)) ? 'vanished' : 'normal'
}

/** An average mask from a file is the same for every case; one that leaves the patient out is not. */
function averageKey(parts: ExperimentParts, modelId: string, caseId: string): string {
  const reference = parts.experiment.references.averageMask
  const shared = reference !== null && 'path' in reference
  return JSON.stringify([modelId, shared ? null : parts.cases.require(caseId).patient])
}

/** The output that maps of a case explain: the experiment's target rule, with `label` falling back to the prediction where there is no finding. */
async function settleTarget(
  parts: ExperimentParts,
  { modelId, caseId, logits }: { modelId: string; caseId: string; logits: readonly number[] }
): Promise<ReturnType<typeof volumeTargets>[number]> {
  const output = parts.models.require(modelId).card.outputs[0]
  const stated = String(parts.experiment.target)
  const label = parts.cases.require(caseId).label
  const labels = labelsOf(output, logits.length)
  const known = label !== null && labels.some((candidate) => candidate.toLowerCase() === label.toLowerCase())
  if (stated === 'label' && label !== null && !known && labels.length > 1) {
    throw new Fault(
      'bad-experiment',
      `The label "${label}" is no output of the model ${modelId}; its outputs are ${labels.join(', ')}.`
    )
  }
  const wanted = stated !== 'label' ? stated : known ? label : 'predicted'
  return volumeTargets(parseTarget(wanted), logits, output)[0]
}
