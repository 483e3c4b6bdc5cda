import { flatScrambled } from '@engine/criteria/cascade'
import { headlineMetric, scoredMetric, scoredMetricIds } from '@engine/criteria/localisation-metrics'
import { reasons } from '@engine/criteria/prepared-maps'
import { maximumFlatShare } from '@engine/criteria/rules'
import type { CaseValue, Report, ResultRow } from '@shared/report'
import type { Making } from './makings'

/**
 * Whether the values of a report bear out that a row has no verdict though there are patients enough: maps that are the same everywhere, broken
 * activations, weights that kept what they were trained to, a measure without a rule.
 */
export function isWithheld(row: ResultRow, report: Report, { params }: Making): boolean {
  if (row.criterion === 'localisation.utility') return hasNoRule(row) || isFlat(row, report)
  if (row.criterion !== 'randomisation.cascading') return false
  const keeps = (start: string): boolean => row.notes.some((note) => note.startsWith(start))
  const kept = (keeps('The cascade ends at ') && params['stages'] !== '') || keeps('The card’s cascade leaves out ')
  return isBroken(row, report) || scrambledFlat(row) || kept
}

const hasNoRule = ({ metric }: ResultRow): boolean =>
  scoredMetricIds.includes(metric) && scoredMetric(metric).better === 'none'

/** More than half of the maps score as a map that is the same everywhere does: seen by the measure that decides, which keeps the values of that reference. */
function isFlat({ method, model }: ResultRow, { results }: Report): boolean {
  const deciding = results.find(
    (row) =>
      row.criterion === 'localisation.utility' &&
      row.metric === headlineMetric &&
      row.method === method &&
      row.model === model
  )
  const constant = deciding?.references.find(({ id }) => id === 'constant')?.perCase
  if (deciding === undefined || constant === undefined) return false
  const values = new Map(constant.map((one) => [one.case, one.value]))
  const flat = deciding.perCase.filter((one) => one.value !== null && one.value === values.get(one.case))
  return flat.length > deciding.perCase.length / 2
}

const breaks: readonly string[] = [reasons.vanished, reasons.exploded]
const isBreak = ({ reason }: { readonly reason?: string | undefined }): boolean => breaks.includes(reason ?? '')

/** Activations broke at some point of the cascade. */
function isBroken(row: ResultRow, { curves }: Report): boolean {
  const own = curves.filter(
    ({ criterion, metric, method, model }) =>
      criterion === row.criterion && metric === row.metric && method === row.method && model === row.model
  )
  return row.perCase.some(isBreak) || own.some(({ points }) => points.some(({ missing = [] }) => missing.some(isBreak)))
}

function scrambledFlat({ perCase }: { readonly perCase: readonly CaseValue[] }): boolean {
  return perCase.filter(({ reason }) => reason === flatScrambled).length > maximumFlatShare * perCase.length
}
