import type { RunCase, RunMethod, RunModel } from '@engine/criteria/experiment-run'
import type { HumanOverlap, OverlapKind, RevealChange } from '@engine/criteria/human-overlap'
import { pairedReference } from '@engine/criteria/paired-reference'
import { tooFewPaired } from '@engine/criteria/paired-patients'
import { missingReasons, missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import type { CaseNumber, Statistics, Summary } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { Interval, Reference, ResultRow, Verdict, VerdictState } from '@shared/report'

export interface HumanFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
  readonly overlap: OverlapKind
  readonly margin: number
}

export interface HumanMeasure {
  readonly item: RunCase
  readonly overlap: HumanOverlap | string
  readonly reveal: RevealChange | string
}

/** Human: map against reader − reader against reader, against a margin below zero. */
export function noWorseThanAReader(interval: Interval | null, margin: number): VerdictState {
  if (interval === null) return 'not-assessable'
  if (interval[0] > -margin) return 'pass'
  return interval[1] < -margin ? 'fail' : 'inconclusive'
}

function framed({ model, method, grid }: HumanFrame, criterion: string, metric: string): RowFrame {
  return { criterion, metric, method: method.id, models: [model.id], grid, headline: false, better: 'none' }
}

/** The row that judges: overlap of map and reader, beside reader and reader, and chance. */
export function humanRow(frame: HumanFrame, measures: readonly HumanMeasure[], statistics: Statistics): ResultRow {
  const row: RowFrame = {
    ...framed(frame, 'human.agreement', `${frame.overlap}-at-equal-area`),
    headline: true,
    better: 'higher'
  }
  if (measures.length === 0) return missingRow(row, frame.rule, 'No case has an outline of a reader.')
  const numbers = (pick: (overlap: HumanOverlap) => number): CaseNumber[] =>
    measures.map(({ item: { id, patient }, overlap }) =>
      typeof overlap === 'string'
        ? { id, patient, value: null, reason: overlap }
        : { id, patient, value: pick(overlap) }
    )
  const mapToReader = numbers((overlap) => overlap.mapToReader)
  const summary = statistics.summarise(mapToReader)
  const excluded = missingReasons(mapToReader)
  if (summary.n === 0)
    return missingRow(row, frame.rule, `Nothing can be compared: ${excluded[0]?.reason ?? 'no map'}.`)
  const reference = (id: string, title: string, others: readonly CaseNumber[]): Reference =>
    pairedReference({ id, title, decides: id === 'reader-to-reader' }, mapToReader, others, statistics)
  const readers = reference(
    'reader-to-reader',
    'reader against reader',
    numbers((overlap) => overlap.readerToReader)
  )
  const chance = reference(
    'chance',
    'as many pixels anywhere',
    numbers((overlap) => overlap.byChance)
  )
  const most = Math.max(...measures.map(({ overlap }) => (typeof overlap === 'string' ? 0 : overlap.readers)))
  return resultRow(row, {
    numbers: mapToReader,
    summary,
    references: [readers, chance],
    verdict: judge(frame, { summary, readers }, statistics),
    excluded,
    notes: [`Up to ${counted(most, 'reader')} an image; empty outlines take no part.`]
  })
}

function judge(
  { rule, margin, overlap }: HumanFrame,
  { summary, readers }: { summary: Summary; readers: Reference },
  statistics: Statistics
): Verdict {
  const needed = statistics.thresholds.minimumPatients
  if (summary.patients < needed) {
    const reason = `Only ${counted(summary.patients, 'patient')} outlined by two readers: at least ${needed} are needed.`
    return { state: 'not-assessable', rule, reason }
  }
  const thin = tooFewPaired([readers], needed)
  if (thin !== null) return { state: 'not-assessable', rule, reason: thin }
  const name = overlap === 'dice' ? 'Dice' : 'IoU'
  const figures = `map against reader ${withInterval(summary.value, summary.ci95)}, reader against reader ${withInterval(readers.value, readers.ci95)} (${name})`
  const state = noWorseThanAReader(readers.difference?.ci95 ?? null, margin)
  const words: Record<VerdictState, string> = {
    pass: `Agrees with readers as they agree among themselves: ${figures}.`,
    fail: `Agrees less with readers than they do among themselves: ${figures}.`,
    inconclusive: `Not clearly as good as another reader: ${figures}.`,
    'not-assessable': 'No difference can be formed.'
  }
  return { state, rule, reason: words[state] }
}

/** What the reveal changed; says something about readers and is no verdict on the map. Empty where nobody was shown a map. */
export function revealRows(frame: HumanFrame, measures: readonly HumanMeasure[], statistics: Statistics): ResultRow[] {
  const shown = measures.filter(({ reveal }) => typeof reveal !== 'string')
  if (shown.length === 0) return []
  const row = (metric: string, pick: (reveal: RevealChange) => number, say: (value: string) => string): ResultRow => {
    const numbers = shown.map(({ item: { id, patient }, reveal }): CaseNumber => ({
      id,
      patient,
      value: typeof reveal === 'string' ? null : pick(reveal)
    }))
    const summary = statistics.summarise(numbers)
    const reason = `${say(withInterval(summary.value, summary.ci95))} It says something about readers and is no verdict on the map.`
    return resultRow(framed(frame, 'human.reveal', metric), {
      numbers,
      summary,
      references: [],
      verdict: { state: 'not-assessable', rule: frame.rule, reason }
    })
  }
  return [
    row(
      'before-against-after',
      ({ kept }) => kept,
      (value) => `Outlines before and after the map was revealed overlap by ${value}.`
    ),
    row(
      'move-towards-map',
      ({ towardsMap }) => towardsMap,
      (value) =>
        `After the reveal the overlap with this map changed by ${value} (${figure(0)}: no change; above it outlines moved towards the map).`
    )
  ]
}
