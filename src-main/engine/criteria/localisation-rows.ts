import type { RunCase, RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { headlineMetric, scoredMetric, type Scores } from '@engine/criteria/localisation-metrics'
import { referenceTitles, sharedReferences, type SharedReference } from '@engine/criteria/localisation-references'
import { pairedReference } from '@engine/criteria/paired-reference'
import { tooFewPaired } from '@engine/criteria/paired-patients'
import { countReasons, missingReasons, missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import { aboveEach, betterUp } from '@engine/criteria/rules'
import type { CaseNumber, Statistics, Summary } from '@engine/criteria/summary'
import { counted, figure, listed, withInterval } from '@engine/criteria/wording'
import type { Difference, Reference, ResultRow, Verdict } from '@shared/report'

export type ReferenceId = SharedReference | 'randomised-model'

/** One image with the scores of a method's map and of everything it is measured against. */
export interface ScoredImage {
  readonly item: RunCase
  readonly flat: boolean
  readonly scores: Scores | string
  readonly references: ReadonlyMap<ReferenceId, Scores | string>
}

export interface LocalisationFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
  /** Why images took no part, one entry each. */
  readonly excluded: readonly string[]
}

/** Why images take no part that nobody outlined. */
export const noFindingThere = 'no finding: scored apart'
export const notOutlined = 'a finding without an outline'
/** Why outlines that are there cannot be used. */
export const emptyOutline = 'the outline is empty: nothing is marked in it'
export const lostOutline = 'the outline is empty on this grid: lost by crop or resize'
const withoutOutline: readonly string[] = [noFindingThere, notOutlined]

const deciding: readonly ReferenceId[] = ['random', 'edge', 'average-mask', 'randomised-model']

/** The row of one model, method and metric. */
export function localisationRow(
  frame: LocalisationFrame,
  metric: string,
  images: readonly ScoredImage[],
  statistics: Statistics
): ResultRow {
  const { better, note } = scoredMetric(metric)
  const rowFrame: RowFrame = {
    criterion: 'localisation.utility',
    metric,
    method: frame.method.id,
    models: [frame.model.id],
    grid: frame.grid,
    headline: metric === headlineMetric,
    better
  }
  const needed = statistics.thresholds.minimumPatients
  if (images.length === 0) return missingRow(rowFrame, frame.rule, noOutlines(frame.excluded, needed))

  const numbers = numbersOf(images, metric, (image) => image.scores)
  const summary = statistics.summarise(numbers)
  const decides = deciding.filter((id) => !(frame.method.imported && id === 'randomised-model'))
  const references = [...sharedReferences, 'randomised-model' as const].map((id) =>
    referenceOf(id, { images, metric, numbers, decides: decides.includes(id) }, statistics)
  )
  const flat = images.filter((image) => image.flat).length
  const missing = missingReasons(numbers)
  const missingReason = missing[0]?.reason ?? ''
  const verdict = judge({ frame, better, references, summary, flat, images, needed, missingReason })
  const notes = [
    ...(flat === 0 ? [] : [`${counted(flat, 'map')} of ${images.length} the same everywhere, scored as such.`]),
    ...(note === undefined ? [] : [note])
  ]
  return resultRow(rowFrame, {
    numbers,
    summary,
    references,
    verdict,
    excluded: [...countReasons(frame.excluded), ...missing],
    notes
  })
}

/** Outlines that are there and of no use are not to be drawn again: what is wrong with most of them is said. */
function noOutlines(excluded: readonly string[], needed: number): string {
  const [most] = countReasons(excluded.filter((reason) => !withoutOutline.includes(reason)))
  return most === undefined
    ? `No outlines to compare with: draw at least ${needed}.`
    : `No outline can be compared with: ${most.reason} (${counted(most.n, 'image')}).`
}

function numbersOf(
  images: readonly ScoredImage[],
  metric: string,
  pick: (image: ScoredImage) => Scores | string
): CaseNumber[] {
  return images.map((image) => {
    const scores = pick(image)
    const value = typeof scores === 'string' ? scores : scores.get(metric)!
    const { id, patient } = image.item
    return typeof value === 'string' ? { id, patient, value: null, reason: value } : { id, patient, value }
  })
}

function referenceOf(
  id: ReferenceId,
  row: { images: readonly ScoredImage[]; metric: string; numbers: readonly CaseNumber[]; decides: boolean },
  statistics: Statistics
): Reference {
  const own = numbersOf(row.images, row.metric, (image) => image.references.get(id)!)
  return pairedReference({ id, title: referenceTitles[id], decides: row.decides }, row.numbers, own, statistics)
}

interface Judged {
  readonly frame: LocalisationFrame
  readonly better: ResultRow['better']
  readonly references: readonly Reference[]
  readonly summary: Summary
  readonly flat: number
  readonly images: readonly ScoredImage[]
  readonly needed: number
  /** The most frequent reason why an image has no value. */
  readonly missingReason: string
}

function judge(judged: Judged): Verdict {
  const { frame, better, references, summary, flat, images, needed, missingReason } = judged
  const decisive = references.filter((reference) => reference.decides)
  const missing = decisive.filter((reference) => (reference.difference?.ci95 ?? null) === null)
  const refuse = (reason: string): Verdict => ({ state: 'not-assessable', rule: frame.rule, reason })

  if (summary.n === 0) return refuse(`No map could be scored: ${missingReason}.`)
  if (summary.patients < needed) return refuse(tooFew(summary, images, needed))
  if (better === 'none') return refuse('Printed beside the figure it belongs to; there is no rule for it.')
  if (flat > images.length / 2) return refuse(`${flat} of ${counted(images.length, 'map')} are the same everywhere.`)
  const thin = tooFewPaired(decisive, needed)
  if (thin !== null) return refuse(thin)
  const state = aboveEach(decisive.flatMap(({ difference }) => upward(difference, better)))
  if (state === 'fail') return { state, rule: frame.rule, reason: failing(judged, decisive) }
  if (missing.length > 0) {
    const names = missing.map((reference) => `${reference.title} (${reference.reason ?? 'no interval'})`)
    return refuse(`Nothing to compare with: ${listed(names)}.`)
  }
  return { state, rule: frame.rule, reason: state === 'pass' ? passing(judged) : unclear(judged, decisive) }
}

/** A difference with the better side up. */
function upward(difference: Difference | null, better: ResultRow['better']): Difference[] {
  if (difference === null) return []
  const { value, ci95 } = difference
  if (better !== 'lower' || value === null) return [difference]
  return [{ ...difference, value: -value, ci95: betterUp(ci95, better) }]
}

function tooFew(summary: Summary, images: readonly ScoredImage[], needed: number): string {
  const lost = images.length - summary.n
  const why = lost > 0 ? `; ${counted(lost, 'image')} without a value` : ''
  return `Only ${counted(summary.patients, 'patient')} with an outline${why}: at least ${needed} are needed.`
}

function passing({ frame, images, summary }: Judged): string {
  const others = frame.method.imported
    ? ' and the average of all outlines'
    : ', the average of all outlines and the untrained model'
  const hits = images.filter(
    (image) => typeof image.scores !== 'string' && image.scores.get('pointing-game') === 1
  ).length
  return `Points at the finding, ${withInterval(summary.value, summary.ci95)}: better than random maps, edges${others}; hottest point inside the outline in ${hits} of ${images.length}.`
}

/** The reference that beats the map most clearly. */
function failing({ summary, better }: Judged, decisive: readonly Reference[]): string {
  const lead = (reference: Reference): Difference | undefined => upward(reference.difference, better)[0]
  const beaten = decisive.filter((reference) => (lead(reference)?.ci95?.[1] ?? 0) < 0)
  const worst = beaten.reduce((low, next) => (lead(next)!.value! < lead(low)!.value! ? next : low))
  const aside = worst.id === 'average-mask' ? ', which never saw the patient' : ''
  return (
    `Finds the finding worse than the ${worst.title}${aside}: ${withInterval(summary.value, summary.ci95)} ` +
    `against ${figure(worst.value)}.`
  )
}

function unclear({ summary, better }: Judged, decisive: readonly Reference[]): string {
  const open = decisive.filter((reference) => upward(reference.difference, better)[0].ci95![0] <= 0)
  const names = open.map((reference) => {
    const { value, ci95 } = reference.difference!
    return `the ${reference.title} (difference ${withInterval(value, ci95)})`
  })
  return `Finds the finding with ${withInterval(summary.value, summary.ci95)}, not clearly better than ${listed(names)}.`
}
