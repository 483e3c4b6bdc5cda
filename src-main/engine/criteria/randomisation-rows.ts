import { flatScrambled, type Cascade } from '@engine/criteria/cascade'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { curvePoint, endsOf } from '@engine/criteria/curve-point'
import { similarityTitles, type SimilarityId } from '@engine/criteria/similarities'
import { mostMissing } from '@engine/criteria/paired-patients'
import { pairedReference } from '@engine/criteria/paired-reference'
import { reasons } from '@engine/criteria/prepared-maps'
import { missingReasons, resultRow, type RowFrame } from '@engine/criteria/row'
import { belowChance, maximumFlatShare, publishedLine } from '@engine/criteria/rules'
import type { CaseNumber, Statistics, Summary } from '@engine/criteria/summary'
import { counted, figure, listed, withInterval } from '@engine/criteria/wording'
import { mean } from '@engine/metrics/statistics/moments'
import type { Curve, Reference, ResultRow, Verdict } from '@shared/report'

export interface RandomisationFrame {
  readonly frame: RowFrame
  readonly similarity: SimilarityId
  readonly rule: string
  readonly model: RunModel
  readonly method: RunMethod
  /** Stages that keep their trained weights to the end: the rule is about weights that are all drawn anew. */
  readonly kept?: readonly string[]
  /** What else is said beside the row. */
  readonly notes?: readonly string[]
}

/** The row of one model and method: similarity once every layer is scrambled, against chance. */
export function cascadeRow(context: RandomisationFrame, cascade: Cascade, statistics: Statistics): ResultRow {
  const end = cascade.steps[cascade.steps.length - 1]
  const summary = statistics.summarise(end)
  const named = { id: 'random-pairs', title: 'maps of different patients', decides: true }
  const limit = pairedReference(named, end, cascade.chance, statistics)
  const evidence = { end, summary, limit, steps: cascade.steps }
  const verdict = judge(context, evidence, statistics)
  const missing = missingReasons(end)
  return resultRow(context.frame, {
    numbers: end,
    summary,
    references: [limit],
    verdict,
    excluded: missing,
    notes: notesOf(context, cascade, statistics)
  })
}

/** A map may keep no more than chance and still be far from what it was. */
const keeps = (similarity: number | null): string =>
  similarity !== null && similarity >= publishedLine
    ? 'Looks almost the same after the weights are scrambled'
    : 'Keeps as much after the weights are scrambled as maps of different patients have in common'

/** Layers in a sentence: a network has hundreds. */
export const firstOf = (layers: readonly string[]): string =>
  layers.length <= 4 ? listed(layers) : `${layers.slice(0, 3).join(', ')} and ${layers.length - 3} more`

/** What a figure is called in a sentence. */
const similarityWords: Readonly<Record<SimilarityId, string>> = { ...similarityTitles, ssim: 'similarity' }

interface Evidence {
  readonly end: readonly CaseNumber[]
  readonly steps: readonly (readonly CaseNumber[])[]
  readonly summary: Summary
  readonly limit: Reference
}

function judge(
  { rule, similarity, kept = [] }: RandomisationFrame,
  evidence: Evidence,
  statistics: Statistics
): Verdict {
  const { end, summary, limit, steps } = evidence
  const refuse = (reason: string): Verdict => ({ state: 'not-assessable', rule, reason })
  const broken = [reasons.vanished, reasons.exploded].find((reason) =>
    steps.some((step) => step.some((number) => number.reason === reason))
  )
  if (broken !== undefined) return refuse(`Nothing can be said: ${broken}.`)

  const flat = end.filter((number) => number.reason === flatScrambled).length
  if (flat > maximumFlatShare * end.length) {
    return refuse(
      `Nothing can be said: ${flat} of ${counted(end.length, 'map')} are the same everywhere once the weights are scrambled.`
    )
  }
  const needed = statistics.thresholds.minimumPatients
  // With both a scrambled and a chance similarity.
  const patients = limit.difference?.patients ?? 0
  if (patients < needed)
    return refuse(
      `Only ${counted(patients, 'patient')} with maps to compare${mostMissing(end)}: at least ${needed} are needed.`
    )

  if (kept.length > 0)
    return refuse(`The rule asks for weights that are all drawn anew: ${firstOf(kept)} kept the trained ones.`)
  const state = belowChance(limit.difference?.ci95 ?? null)
  const figures = `${similarityWords[similarity]} ${withInterval(summary.value, summary.ci95)}, by chance ${figure(limit.value)}`
  const words: Record<Verdict['state'], string> = {
    pass: `Changes when the weights are scrambled: ${figures}.`,
    fail: `${keeps(summary.value)} (${figures}): it shows the image, not the model.`,
    inconclusive: `Not clearly different after the weights are scrambled: ${figures}.`,
    'not-assessable': 'There are no two patients whose maps can be compared.'
  }
  return { state, rule, reason: words[state] }
}

function notesOf({ model, notes: given }: RandomisationFrame, cascade: Cascade, statistics: Statistics): string[] {
  const means = cascade.steps.map((step) => statistics.summarise(step).value)
  const lowest = lowestOf(means)
  const notes = [
    ...(lowest === null ? [] : [`Lowest similarity ${figure(means[lowest])} after ${cascade.stages[lowest]}.`]),
    ...(given ?? [])
  ]
  if (model.foldedBatchNorm)
    notes.push(
      'Convolutions of this file have no normalisation behind them: there was none, or it was merged into them (folded) and could not be reset on its own.'
    )
  return notes
}

/** A map is the same as itself; its mutual information with itself is its entropy, another number for every map. */
function untouched(cascade: Cascade): Curve['points'][number] {
  return { x: 'none', n: cascade.steps[0].length, value: 1, sd: 0, ci95: [1, 1] }
}

function lowestOf(values: readonly (number | null)[]): number | null {
  let best: number | null = null
  values.forEach((value, index) => {
    if (value !== null && (best === null || value < values[best]!)) best = index
  })
  return best
}

/** The curve over stages, from the trained model on; each stage alone where `alone`. */
export function cascadeCurve(
  row: ResultRow,
  cascade: Cascade,
  { statistics, similarity, alone = false }: { statistics: Statistics; similarity: SimilarityId; alone?: boolean }
): Curve {
  const points = cascade.steps.map((step, index) => curvePoint(cascade.stages[index], step, { statistics, keep: true }))
  const { id, title, value, ci95 } = row.references[0]
  return {
    criterion: row.criterion,
    metric: row.metric,
    model: row.model,
    method: row.method,
    xTitle: alone ? 'layer scrambled alone' : 'layers scrambled so far',
    yTitle: `similarity to the trained model’s map (${similarityTitles[similarity]})`,
    points: alone || similarity === 'mutual-information' ? points : [untouched(cascade), ...points],
    cases: cascade.steps[0].map((number) => number.id),
    limits: [{ id, title, value, ci95 }],
    ...endsOf(points)
  }
}

/**
 * The row of independent randomisation: each stage scrambled alone, the others trained. The value of an image is its mean similarity over the stages;
 * the published rule speaks of the cascade only, so there is no verdict.
 */
export function independentRow(
  { frame, rule, similarity }: RandomisationFrame,
  cascade: Cascade,
  statistics: Statistics
): ResultRow {
  const numbers = cascade.steps[0].map(({ id, patient }, image): CaseNumber => {
    const values = cascade.steps.flatMap((step) => (step[image].value === null ? [] : [step[image].value]))
    const reason = cascade.steps.find((step) => step[image].reason !== undefined)?.[image].reason
    return values.length > 0 ? { id, patient, value: mean(values) } : { id, patient, value: null, reason }
  })
  const summary = statistics.summarise(numbers)
  const chance = statistics.summarise(cascade.chance)
  const means = cascade.steps.map((step) => statistics.summarise(step).value)
  const [lowest, highest] = [lowestOf(means), lowestOf(means.map((value) => (value === null ? null : -value)))]
  const reason =
    lowest === null || highest === null
      ? 'No map could be compared.'
      : `Each layer scrambled alone: ${cascade.stages[lowest]} changes the map most (${similarityWords[similarity]} ` +
        `${figure(means[lowest])}), ${cascade.stages[highest]} least (${figure(means[highest])}). There is no rule for it.`
  return resultRow(frame, {
    numbers,
    summary,
    references: [
      {
        id: 'random-pairs',
        title: 'maps of different patients',
        value: chance.value,
        ci95: chance.ci95,
        decides: false,
        difference: null
      }
    ],
    verdict: { state: 'not-assessable', rule, reason },
    excluded: missingReasons(numbers)
  })
}
