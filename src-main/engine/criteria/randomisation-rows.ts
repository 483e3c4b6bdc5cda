import { flatScrambled, type Cascade } from '@engine/criteria/cascade'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { reasons } from '@engine/criteria/prepared-maps'
import { countReasons, resultRow, type RowFrame } from '@engine/criteria/row'
import { belowChance, maximumFlatShare } from '@engine/criteria/rules'
import { subtract, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { Curve, Difference, ResultRow, Verdict } from '@shared/report'

export interface RandomisationFrame {
  readonly frame: RowFrame
  readonly rule: string
  readonly model: RunModel
  readonly method: RunMethod
}

/** The row of one model and method: similarity once every layer is scrambled, against chance. */
export function cascadeRow(context: RandomisationFrame, cascade: Cascade, statistics: Statistics): ResultRow {
  const end = cascade.steps[cascade.steps.length - 1]
  const summary = statistics.summarise(end)
  const chance = statistics.summarise(cascade.chance)
  const difference = statistics.difference(end, cascade.chance)
  const limit = {
    id: 'random-pairs',
    title: 'maps of different patients',
    value: chance.value,
    ci95: chance.ci95,
    decides: true,
    difference
  }
  const references = chance.value === null ? [{ ...limit, reason: 'no two maps to compare' }] : [limit]
  const patients = statistics.summarise(subtract(end, cascade.chance)).patients
  const evidence = { end, difference, steps: cascade.steps, chance: chance.value, patients }
  const verdict = judge(context, evidence, statistics)
  const missing = countReasons(end.flatMap((number) => (number.reason === undefined ? [] : [number.reason])))
  return resultRow(context.frame, {
    numbers: end,
    summary,
    references,
    verdict,
    excluded: missing,
    notes: notesOf(context, cascade, statistics)
  })
}

interface Evidence {
  readonly end: readonly CaseNumber[]
  readonly steps: readonly (readonly CaseNumber[])[]
  readonly difference: Difference
  readonly chance: number | null
  /** Patients with both a scrambled and a chance similarity. */
  readonly patients: number
}

function judge({ rule }: RandomisationFrame, evidence: Evidence, statistics: Statistics): Verdict {
  const { end, difference, steps, chance, patients } = evidence
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
  if (patients < needed)
    return refuse(`Only ${counted(patients, 'patient')} with maps to compare: at least ${needed} are needed.`)

  const state = belowChance(difference.ci95)
  const figures = `similarity ${withInterval(statistics.summarise(end).value, statistics.summarise(end).ci95)}, by chance ${figure(chance)}`
  const words: Record<Verdict['state'], string> = {
    pass: `Changes when the weights are scrambled: ${figures}.`,
    fail: `Looks almost the same after the weights are scrambled (${figures}): it shows the image, not the model.`,
    inconclusive: `Not clearly different after the weights are scrambled: ${figures}.`,
    'not-assessable': 'There are no two patients whose maps can be compared.'
  }
  return { state, rule, reason: words[state] }
}

function notesOf({ model }: RandomisationFrame, cascade: Cascade, statistics: Statistics): string[] {
  const means = cascade.steps.map((step) => statistics.summarise(step).value)
  const lowest = lowestOf(means)
  const notes = lowest === null ? [] : [`Lowest similarity ${figure(means[lowest])} after ${cascade.stages[lowest]}.`]
  if (model.foldedBatchNorm)
    notes.push('Normalisation is folded into the convolutions of this file and was not reset on its own.')
  return notes
}

function lowestOf(values: readonly (number | null)[]): number | null {
  let best: number | null = null
  values.forEach((value, index) => {
    if (value !== null && (best === null || value < values[best]!)) best = index
  })
  return best
}

/** The curve over stages, from the trained model on. */
export function cascadeCurve(row: ResultRow, cascade: Cascade, statistics: Statistics): Curve {
  const points = cascade.steps.map((step, index) => {
    const { n, value, sd, ci95 } = statistics.summarise(step)
    return { x: cascade.stages[index], n, value, sd, ci95 }
  })
  const means = points.map((point) => point.value)
  const lowest = lowestOf(means)
  const { id, title, value, ci95 } = row.references[0]
  return {
    criterion: row.criterion,
    metric: row.metric,
    model: row.model,
    method: row.method,
    xTitle: 'layers scrambled so far',
    yTitle: 'similarity to the trained model’s map (SSIM)',
    points: [{ x: 'none', n: cascade.steps[0].length, value: 1, sd: 0, ci95: [1, 1] }, ...points],
    limits: [{ id, title, value, ci95 }],
    minimum: lowest === null ? null : means[lowest],
    end: means[means.length - 1] ?? null
  }
}
