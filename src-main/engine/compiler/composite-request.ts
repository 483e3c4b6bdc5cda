import type { GraphWriter } from '@engine/graph/writer'
import type { CompositeMaker } from './rule'
import { betaSmooth } from './composites/beta-smooth'
import { baselineInput, deepLift, type MaximumMode } from './composites/deeplift'
import { type CompositeId, composites, type RelevanceId, relevancePlans } from './composites'
import { RelevanceLedger } from './composites/lrp/ledger'
import { relevanceComposite } from './composites/lrp/relevance'
import type { RelevanceSettings } from './composites/lrp/settings'

/** A composite by name, with its settings where it has some. */
export type CompositeRequest = CompositeId | RelevanceRequest | BetaSmoothRequest | DeepLiftRequest

export interface RelevanceRequest extends Partial<RelevanceSettings> {
  readonly id: RelevanceId
}

export interface BetaSmoothRequest {
  readonly id: 'beta-smooth'
  readonly beta: number
}

/** Multipliers between the input and a baseline that is fed beside it. */
export interface DeepLiftRequest {
  readonly id: 'deeplift'
  readonly maxima: MaximumMode
}

/** A composite ready to be used. */
export interface ChosenComposite {
  readonly make: CompositeMaker
  /** The backward pass begins with the start times the explained value. */
  readonly startsFromLogit: boolean
  /** Relevance that never reaches the input, `[N, 1]`; asked for when the pass is written. */
  readonly taken: () => string | null
  /** Graph input for a baseline, or null. */
  readonly baselineInput: string | null
}

const defaults: RelevanceSettings = {
  epsilon: 1e-6,
  gamma: 0.25,
  low: [-1],
  high: [1],
  batchnorm: 'merge',
  start: 'one'
}

/** Looks a composite up and gives it its settings. */
export function chooseComposite(request: CompositeRequest, w: GraphWriter, of: string): ChosenComposite {
  if (typeof request === 'string') return plain(() => composites[request])
  if (request.id === 'beta-smooth') {
    const { beta } = request
    return plain(() => betaSmooth(beta))
  }
  if (request.id === 'deeplift') return { ...plain(deepLift(of, request.maxima)), baselineInput }
  const { id, ...given } = request
  const settings = { ...defaults, ...given }
  const ledger = new RelevanceLedger(w)
  const { batchnorm, start } = settings
  return {
    make: relevanceComposite(relevancePlans[id](settings), { batchnorm, ledger }),
    startsFromLogit: start === 'logit',
    taken: () => ledger.total(),
    baselineInput: null
  }
}

const plain = (make: CompositeMaker): ChosenComposite => ({
  make,
  startsFromLogit: false,
  taken: () => null,
  baselineInput: null
})
