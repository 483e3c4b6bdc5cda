import type { CueBox, ReducedMap, RunCase, RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { pairedReference } from '@engine/criteria/paired-reference'
import { tooFewPaired } from '@engine/criteria/paired-patients'
import { missingReasons, missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import { offTheCue } from '@engine/criteria/rules'
import type { CaseNumber, Statistics, Summary } from '@engine/criteria/summary'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { Reference, ResultRow, Verdict } from '@shared/report'

/** Share of a map's sum inside the cue boxes, and of the area; or why there is none. */
export interface CueEnergy {
  readonly share: number | string
  readonly area: number | string
}

export interface CueMeasure extends CueEnergy {
  readonly item: RunCase
}

/** Energy inside the union of the boxes, each widened by `margin` pixels and clipped by the image. */
export function cueEnergy(map: ReducedMap | string, boxes: readonly CueBox[] | string, margin: number): CueEnergy {
  if (typeof map === 'string') return { share: map, area: map }
  return maskEnergy(map, typeof boxes === 'string' ? boxes : boxMask(map.shape, boxes, margin))
}

/** Energy inside a mask over the map, or over one plane of it; a phrase where there is none. */
export function maskEnergy(map: ReducedMap | string, inside: Uint8Array | string): CueEnergy {
  if (typeof map === 'string') return { share: map, area: map }
  if (typeof inside === 'string') return { share: inside, area: inside }
  let energy = 0
  let total = 0
  let area = 0
  for (let index = 0; index < map.values.length; index++) {
    total += map.values[index]
    if (inside[index % inside.length] === 0) continue
    energy += map.values[index]
    area++
  }
  const nothing = area === 0 ? 'the cue lies outside the image the model sees' : 'the map is the same everywhere'
  return {
    share: total > 0 && area > 0 ? energy / total : nothing,
    area: area > 0 ? area / map.values.length : nothing
  }
}

/** One plane with 1 inside the boxes; the same for every slice. */
function boxMask(shape: readonly number[], boxes: readonly CueBox[], margin: number): Uint8Array {
  const [rows, columns] = shape.slice(-2)
  const mask = new Uint8Array(rows * columns)
  for (const { box } of boxes) {
    const left = Math.max(0, Math.round(box[0]) - margin)
    const right = Math.min(columns, Math.round(box[2]) + margin)
    const bottom = Math.min(rows, Math.round(box[3]) + margin)
    for (let row = Math.max(0, Math.round(box[1]) - margin); row < bottom; row++) {
      if (right > left) mask.fill(1, row * columns + left, row * columns + right)
    }
  }
  return mask
}

export interface CueFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  readonly rule: string
}

/** What the energy lies on, in the ids and sentences of its rows. */
export interface CueThing {
  readonly criterion: ResultRow['criterion']
  /** Put before the metric's id. */
  readonly prefix: string
  /** As the object of a sentence: "the cue". */
  readonly words: string
  /** Said where no case has it. */
  readonly none: string
}

const markedCue: CueThing = {
  criterion: 'cues.energy',
  prefix: '',
  words: 'the cue',
  none: 'No case marks a cue, such as a laterality token.'
}

export interface CueRowPlan {
  readonly frame: CueFrame
  /** Default: the cues that cases mark. */
  readonly thing?: CueThing
  readonly margin: number
  readonly kind: 'energy-share' | 'enrichment'
  readonly headline: boolean
}

/** The row of one model and method at one margin: share against area share, or their ratio against 1. */
export function cueRow(plan: CueRowPlan, measures: readonly CueMeasure[], statistics: Statistics): ResultRow {
  const { frame, margin, kind, headline, thing = markedCue } = plan
  const rowFrame: RowFrame = {
    criterion: thing.criterion,
    metric: `${thing.prefix}${kind}-margin-${margin}`,
    method: frame.method.id,
    models: [frame.model.id],
    grid: frame.grid,
    headline,
    better: 'lower'
  }
  if (measures.length === 0) return missingRow(rowFrame, frame.rule, thing.none)

  const numbers = measures.map((measure) => number(measure, kind === 'energy-share' ? measure.share : ratio(measure)))
  const limits = measures.map((measure) => number(measure, kind === 'energy-share' ? measure.area : 1))
  const summary = statistics.summarise(numbers)
  const title = kind === 'energy-share' ? 'share of the area' : 'as much as its area'
  const reference = pairedReference({ id: 'area-share', title, decides: true }, numbers, limits, statistics)
  const verdict = judge(plan, { summary, reference, images: measures.length }, statistics)
  const missing = missingReasons(numbers)
  return resultRow(rowFrame, { numbers, summary, references: [reference], verdict, excluded: missing })
}

function number({ item }: CueMeasure, value: number | string): CaseNumber {
  const { id, patient } = item
  return typeof value === 'string' ? { id, patient, value: null, reason: value } : { id, patient, value }
}

function ratio({ share, area }: CueMeasure): number | string {
  return typeof share === 'string' || typeof area === 'string' ? String(share) : share / area
}

function judge(
  { frame, margin, kind, thing = markedCue }: CueRowPlan,
  { summary, reference, images }: { summary: Summary; reference: Reference; images: number },
  statistics: Statistics
): Verdict {
  const { rule } = frame
  const { words: it } = thing
  const needed = statistics.thresholds.minimumPatients
  if (summary.patients < needed) {
    const reason = `Only ${counted(summary.patients, 'patient')} with ${thing === markedCue ? 'a cue' : it} and a map (of ${counted(images, 'image')}): at least ${needed} are needed.`
    return { state: 'not-assessable', rule, reason }
  }
  const thin = tooFewPaired([reference], needed)
  if (thin !== null) return { state: 'not-assessable', rule, reason: thin }
  const around = margin === 0 ? '' : ` (with ${margin} pixels around it)`
  const value = withInterval(summary.value, summary.ci95)
  const figures =
    kind === 'energy-share'
      ? `${value} of the map lies on ${it}${around}, which covers ${figure(reference.value)} of the image`
      : `${it}${around} holds ${value} times as much of the map as its area would`
  const state = offTheCue(reference.difference?.ci95 ?? null)
  const words: Record<Verdict['state'], string> = {
    pass: `Keeps off ${it}: ${figures}.`,
    fail: `Lies on ${it}: ${figures}.`,
    inconclusive: `About as much as chance: ${figures}.`,
    'not-assessable': 'No difference can be formed.'
  }
  return { state, rule, reason: words[state] }
}
