import type { Computed } from '@engine/metrics/metric'
import { drawPatients, percentileInterval, resampledMeans } from '@engine/metrics/statistics/patient-bootstrap'
import type { PairAgreement } from '@engine/readers/agreement'
import { meanDice, type CaseFigures } from '@engine/readers/study/case-figures'
import { findingAgreement, type BootstrapChoice } from '@engine/readers/study/finding-agreement'
import type { AgreementRow, AgreementRowId } from '@shared/reading-results'

/**
 * The agreement of a study on one finding, or on all together: each figure with a 95 % interval, bootstrapped over patients
 * (percentiles). Overlap and distances are means over cases; overlap leaves out cases that nobody marked, distances those
 * that not both marked. A second reading after the map was shown is left out, and counted.
 */
export function studyAgreement(
  cases: readonly CaseFigures[],
  readers: readonly string[],
  bootstrap: BootstrapChoice
): AgreementRow[] {
  const mean = (id: AgreementRowId, value: (one: CaseFigures) => number | null, reason = few): AgreementRow => {
    const list = cases.flatMap((one): CaseValue[] => {
      const found = value(one)
      return found === null ? [] : [{ patient: one.patient, value: found }]
    })
    return meanRow(id, list, { bootstrap, reason })
  }
  const leftOut = cases.reduce((sum, { twiceSeen }) => sum + twiceSeen, 0)
  const twice = (id: AgreementRowId, value: (one: CaseFigures) => number | null): AgreementRow => ({
    ...mean(id, value, leftOut > 0 ? afterMap : once),
    ...(leftOut > 0 ? { leftOut } : {})
  })
  return [
    mean('dice', meanDice),
    mean('iou', (one) => meanOfMarked(one, ({ iou }) => ({ value: iou }))),
    mean('hd95', (one) => meanOfMarked(one, ({ hd95Mm }) => hd95Mm)),
    mean('assd', (one) => meanOfMarked(one, ({ assdMm }) => assdMm)),
    twice('dice-twice', (one) => meanTwice(one, ({ dice }) => ({ value: dice }))),
    twice('hd95-twice', (one) => meanTwice(one, ({ hd95Mm }) => hd95Mm)),
    ...findingAgreement(cases, readers, bootstrap),
    mean('voxel-kappa', ({ voxelKappa }) => voxelKappa.value),
    mean('voxel-alpha', ({ voxelAlpha }) => voxelAlpha.value),
    mean('voxel-icc', ({ voxelIcc }) => voxelIcc.value)
  ]
}

const few = 'no case was outlined by two readers'
const once = 'no reader has read a case twice yet'
const afterMap = 'every second reading came after its map was shown'

interface CaseValue {
  readonly patient: string
  readonly value: number
}

function meanRow(
  id: AgreementRowId,
  list: readonly CaseValue[],
  { bootstrap, reason }: { bootstrap: BootstrapChoice; reason: string }
): AgreementRow {
  if (list.length === 0) return { id, finding: null, n: 0, value: null, reason, ci95: null }
  const values = list.map(({ value }) => value)
  const draws = drawPatients(
    list.map(({ patient }) => patient),
    { ...bootstrap, level: 0.95 }
  )
  return {
    id,
    finding: null,
    n: list.length,
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    ci95: draws.patients < 2 ? null : percentileInterval(resampledMeans(values, draws), 0.95)
  }
}

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
