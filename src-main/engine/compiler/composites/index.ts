import type { Composite } from '../rule'
import { deconvolution } from './deconvolution'
import { excitationBackprop } from './excitation-backprop'
import { gradient } from './gradient'
import { guidedBackprop } from './guided-backprop'
import { lrpAlpha2Beta1 } from './lrp-alpha2-beta1'
import { lrpEpsilon } from './lrp-epsilon'
import { lrpEpsilonAlpha2Beta1, lrpEpsilonAlpha2Beta1Flat } from './lrp-epsilon-alpha2-beta1'
import { lrpEpsilonGammaBox } from './lrp-epsilon-gamma-box'
import { lrpEpsilonPlus, lrpEpsilonPlusFlat } from './lrp-epsilon-plus'
import { lrpGamma } from './lrp-gamma'
import { lrpFlat, lrpWSquare } from './lrp-spread'
import { lrpZPlus } from './lrp-zplus'
import type { RelevancePlan } from './lrp/relevance'
import type { RelevanceSettings } from './lrp/settings'

/** Every composite without settings by the name methods ask for. */
export const composites = {
  gradient,
  'guided-backprop': guidedBackprop,
  deconvolution
} as const satisfies Readonly<Record<string, Composite>>

/** Every composite of relevance propagation. */
export const relevancePlans = {
  'lrp-epsilon': lrpEpsilon,
  'lrp-zplus': lrpZPlus,
  'lrp-gamma': lrpGamma,
  'lrp-alpha2-beta1': lrpAlpha2Beta1,
  'lrp-epsilon-plus': lrpEpsilonPlus,
  'lrp-epsilon-plus-flat': lrpEpsilonPlusFlat,
  'lrp-epsilon-gamma-box': lrpEpsilonGammaBox,
  'lrp-epsilon-alpha2-beta1': lrpEpsilonAlpha2Beta1,
  'lrp-epsilon-alpha2-beta1-flat': lrpEpsilonAlpha2Beta1Flat,
  'lrp-wsquare': lrpWSquare,
  'lrp-flat': lrpFlat,
  'excitation-backprop': excitationBackprop
} as const satisfies Readonly<Record<string, (settings: RelevanceSettings) => RelevancePlan>>

export type CompositeId = keyof typeof composites
export type RelevanceId = keyof typeof relevancePlans
