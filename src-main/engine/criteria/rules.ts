import * as v from 'valibot'
import type { Difference, Interval, ResultRow, VerdictState } from '@shared/report'

/**
 * The rules behind every verdict: thresholds with their defaults, what passes and fails, and the text that is printed.
 * All differences are paired by image and bootstrapped by patient. The thresholds are parameters of every criterion; changed ones are named in the report.
 */
export const thresholdEntries = {
  minimumPatients: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(2)), 10),
    v.description('Under so many patients nothing is assessed.')
  ),
  draws: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(100_000)), 2000),
    v.description('Resamples of the bootstrap by patient.')
  ),
  level: v.pipe(
    v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(0.999)), 0.95),
    v.description('Coverage of the confidence intervals.')
  ),
  interval: v.pipe(
    v.optional(v.picklist(['percentile', 'basic', 'bca']), 'percentile'),
    v.description('How the interval is read off the resamples: percentile, basic, or bias-corrected and accelerated.')
  )
}

export interface Thresholds {
  readonly minimumPatients: number
  readonly draws: number
  readonly level: number
  /** Default `percentile`. */
  readonly interval?: 'percentile' | 'basic' | 'bca'
}

/** What follows every rule: how the intervals are made and when nothing is said. */
export function ruleFooting({ minimumPatients, draws, level, interval = 'percentile' }: Thresholds): string {
  const percent = Number((100 * level).toFixed(2))
  return (
    `Differences are paired by image and bootstrapped by patient (${draws} draws, ${percent} % ${interval} interval); ` +
    `otherwise inconclusive; not assessable under ${minimumPatients} patients.`
  )
}

/** Localisation: every difference (method − reference) must be clear of 0 on the upper side. */
export function aboveEach(differences: readonly Difference[]): VerdictState {
  if (differences.some((difference) => difference.ci95 !== null && difference.ci95[1] < 0)) return 'fail'
  if (differences.length === 0 || differences.some((difference) => difference.ci95 === null)) return 'not-assessable'
  return differences.every((difference) => difference.ci95![0] > 0) ? 'pass' : 'inconclusive'
}

/** Randomisation: D = SSIM(fully randomised, trained) − random-pair SSIM. Equality with chance is a failure: nothing was lost. */
export function belowChance(interval: Interval | null): VerdictState {
  if (interval === null) return 'not-assessable'
  if (interval[1] < 0) return 'pass'
  return interval[0] >= 0 ? 'fail' : 'inconclusive'
}

/** An interval of differences with the better side up. */
export const betterUp = (interval: Interval | null, better: ResultRow['better']): Interval | null =>
  interval === null || better !== 'lower' ? interval : [-interval[1], -interval[0]]

/** Repeatability and reproducibility: SSIM − random-pair SSIM. */
export function aboveChance(interval: Interval | null): VerdictState {
  if (interval === null) return 'not-assessable'
  if (interval[0] > 0) return 'pass'
  return interval[1] < 0 ? 'fail' : 'inconclusive'
}

/** Cues: energy share − area share. A map that keeps off the cue passes, one that heaps energy on it fails. */
export function offTheCue(interval: Interval | null): VerdictState {
  if (interval === null) return 'not-assessable'
  if (interval[1] < 0) return 'pass'
  return interval[0] > 0 ? 'fail' : 'inconclusive'
}

export const ruleTexts = {
  localisation:
    'Pass if the lower bound of (method − reference) is above 0 for each of random, edge, average mask and fully randomised model; fail if an upper bound is below 0.',
  randomisation:
    'D = SSIM(map with fully randomised weights, trained map) − SSIM of random pairs of different patients’ trained maps. Pass if the upper bound of D is below 0; fail if the lower bound is at or above 0.',
  repeatability:
    'Pass if the lower bound of (SSIM of two training runs − SSIM of random pairs) is above 0; fail if the upper bound is below 0. Random pairs: one run’s map of an image and the other run’s map of another patient. Random pairs within one run (the trained model’s own maps, as Arun et al. draw them) are printed and take no part. The published 0.5 line is printed and takes no part: sparse maps reach 0.9 by chance.',
  reproducibility:
    'Pass if the lower bound of (SSIM of two architectures − SSIM of random pairs) is above 0; fail if the upper bound is below 0. Random pairs: one model’s map of an image and the other model’s map of another patient. Random pairs within one model (its own maps, as Arun et al. draw them) are printed and take no part. The published 0.5 line is printed and takes no part.',
  cues: 'Saliscope’s own rule: fail if the lower bound of (share of the map on the cue − share of the area) is above 0; pass if the upper bound is below 0.',
  regions:
    'Saliscope’s own rule: pass if the lower bound of the area under the ROC curve of region scores against the expected regions is above 0.5; fail if the upper bound is below 0.5. Differences between groups are tested and printed; they are no verdict.',
  completeness:
    'Saliscope’s own rule: pass if the lower bound of (ROAD combined − the same of a random map) is above 0; fail if the upper bound is below 0.',
  fidelity:
    'Saliscope’s own rule: pass if the lower bound of (mean fall of the answer − the same along a random map) is above 0; fail if the upper bound is below 0.',
  robustness:
    'Saliscope’s own rule: pass if the upper bound of (largest change of the map under small changes of the image − change of the map from patient to patient) is below 0; fail if the lower bound is at or above 0. Changes are relative to the size of the map.',
  answerKey:
    'Saliscope’s own rule: pass if the logit falls more when the finding is removed than when the cue is removed (lower bound of the paired difference above 0); fail if the upper bound is below 0.'
} as const

/** The published line of Arun et al. for repeatability and reproducibility. */
export const publishedLine = 0.5

/** Share of flat maps above which a row is not assessable. */
export const maximumFlatShare = 0.2
