import {
  type ExperimentRun,
  isUnavailable,
  type ReaderOutlines,
  type RegionMap,
  type RunPrediction,
  type ScoringMask,
  type Unavailable
} from '@engine/criteria/experiment-run'
import { CountingRun, standInSide } from '../../forecast/counting-run'

/**
 * The run of an experiment with stand-ins for its maps and answers, so that a criterion can be asked what it reports without computing any. What
 * decides which lines there are, and costs no run of a model, is asked of the real run: which images have an outline on the grid, readers, names
 * of regions, stages.
 */
export class StandInRun extends CountingRun {
  private readonly named = new Map<string, Promise<RegionMap | Unavailable>>()

  constructor(private readonly real: ExperimentRun) {
    super(real.spec, { real, keptMaps: 1, known: () => true, blind: () => false })
  }

  /** Every answer is right: what a wrong one would leave out is left out for a reason that its row counts. */
  override async prediction(modelId: string, caseId: string): Promise<RunPrediction> {
    await Promise.resolve()
    const model = this.spec.models.find(({ id }) => id === modelId)
    const place = this.spec.cases.findIndex(({ id }) => id === caseId)
    const { label, statedLabel } = this.spec.cases[place]
    const own = (label ?? statedLabel ?? '').toLowerCase()
    const logits = (model?.labels ?? []).map((one) => (one.toLowerCase() === own ? 9 : -9) + (place % 7) / 7)
    const probabilities = logits.map((logit) => (model?.activation === 'none' ? null : 1 / (1 + Math.exp(-logit))))
    return { logits, probabilities, target: 0 }
  }

  override async mask(modelId: string, caseId: string): Promise<ScoringMask | Unavailable> {
    const found = await this.real.mask(modelId, caseId)
    if (isUnavailable(found)) return found
    const standIn = await super.mask(modelId, caseId)
    return isUnavailable(standIn) ? standIn : { ...standIn, mask: asFull(found.mask, standIn.mask) }
  }

  override async readers(modelId: string, caseId: string): Promise<ReaderOutlines | Unavailable> {
    const found = await this.real.readers(modelId, caseId)
    if (isUnavailable(found)) return found
    const readers = found.readers.map(({ reader, mask, afterReveal }, index) => {
      const standing = standInOutline(index)
      const after = afterReveal === null ? null : asFull(afterReveal, standing)
      return { reader, mask: asFull(mask, standing), afterReveal: after }
    })
    return { readers, shape: [standInSide, standInSide] }
  }

  /** Names as the regions of the case have them; to know them takes no fit to the image. */
  override async regions(modelId: string, caseId: string): Promise<RegionMap | Unavailable> {
    const asked = this.named.get(caseId) ?? this.real.regions(modelId, caseId, false)
    this.named.set(caseId, asked)
    const found = await asked
    const standIn = await super.regions(modelId, caseId)
    if (isUnavailable(found) || isUnavailable(standIn)) return found
    const { names } = found
    return { ...standIn, names, labels: standIn.labels.map((_, index) => 1 + (index % names.length)) }
  }
}

/** An outline that is empty stays empty: such an image takes no part. */
const asFull = (found: Uint8Array, standIn: Uint8Array): Uint8Array =>
  found.includes(1) ? standIn : new Uint8Array(standIn.length)

/** A stripe for each reader, beside that of the one before. */
const standInOutline = (reader: number): Uint8Array =>
  new Uint8Array(standInSide ** 2).fill(1, reader * 8, reader * 8 + 3 * standInSide)
