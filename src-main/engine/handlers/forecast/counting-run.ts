import {
  type ExperimentRun,
  type GroupMap,
  type GroupMapRequest,
  type MapRequest,
  type ReaderOutlines,
  type ReducedMap,
  type RegionMap,
  type RunCase,
  type RunSpec,
  type ScoringMask,
  trained,
  type Unavailable
} from '@engine/criteria/experiment-run'
import { randomStream } from '@engine/tensor/random'
import { full, type Tensor } from '@engine/tensor/tensor'
import { addTo, type Demand, emptyDemand, pairKey } from './demand'

/** Side of the maps that stand for the real ones: above the window of SSIM, small enough to cost next to nothing. */
export const standInSide = 24
const shape = [standInSide, standInSide] as const
const pixels = standInSide * standInSide
/** Different stand-ins, so that no two images look alike. */
const standIns = 32
const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const

/** What is true of the real experiment and cannot be made up. */
export interface CountingFacts {
  readonly real: Pick<ExperimentRun, 'prediction' | 'stages'>
  /** Maps that are kept at once; what is asked for again after them is computed again. */
  readonly keptMaps: number
  /** The map is there from an earlier run. */
  known(request: MapRequest): boolean
  /** The map of this method does not depend on the weights. */
  blind(methodId: string): boolean
}

/** Answers criteria with small stand-ins and counts what they ask for: how much an assessment will have to compute. */
export class CountingRun implements ExperimentRun {
  private readonly kept = new Set<string>()
  private readonly opened = new Set<string>()
  private readonly maps: readonly ReducedMap[]
  private demand = emptyDemand()
  /** Milliseconds since `begin` in which at least one real answer was waited for. */
  private waited = 0
  private waiting = 0
  private waitingSince = 0

  constructor(
    readonly spec: RunSpec,
    private readonly facts: CountingFacts
  ) {
    this.maps = Array.from({ length: standIns }, (_, index) => standIn(spec.seed, index))
  }

  /** Starts counting for another criterion. */
  begin(): { readonly demand: Demand; waitedMs(): number } {
    this.demand = emptyDemand()
    this.waited = 0
    return { demand: this.demand, waitedMs: () => this.waited }
  }

  async prefetch(): Promise<void> {
    await Promise.resolve()
  }

  async map(asked: MapRequest): Promise<ReducedMap | Unavailable> {
    const request = this.facts.blind(asked.methodId) ? { ...asked, weights: trained } : asked
    const { modelId, caseId, methodId, weights } = request
    const pair = pairKey(modelId, methodId)
    const cell = this.demand.cells.get(pair) ?? { requests: 0, cases: new Set<string>() }
    this.demand.cells.set(pair, cell)
    cell.requests += 1
    cell.cases.add(caseId)
    if (weights.kind === 'randomised' && this.spec.methods.some((one) => one.id === methodId && one.imported))
      return { unavailable: 'maps made elsewhere' }
    if (!this.keep(JSON.stringify(request)) && !this.facts.known(request)) {
      const opening = `${pair} ${JSON.stringify(weights)}`
      const counts = this.demand.maps.get(pair) ?? { maps: 0, openings: 0 }
      counts.maps += 1
      if (weights.kind === 'randomised' && !this.opened.has(opening)) counts.openings += 1
      this.opened.add(opening)
      this.demand.maps.set(pair, counts)
    }
    return this.maps[hash(`${caseId} ${JSON.stringify(weights)}`) % standIns]
  }

  async prediction(
    ...asked: Parameters<ExperimentRun['prediction']>
  ): Promise<Awaited<ReturnType<ExperimentRun['prediction']>>> {
    if (this.waiting === 0) this.waitingSince = performance.now()
    this.waiting += 1
    try {
      return await this.facts.real.prediction(...asked)
    } finally {
      this.waiting -= 1
      if (this.waiting === 0) this.waited += performance.now() - this.waitingSince
    }
  }

  async mask(_modelId: string, caseId: string): Promise<ScoringMask | Unavailable> {
    if (!this.caseOf(caseId).hasMask) return { unavailable: 'no outline' }
    return { mask: standInMask(hash(caseId)), shape, lost: 0 }
  }

  async averageMask(): Promise<Awaited<ReturnType<ExperimentRun['averageMask']>>> {
    return { values: this.maps[0].values, shape, source: 'stand-in' }
  }

  async localiserMap(_modelId: string, caseId: string): Promise<Awaited<ReturnType<ExperimentRun['localiserMap']>>> {
    const [localiser] = this.spec.models.filter(({ role }) => role === 'localiser')
    if (localiser === undefined) return { unavailable: 'no localisation model' }
    return { values: this.maps[hash(caseId) % standIns].values, shape, localiser: localiser.id }
  }

  async input(): Promise<Tensor> {
    const { values } = this.maps[1]
    return { data: values, shape: [1, 1, ...shape] }
  }

  async perturbed(
    modelId: string,
    caseId: string,
    inputs: readonly Tensor[]
  ): Promise<Awaited<ReturnType<ExperimentRun['perturbed']>>> {
    addTo(this.demand.inputs, modelId, inputs.length)
    const { logits, probabilities } = await this.prediction(modelId, caseId, null)
    return inputs.map((_, index) => ({ logits: logits.map((logit) => logit - 0.01 * index), probabilities }))
  }

  async attributions(
    { modelId, methodId, caseId }: MapRequest,
    inputs: readonly Tensor[]
  ): Promise<readonly Float32Array[] | Unavailable> {
    addTo(this.demand.changed, pairKey(modelId, methodId), inputs.length)
    return inputs.map((_, index) => this.maps[(hash(caseId) + index) % standIns].values)
  }

  async cueBoxes(_modelId: string, caseId: string): Promise<Awaited<ReturnType<ExperimentRun['cueBoxes']>>> {
    return this.caseOf(caseId).hasCue ? [{ name: 'cue', box: [2, 2, 6, 6] }] : []
  }

  async readers(_modelId: string, caseId: string): Promise<ReaderOutlines | Unavailable> {
    const count = this.caseOf(caseId).readers ?? 0
    if (count === 0) return { unavailable: 'no reader' }
    const readers = Array.from({ length: count }, (_, index) => ({
      reader: `reader ${index + 1}`,
      mask: standInMask(hash(caseId) + index),
      afterReveal: null
    }))
    return { readers, shape }
  }

  async groupMap({ modelId, methodId, caseId }: GroupMapRequest): Promise<GroupMap> {
    addTo(this.demand.changed, pairKey(modelId, methodId), 1)
    const { values } = this.maps[hash(caseId) % standIns]
    return { size: [...shape, 1], affine: identity, values, spacingMm: [1, 1, 1], space: 'stand-in' }
  }

  async keepMap(): Promise<null> {
    return null
  }

  async zones(): Promise<Awaited<ReturnType<ExperimentRun['zones']>>> {
    const body = new Uint8Array(pixels).fill(1, 0, pixels / 2)
    return { body, bodyTitle: 'the body', bodyGiven: false, text: new Uint8Array(pixels).fill(1, 0, 9), shape }
  }

  async regions(_modelId: string, _caseId: string, _fitted?: boolean): Promise<RegionMap | Unavailable> {
    const named = (this.spec.expectedRegions ?? []).flatMap(({ regions }) => regions)
    const names = [...new Set([...named, 'one', 'other'])]
    return { names, labels: Uint16Array.from({ length: pixels }, (_, index) => 1 + (index % names.length)), shape }
  }

  stages(modelId: string): Promise<readonly string[]> {
    return this.facts.real.stages(modelId)
  }

  private caseOf(caseId: string): RunCase {
    return this.spec.cases.find((item) => item.id === caseId)!
  }

  /** Whether a map is kept already; keeps it, and forgets the one that was not asked for the longest. */
  private keep(key: string): boolean {
    const known = this.kept.delete(key)
    this.kept.add(key)
    if (this.kept.size > this.facts.keptMaps) for (const oldest of this.kept) return this.kept.delete(oldest) && known
    return known
  }
}

function standIn(seed: number, index: number): ReducedMap {
  const random = randomStream(seed, 'stand-in', index)
  const values = Float32Array.from({ length: pixels }, () => random.uniform())
  return { values, signed: values, missedChange: 0, peak: index, shape, flat: false, activations: 'normal' }
}

/** A square of an eighth of the side somewhere. */
function standInMask(place: number): Uint8Array {
  const mask = full([pixels], 0)
  const [top, left] = [place % 16, Math.floor(place / 16) % 16]
  return Uint8Array.from(mask.data, (_, index) => {
    const [row, column] = [Math.floor(index / standInSide) - top, (index % standInSide) - left]
    return Number(row >= 0 && row < 3 && column >= 0 && column < 3)
  })
}

function hash(text: string): number {
  let sum = 7
  for (let index = 0; index < text.length; index++) sum = (sum * 31 + text.charCodeAt(index)) % 1_000_003
  return sum
}
