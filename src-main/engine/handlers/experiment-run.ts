import {
  type AverageMask,
  type CueBox,
  type ExperimentRun,
  type GroupMap,
  type GroupMapRequest,
  type ImageZones,
  type MapRequest,
  type ReaderOutlines,
  type LocaliserMap,
  type ReducedMap,
  type RegionMap,
  type RunPrediction,
  type RunSpec,
  type ScoringMask,
  trained,
  type Unavailable
} from '@engine/criteria/experiment-run'
import { type Job, quietJob } from '@engine/job'
import type { ResolvedTarget } from '@engine/attribution/target'
import type { Volume } from '@engine/geometry/volume'
import { prepareImage, takesVolumes } from '@engine/preprocessing/prepare'
import type { PreparedImage } from '@engine/preprocessing/prepared-image'
import { type Tensor, elementCount } from '@engine/tensor/tensor'
import { ActivationProbe } from './activation-probe'
import { averageMaskOf } from './average-mask'
import { experimentBackground } from './background'
import { attributeChanged } from './attribute-changed'
import { computeMap, type MapOrder } from './compute-map'
import type { ExperimentParts } from './experiment-parts'
import { explainedTarget } from './explained-target'
import { commonTemplate, groupReduction, inCommonSpace } from './group-map'
import { imageZones } from './image-zones'
import { type EarlierMaps, keptMaps } from './assessment-memory'
import { Kept } from '@shared/kept'
import { localiserMapOf } from './localiser-map'
import { mapFromFile } from './map-files'
import { placeMap } from './map-on-image'
import { mapPlanes } from './map-plane'
import { MapsAhead } from './maps-ahead'
import { PreparedImages } from './prepared-images'
import { predictVolume, type VolumePrediction } from './predict'
import { predictPerturbed } from './predict-perturbed'
import { type GridScene, readerOutlines } from './reader-outlines'
import { heldBytes } from './held-bytes'
import { isBlind, missedChange, type OursMethod, wholeInput } from './run-inputs'
import { caseRegions } from './case-regions'
import { SharedMapParts } from './shared-map-parts'
import { boxOnGrid, gridShape, mapOnGrid } from './scoring-grid'
import { scoringMask } from './scoring-mask'

const keptMaskBytes = 256 * 2 ** 20

/** The functions criteria are made of, over real models and files. Everything is kept by its recipe. */
export class FileExperimentRun implements ExperimentRun {
  private readonly images = new PreparedImages()
  private readonly predictions = new Kept<VolumePrediction>(100_000, () => 1)
  private readonly maps: Kept<ReducedMap | Unavailable>
  private readonly shared: SharedMapParts
  private readonly ahead: MapsAhead
  private readonly probe: ActivationProbe
  private readonly masks = new Kept<ScoringMask | Unavailable>(keptMaskBytes, heldBytes)
  private readonly averages = new Kept<AverageMask | Unavailable>(keptMaskBytes, heldBytes)
  private template: Promise<Volume | null> | undefined
  readonly mapPlane = mapPlanes((modelId, caseId) => this.scene(modelId, caseId))
  private readonly zonesOf = new Kept<ImageZones>(keptMaskBytes, ({ text }) => 2 * text.byteLength)
  private readonly localiserMaps = new Kept<LocaliserMap | Unavailable>(keptMaskBytes, heldBytes)
  private readonly regionMaps = new Kept<RegionMap | Unavailable>(keptMaskBytes, heldBytes)

  constructor(
    protected readonly parts: ExperimentParts,
    readonly spec: RunSpec,
    /** Keeps a volume beside the report; absent where no folder is written. */
    private readonly keep?: (path: readonly string[], map: GroupMap) => Promise<string>,
    private readonly earlier?: EarlierMaps
  ) {
    this.maps = earlier?.maps ?? keptMaps()
    this.shared = new SharedMapParts(parts.methods)
    this.ahead = new MapsAhead(parts.mapsAtOnce)
    this.probe = new ActivationProbe(parts, spec, (modelId, caseId) => this.prepared(modelId, caseId, null))
  }

  async prefetch(requests: readonly MapRequest[], job: Job): Promise<void> {
    const works = requests.map((request) => () => this.map(request, job))
    this.ahead.add(works, job)
    await Promise.resolve()
  }

  map(request: MapRequest, job: Job): Promise<ReducedMap | Unavailable> {
    const method = this.parts.method(request.methodId)
    if (method.kind === 'expression' && isBlind(method)) return this.computedMap({ ...request, weights: trained }, job)
    return this.computedMap(request, job)
  }

  /** True for a map that is kept, or being computed. */
  knows(request: MapRequest): boolean {
    return this.maps.has(this.mapKey(request))
  }

  private mapKey = (request: MapRequest): string => `${this.earlier?.key ?? ''}${JSON.stringify(request)}`

  private computedMap(request: MapRequest, job: Job): Promise<ReducedMap | Unavailable> {
    const method = this.parts.method(request.methodId)
    return this.maps.get(this.mapKey(request), async () => {
      const since = performance.now()
      if (method.kind === 'expression')
        return this.computed(request, method, job).finally(() => this.earlier?.computed?.(request, since))
      if (request.weights.kind === 'randomised') {
        return { unavailable: 'the maps were made elsewhere, so their weights cannot be scrambled' }
      }
      const { modelId, caseId } = request
      return mapFromFile(method.path(caseId, modelId), await this.scene(modelId, caseId))
    })
  }

  async prediction(modelId: string, caseId: string, variantId: string | null): Promise<RunPrediction> {
    const job = quietJob(this.parts.signal)
    const { logits, probabilities } = await this.predicted(modelId, caseId, variantId, job)
    return { logits, probabilities, target: (await this.target(modelId, caseId, job)).index }
  }

  mask(modelId: string, caseId: string): Promise<ScoringMask | Unavailable> {
    return this.masks.get(JSON.stringify([modelId, caseId]), async () => {
      const scene = await this.scene(modelId, caseId)
      const volumetric = await this.isVolumetric(modelId, caseId)
      return scoringMask(this.parts.cases.require(caseId), scene, volumetric)
    })
  }

  averageMask(modelId: string, caseId: string): Promise<AverageMask | Unavailable> {
    const reference = this.parts.experiment.references.averageMask
    // One from a file is the same for every case; one that leaves the patient out is not.
    const shared = reference !== null && 'path' in reference
    const key = JSON.stringify([modelId, shared ? null : this.parts.cases.require(caseId).patient])
    return this.averages.get(key, () =>
      averageMaskOf(this.parts, { modelId, caseId, prepared: () => this.prepared(modelId, caseId, null) })
    )
  }

  localiserMap(modelId: string, caseId: string, replicate = 0): Promise<LocaliserMap | Unavailable> {
    // Models with one preprocessing share the map.
    return this.localiserMaps.get(`${replicate} ${this.inputKey(modelId, caseId, null)}`, async () =>
      localiserMapOf(this.parts, { caseId, replicate, prepared: await this.prepared(modelId, caseId, null) })
    )
  }

  async input(modelId: string, caseId: string): Promise<Tensor> {
    return wholeInput(await this.prepared(modelId, caseId, null))
  }

  async perturbed(
    modelId: string,
    caseId: string,
    inputs: readonly Tensor[],
    job: Job
  ): Promise<readonly Omit<RunPrediction, 'target'>[] | Unavailable> {
    const entry = this.parts.models.require(modelId)
    const prepared = await this.prepared(modelId, caseId, null)
    return predictPerturbed(await entry.explainable(job), inputs, { prepared, output: entry.card.outputs[0] }, job)
  }

  async attributions(
    request: MapRequest,
    inputs: readonly Tensor[],
    job: Job
  ): Promise<readonly Float32Array[] | Unavailable> {
    const method = this.parts.method(request.methodId)
    if (method.kind === 'files') return { unavailable: 'the maps were made elsewhere and cannot be made again' }
    const target = await this.target(request.modelId, request.caseId, job)
    return attributeChanged(await this.order(request, method, job), inputs, target, job)
  }

  async cueBoxes(modelId: string, caseId: string): Promise<CueBox[]> {
    const prepared = await this.prepared(modelId, caseId, null)
    return this.parts.cases.require(caseId).cues.flatMap(({ name, box }) => {
      const placed = boxOnGrid(box, prepared, this.parts.experiment.grid)
      return placed === null ? [] : [{ name, box: placed }]
    })
  }

  async readers(modelId: string, caseId: string): Promise<ReaderOutlines | Unavailable> {
    return readerOutlines(this.parts.cases.require(caseId), await this.scene(modelId, caseId))
  }

  async groupMap(request: GroupMapRequest, job: Job): Promise<GroupMap | Unavailable> {
    const { modelId, caseId, signed } = request
    const method = this.parts.method(request.methodId)
    const image = await this.parts.cases.volume(caseId)
    const template = await (this.template ??= commonTemplate(this.parts))
    const prepared = await this.prepared(modelId, caseId, null)
    if (method.kind !== 'expression') {
      const map = await mapFromFile(method.path(caseId, modelId), { prepared, image, grid: 'image' })
      return inCommonSpace(this.parts, caseId, { values: map.values, image, template })
    }
    const target = await this.target(modelId, caseId, job, request.target ?? undefined)
    const made = await computeMap(await this.order({ modelId, caseId, weights: trained }, method, job), target, job)
    const { values } = placeMap(made, prepared, image.size, groupReduction(signed))
    return inCommonSpace(this.parts, caseId, { values, image, template })
  }

  async keepMap(path: readonly string[], map: GroupMap): Promise<string | null> {
    return this.keep === undefined ? null : this.keep(path, map)
  }

  zones(modelId: string, caseId: string): Promise<ImageZones> {
    return this.zonesOf.get(JSON.stringify([modelId, caseId]), async () => {
      return imageZones(this.parts, caseId, await this.scene(modelId, caseId))
    })
  }

  regions(modelId: string, caseId: string, fitted = true): Promise<RegionMap | Unavailable> {
    return this.regionMaps.get(JSON.stringify([modelId, caseId, fitted]), async () => {
      return caseRegions(this.parts, { caseId, fitted }, await this.scene(modelId, caseId))
    })
  }

  async stages(modelId: string): Promise<string[]> {
    return this.parts.weights.stages(this.parts.models.require(modelId)).map((stage) => stage.name)
  }

  private async scene(modelId: string, caseId: string): Promise<GridScene> {
    const image = await this.parts.cases.volume(caseId)
    return { prepared: await this.prepared(modelId, caseId, null), image, grid: this.parts.experiment.grid }
  }

  private prepared(modelId: string, caseId: string, variant: string | null): Promise<PreparedImage> {
    return this.images.get(
      this.inputKey(modelId, caseId, variant),
      () => this.parts.cases.volume(caseId, variant),
      (image) => this.prepare(modelId, image)
    )
  }

  protected prepare(modelId: string, image: Volume): PreparedImage {
    return prepareImage(image, this.parts.models.require(modelId).card)
  }

  /** True where neighbours along all three axes belong together. */
  protected async isVolumetric(modelId: string, _caseId: string): Promise<boolean> {
    return Promise.resolve(takesVolumes(this.parts.models.require(modelId).card.input))
  }

  /** By what the card does to an image, not by model: models with one preprocessing share their inputs. */
  protected inputKey(modelId: string, caseId: string, variant: string | null): string {
    const { input, mode, channels } = this.parts.models.require(modelId).card
    return JSON.stringify([input, mode, channels, caseId, variant])
  }

  private predicted(modelId: string, caseId: string, variant: string | null, job: Job): Promise<VolumePrediction> {
    return this.predictions.get(JSON.stringify([modelId, caseId, variant]), async () => {
      const entry = this.parts.models.require(modelId)
      const prepared = await this.prepared(modelId, caseId, variant)
      return predictVolume(await entry.explainable(job), prepared, entry.card.outputs[0], job)
    })
  }

  private async target(
    modelId: string,
    caseId: string,
    job: Job,
    stated = String(this.parts.experiment.target)
  ): Promise<ResolvedTarget> {
    const { logits } = await this.predicted(modelId, caseId, null, job)
    const output = this.parts.models.require(modelId).card.outputs[0]
    return explainedTarget({ modelId, output, logits, label: this.parts.cases.require(caseId).label }, stated)
  }

  private async computed(request: MapRequest, method: OursMethod, job: Job): Promise<ReducedMap> {
    const { modelId, caseId, weights } = request
    const { prepared, image, grid } = await this.scene(modelId, caseId)
    const target = await this.target(modelId, caseId, job)
    const made = await computeMap(await this.order(request, method, job), target, job)
    const activations = await this.probe.under({ modelId, weights, made }, job)
    if (activations === 'exploded') {
      const shape = gridShape(prepared, image, grid)
      return { values: new Float32Array(elementCount(shape)), shape, flat: true, activations }
    }
    const { reduction } = method
    const missed = missedChange(made)
    const placed = mapOnGrid(made, prepared, image, { kind: grid, reduction })
    return { ...placed, activations, ...(missed === undefined ? {} : { missedChange: missed }) }
  }

  /** What a method is to explain of a case, and with which weights. */
  private async order(
    { modelId, caseId, weights }: Omit<MapRequest, 'methodId'>,
    method: OursMethod,
    job: Job
  ): Promise<MapOrder> {
    const { expression, params } = method
    const prepared = await this.prepared(modelId, caseId, null)
    const model = await this.parts.weights.explainable(this.parts.models.require(modelId), weights, job)
    const background = (): Promise<Tensor | undefined> =>
      experimentBackground(this.parts, { modelId, caseId, prepared: (id) => this.prepared(modelId, id, null) })
    const map = JSON.stringify([modelId, caseId, weights])
    const shared = this.shared.of(method, this.inputKey(modelId, caseId, null), map)
    return { model, prepared, expression, params, of: 'logit', seed: this.spec.seed, background, shared }
  }
}
