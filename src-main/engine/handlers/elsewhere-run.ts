import type { GroupMap, RunPrediction, RunSpec, Unavailable } from '@engine/criteria/experiment-run'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import { prepareImage } from '@engine/preprocessing/prepare'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import type { Tensor } from '@engine/tensor/tensor'
import type { EarlierMaps } from './assessment-memory'
import type { ExperimentParts } from './experiment-parts'
import { FileExperimentRun } from './experiment-run'
import { cardOfImage, elsewhereIds } from './made-elsewhere'

/** Why a question about a model has no answer where only its maps are known. */
export const noModel = 'the model the maps were made with is not at hand'

/** The run of an experiment, with or without models. */
export function experimentRunOf(
  parts: ExperimentParts,
  spec: RunSpec,
  keep?: (path: readonly string[], map: GroupMap) => Promise<string>,
  earlier?: EarlierMaps
): FileExperimentRun {
  const elsewhere = elsewhereIds(parts.experiment)
  return elsewhere.size === 0
    ? new FileExperimentRun(parts, spec, keep, earlier)
    : new ElsewhereRun(parts, spec, keep, earlier)
}

/** A run in which some models are known by their maps alone: images stand as they are, and what only a model can answer has no answer. */
class ElsewhereRun extends FileExperimentRun {
  private readonly elsewhere = elsewhereIds(this.parts.experiment)

  override prediction(modelId: string, caseId: string, variantId: string | null): Promise<RunPrediction> {
    if (!this.elsewhere.has(modelId)) return super.prediction(modelId, caseId, variantId)
    return Promise.resolve({ logits: [], probabilities: [], target: 0 })
  }

  override perturbed(
    modelId: string,
    caseId: string,
    inputs: readonly Tensor[],
    job: Job
  ): Promise<readonly Omit<RunPrediction, 'target'>[] | Unavailable> {
    if (!this.elsewhere.has(modelId)) return super.perturbed(modelId, caseId, inputs, job)
    return Promise.resolve({ unavailable: noModel })
  }

  override stages(modelId: string): Promise<string[]> {
    return this.elsewhere.has(modelId) ? Promise.resolve([]) : super.stages(modelId)
  }

  protected override async isVolumetric(modelId: string, caseId: string): Promise<boolean> {
    if (!this.elsewhere.has(modelId)) return super.isVolumetric(modelId, caseId)
    return (await this.parts.cases.volume(caseId)).size[2] > 1
  }

  protected override prepare(modelId: string, image: Volume): PreparedImage {
    return this.elsewhere.has(modelId) ? prepareImage(image, cardOfImage(image)) : super.prepare(modelId, image)
  }

  protected override inputKey(modelId: string, caseId: string, variant: string | null): string {
    if (!this.elsewhere.has(modelId)) return super.inputKey(modelId, caseId, variant)
    return JSON.stringify(['as it is', caseId, variant])
  }
}
