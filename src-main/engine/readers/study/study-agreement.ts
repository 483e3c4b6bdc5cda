import type { Computed } from '@engine/metrics/metric'
import {
  drawPatients,
  percentileInterval,
  resampledMeans,
  resampledStatistic
} from '@engine/metrics/statistics/patient-bootstrap'
import { agreementOf, type Agreement, type PairAgreement } from '@engine/readers/agreement'
import { fleissKappa, krippendorffAlpha } from '@engine/readers/chance-corrected'
import { intraclassCorrelation } from '@engine/readers/intraclass-correlation'
import type { MaskGrid } from '@engine/readers/reader-mask'
import { boxOfMarks, cropped } from '@engine/readers/study/crop-to-marks'
import { extentOf } from '@engine/readers/study/extent'
import type { AgreementRow, AgreementRowId } from '@shared/reading-results'

/** One case, read by several readers; `repeat` is a second reading by one of them, unknown to that reader. */
export interface ReadCase {
  readonly code: string
  readonly patient: string
  readonly grid: MaskGrid
  readonly readings: readonly { readonly reader: string; readonly repeat: boolean; readonly voxels: Uint8Array }[]
}

export interface BootstrapChoice {
  readonly draws: number
  readonly seed: number
}

/** Figures of one case that are kept after its masks are let go. */
export interface CaseFigures {
  readonly code: string
  readonly patient: string
  /** Between readers, first readings only. */
  readonly pairs: readonly PairAgreement[]
  /** First against second reading of one reader. */
  readonly twice: readonly PairAgreement[]
  /** By reader: marked or not, and size (cm² or ml; voxels without a spacing). */
  readonly found: ReadonlyMap<string, boolean>
  readonly extent: ReadonlyMap<string, number>
  readonly extentUnit: 'cm²' | 'ml' | 'voxels'
  /** Over the voxels of the box around all marks, 10 voxels wider. */
  readonly voxelKappa: Computed
  readonly voxelAlpha: Computed
  readonly voxelIcc: Computed
}

const region = { kind: 'union', margin: 10 } as const

/** The figures of one case; masks of a whole study need never be in memory together. */
export function caseFigures({ code, patient, grid, readings }: ReadCase): CaseFigures {
  const first = readings.filter(({ repeat }) => !repeat)
  const between = compared(first, grid)
  const twice = readings
    .filter(({ repeat }) => repeat)
    .flatMap((second) => {
      const earlier = first.find(({ reader }) => reader === second.reader)
      return earlier === undefined ? [] : (compared([earlier, second], grid)?.pairs ?? [])
    })
  const sizes = first.map(({ reader, voxels }) => [reader, countOf(voxels)] as const)
  const sized = (voxels: number): number => {
    const { cm2, ml } = extentOf(voxels, grid)
    return cm2 ?? ml ?? voxels
  }
  const none: Computed = { value: null, reason: 'agreement needs two readers' }
  return {
    code,
    patient,
    pairs: between?.pairs ?? [],
    twice,
    found: new Map(sizes.map(([reader, voxels]) => [reader, voxels > 0])),
    extent: new Map(sizes.map(([reader, voxels]) => [reader, sized(voxels)])),
    extentUnit: grid.spacingMm === null ? 'voxels' : grid.size[2] > 1 ? 'ml' : 'cm²',
    voxelKappa: between?.fleissKappa ?? none,
    voxelAlpha: between?.krippendorffAlpha ?? none,
    voxelIcc: between?.icc ?? none
  }
}

const countOf = (voxels: Uint8Array): number => voxels.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0)

/** Compared inside the box around all marks: the same figures as in the whole image, in a fraction of the time. */
function compared(readings: ReadCase['readings'], grid: MaskGrid): Agreement | null {
  if (readings.length < 2) return null
  const masks = readings.map(({ voxels }) => voxels)
  const box = boxOfMarks(masks, grid.size, region.margin)
  if (box === null) return agreementOf(readings, grid, region)
  const inside = readings.map(({ reader, voxels }) => ({ reader, voxels: cropped(voxels, grid.size, box) }))
  return agreementOf(inside, { size: box.size, spacingMm: grid.spacingMm }, region)
}

/** Mean overlap of the readers' outlines; a case that one reader marked and another did not counts 0. Null when nobody marked it. */
export function meanDice({ pairs, found }: CaseFigures): number | null {
  if (![...found.values()].some(Boolean)) return null
  const marked = pairs.filter(({ a, b }) => found.get(a) === true || found.get(b) === true)
  return marked.length === 0 ? null : marked.reduce((sum, { dice }) => sum + dice, 0) / marked.length
}

/**
 * The agreement of a study: each figure with a 95 % interval, bootstrapped over patients (percentiles). Overlap and
 * distances are means over cases; overlap leaves out cases that nobody marked, distances those that not both marked.
 */
export function studyAgreement(
  cases: readonly CaseFigures[],
  readers: readonly string[],
  bootstrap: BootstrapChoice
): AgreementRow[] {
  const complete = cases.filter(({ found }) => readers.every((reader) => found.has(reader)))
  const mean = (id: AgreementRowId, value: (one: CaseFigures) => number | null, reason = few): AgreementRow => {
    const list = cases.flatMap((one): CaseValue[] => {
      const found = value(one)
      return found === null ? [] : [{ patient: one.patient, value: found }]
    })
    return meanRow(id, list, { bootstrap, reason })
  }
  return [
    mean('dice', meanDice),
    mean('iou', (one) => meanOfMarked(one, ({ iou }) => ({ value: iou }))),
    mean('hd95', (one) => meanOfMarked(one, ({ hd95Mm }) => hd95Mm)),
    mean('assd', (one) => meanOfMarked(one, ({ assdMm }) => assdMm)),
    mean('dice-twice', (one) => meanTwice(one, ({ dice }) => ({ value: dice })), once),
    mean('hd95-twice', (one) => meanTwice(one, ({ hd95Mm }) => hd95Mm), once),
    ...overCases(complete, readers, bootstrap),
    mean('voxel-kappa', ({ voxelKappa }) => voxelKappa.value),
    mean('voxel-alpha', ({ voxelAlpha }) => voxelAlpha.value),
    mean('voxel-icc', ({ voxelIcc }) => voxelIcc.value)
  ]
}

const few = 'no case was outlined by two readers'
const once = 'no reader has read a case twice yet'

interface CaseValue {
  readonly patient: string
  readonly value: number
}

function meanRow(
  id: AgreementRowId,
  list: readonly CaseValue[],
  { bootstrap, reason }: { bootstrap: BootstrapChoice; reason: string }
): AgreementRow {
  if (list.length === 0) return { id, n: 0, value: null, reason, ci95: null }
  const values = list.map(({ value }) => value)
  const draws = drawPatients(
    list.map(({ patient }) => patient),
    { ...bootstrap, level: 0.95 }
  )
  return {
    id,
    n: list.length,
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    ci95: draws.patients < 2 ? null : percentileInterval(resampledMeans(values, draws), 0.95)
  }
}

/** Agreement on whether there is a finding, and on its size: one figure over all cases that every reader has read. */
function overCases(
  complete: readonly CaseFigures[],
  readers: readonly string[],
  bootstrap: BootstrapChoice
): AgreementRow[] {
  const draws = drawPatients(
    complete.map(({ patient }) => patient),
    { ...bootstrap, level: 0.95 }
  )
  const row = (id: AgreementRowId, statistic: (cases: readonly CaseFigures[]) => Computed): AgreementRow => {
    const computed = statistic(complete)
    if (computed.value === null) return { id, n: complete.length, ...computed, ci95: null }
    const resampled = resampledStatistic(draws, (weights) => statistic(repeated(complete, weights)).value ?? Number.NaN)
    return {
      id,
      n: complete.length,
      value: computed.value,
      ci95: draws.patients < 2 ? null : percentileInterval(resampled, 0.95)
    }
  }
  const votes = (list: readonly CaseFigures[]): Uint16Array =>
    Uint16Array.from(list, ({ found }) => readers.filter((reader) => found.get(reader) === true).length)
  const sizes = (list: readonly CaseFigures[]): Float64Array[] =>
    readers.map((reader) => Float64Array.from(list, ({ extent }) => extent.get(reader) ?? 0))
  return [
    row('finding-kappa', (list) => fleissKappa(votes(list), readers.length)),
    row('finding-alpha', (list) => krippendorffAlpha(votes(list), readers.length)),
    row('extent-icc', (list) => intraclassCorrelation(sizes(list)))
  ]
}

const repeated = (cases: readonly CaseFigures[], weights: Float64Array): CaseFigures[] =>
  cases.flatMap((one, index) => Array.from({ length: weights[index] }, () => one))

const meanOfMarked = (one: CaseFigures, figure: (pair: PairAgreement) => Computed): number | null =>
  meanOf(one.pairs.filter(({ a, b }) => one.found.get(a) === true || one.found.get(b) === true).map(figure))

const meanTwice = (one: CaseFigures, figure: (pair: PairAgreement) => Computed): number | null => {
  const marked = one.twice.filter(({ hd95Mm }) => hd95Mm.value !== null || hd95Mm.reason !== 'both masks are empty')
  return meanOf(marked.map(figure))
}

/** Mean of what is defined; null when nothing is. */
function meanOf(list: readonly Computed[]): number | null {
  const values = list.flatMap(({ value }) => (value === null ? [] : [value]))
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
