import type { RunCase, RunMethod, RunModel } from '@engine/criteria/experiment-run'
import type { Steadiness } from '@engine/criteria/robustness-scores'
import { mapTaken } from '@engine/criteria/map-taken'
import { pairedReference, type NamedReference } from '@engine/criteria/paired-reference'
import { mostMissing, tooFewPaired } from '@engine/criteria/paired-patients'
import { missingReasons, missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import { belowChance } from '@engine/criteria/rules'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { Reference, ResultRow, Verdict } from '@shared/report'

export interface RobustnessFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
}

/** One image: what small changes did to its map. */
export interface SteadyCase extends Steadiness {
  readonly item: RunCase
}

export interface SteadyEvidence {
  readonly steady: readonly SteadyCase[]
  /** Change between the maps of different patients, one an image. */
  readonly chance: readonly (number | string)[]
  /** What the same changes do to the edges of the image. */
  readonly edges: readonly (number | string)[]
}

/** Maps that were made elsewhere cannot be made of a changed image. */
export function notMadeAgain(frame: RobustnessFrame): ResultRow {
  const reason =
    'The maps were made elsewhere, so none can be made of a changed image: name the model and give the method as an expression.'
  return missingRow(rowFrame(frame, 'max-sensitivity', true), frame.rule, reason)
}

/** The row that decides: the largest effect of a small change against the change from patient to patient. */
export function sensitivityRow(
  frame: RobustnessFrame,
  { steady, chance, edges }: SteadyEvidence,
  statistics: Statistics
): ResultRow {
  const numbersOf = (list: readonly (number | string)[]): CaseNumber[] =>
    steady.map(({ item: { id, patient } }, index) => {
      const value = list[index]
      return typeof value === 'string' ? { id, patient, value: null, reason: value } : { id, patient, value }
    })
  const numbers = numbersOf(steady.map(({ maxSensitivity }) => maxSensitivity))
  const summary = statistics.summarise(numbers)
  const reference = (named: NamedReference, own: readonly (number | string)[]): Reference =>
    pairedReference(named, numbers, numbersOf(own), statistics)
  const references = [
    reference({ id: 'random-pairs', title: 'maps of different patients', decides: true }, chance),
    reference({ id: 'edge', title: 'edges of the image under the same changes', decides: false }, edges)
  ]
  return resultRow(rowFrame(frame, 'max-sensitivity', true), {
    numbers,
    summary,
    references,
    verdict: judge(frame.rule, { summary, reference: references[0], why: mostMissing(numbers) }, statistics),
    excluded: missingReasons(numbers)
  })
}

function judge(
  rule: string,
  { summary, reference, why }: { summary: ReturnType<Statistics['summarise']>; reference: Reference; why: string },
  { thresholds }: Statistics
): Verdict {
  if (summary.patients < thresholds.minimumPatients) {
    const reason = `Only ${counted(summary.patients, 'patient')} whose maps could be made again${why}: at least ${thresholds.minimumPatients} are needed.`
    return { state: 'not-assessable', rule, reason }
  }
  const thin = tooFewPaired([reference], thresholds.minimumPatients)
  if (thin !== null) return { state: 'not-assessable', rule, reason: thin }
  const state = belowChance(reference.difference?.ci95 ?? null)
  const figures = `by ${withInterval(summary.value, summary.ci95)} of its size, from patient to patient by ${figure(reference.value)}`
  const words: Record<Verdict['state'], string> = {
    pass: `A change that nobody sees alters the map less than another patient does: ${figures}.`,
    fail: `A change that nobody sees alters the map as much as another patient does: ${figures}.`,
    inconclusive: `A change that nobody sees does not clearly alter the map less than another patient does: ${figures}.`,
    'not-assessable': 'There are no two patients whose maps can be compared.'
  }
  return { state, rule, reason: words[state] }
}

/** The steepest change of the map a unit of the input. Its unit is that of the attribution, so it compares models of one method only. */
export function lipschitzRow(frame: RobustnessFrame, steady: readonly SteadyCase[], statistics: Statistics): ResultRow {
  const numbers = steady.map(({ item: { id, patient }, localLipschitz }): CaseNumber =>
    typeof localLipschitz === 'string'
      ? { id, patient, value: null, reason: localLipschitz }
      : { id, patient, value: localLipschitz }
  )
  const summary = statistics.summarise(numbers)
  const reason =
    summary.value === null
      ? 'No map could be made again.'
      : `Changes by at most ${figure(summary.value)} a unit of the input, in units of the attribution. There is no rule for it.`
  return resultRow(rowFrame(frame, 'local-lipschitz', false), {
    numbers,
    summary,
    references: [],
    verdict: { state: 'not-assessable', rule: frame.rule, reason },
    excluded: missingReasons(numbers)
  })
}

function rowFrame({ model, method, grid }: RobustnessFrame, metric: string, headline: boolean): RowFrame {
  return {
    criterion: `robustness.${metric}`,
    metric,
    method: method.id,
    models: [model.id],
    reduction: mapTaken.asComputed,
    grid,
    headline,
    better: 'lower'
  }
}
