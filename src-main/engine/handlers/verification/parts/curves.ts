import { curvePoint, endsOf } from '@engine/criteria/curve-point'
import { areaOf } from '@engine/criteria/fidelity'
import { numbersOf as percentsOf } from '@engine/criteria/percentages'
import type { CaseNumber } from '@engine/criteria/summary'
import { mean } from '@engine/metrics/statistics/moments'
import type { Curve, ResultRow } from '@shared/report'
import type { Making, ReportAgain } from '../makings'
import { differingMembers, isSame, named, type ReportPart, type Wrong } from './part'

/** Means and intervals of the curves, their lowest and last point, their lines, and that the rows beside them are of the same values. */
export const curvesPart: ReportPart = {
  title: 'curves',
  again(of) {
    const { curves } = of.report
    const kept = curves.filter(({ cases }) => cases !== undefined)
    return {
      drawn: kept.length,
      wrong: curves.flatMap((curve, index) => {
        const { metric, method, model, criterion } = curve
        const what = named(`curve ${index + 1}`, criterion, metric, method, model)
        const problems = [...(curve.cases === undefined ? [] : pointProblems(of, curve)), ...rowProblems(of, curve)]
        return problems.slice(0, 1).map((reason): Wrong => ({ what, reason }))
      }),
      asWritten: kept.length < curves.length ? ['curves of similarities that do not decide'] : []
    }
  }
}

/** The trained map is the same as itself: that point is no measurement. */
const isMeasured = ({ x, values }: Curve['points'][number]): boolean => values !== undefined || x !== 'none'

function pointProblems(of: ReportAgain, curve: Curve): string[] {
  const possible = of.ofRow(curve).map((making) => {
    const points = curve.points.filter(isMeasured)
    const others = points.flatMap((point, index) => {
      const found = curvePoint(point.x, valuesAt(of, curve, index), { statistics: making.statistics, keep: true })
      // Why a value is missing cannot be told from the value.
      const parts = differingMembers({ ...point, missing: null }, { ...found, missing: null })
      return parts.length === 0 ? [] : [`its point “${point.x}” does not follow from its values (${parts.join(', ')})`]
    })
    const ends = endsOf(points)
    return isSame(ends, { minimum: curve.minimum, end: curve.end })
      ? others
      : [...others, 'its lowest or last point is another one']
  })
  return possible.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function valuesAt(of: ReportAgain, { cases = [], points }: Curve, index: number): CaseNumber[] {
  const { values = [] } = points.filter(isMeasured)[index]
  return of.numbersOf(cases.map((id, place) => ({ case: id, value: values[place] ?? null })))
}

/** What the row of the same map says of the values of a curve. */
function rowProblems(of: ReportAgain, curve: Curve): string[] {
  const row = of.report.results.find(
    (one) => one.criterion === curve.criterion && one.metric === curve.metric && isOfOneMap(one, curve)
  )
  if (row === undefined) return []
  const lines = curve.limits.flatMap((line) => {
    const own = row.references.find(({ id }) => id === line.id)
    return isSame([own?.value, own?.ci95], [line.value, line.ci95]) ? [] : [`its line “${line.title}” is not the row’s`]
  })
  const last = curve.points[curve.points.length - 1]
  const ends =
    row.criterion !== 'randomisation.cascading' || isSame([last.n, last.value, last.ci95], [row.n, row.value, row.ci95])
      ? []
      : ['its last point is not the figure of its row']
  const making = of.ofRow(curve)[0]
  const values = curve.cases === undefined || making === undefined ? null : rowValues(of, curve, making)
  const stated = row.perCase.map(({ case: id, value }) => ({ id, value }))
  return [
    ...lines,
    ...ends,
    ...(values === null || isSame(values, stated) ? [] : ['its values are not those of its row'])
  ]
}

const isOfOneMap = (row: ResultRow, { method, model }: Curve): boolean => row.method === method && row.model === model

/** The values of the row, image by image, from those of its curve. */
function rowValues(of: ReportAgain, curve: Curve, { params }: Making): Pick<CaseNumber, 'id' | 'value'>[] {
  const points = curve.points.filter(isMeasured)
  const all = points.map((_, index) => valuesAt(of, curve, index))
  return (curve.cases ?? []).map((id, image) => {
    const own = all.map((values) => values[image].value)
    const known = own.filter((value) => value !== null)
    if (curve.criterion === 'randomisation.cascading') return { id, value: own[own.length - 1] }
    if (known.length === 0) return { id, value: null }
    if (curve.criterion.startsWith('fidelity.'))
      return { id, value: areaOf(known, percentsOf(String(params['percents']))) }
    return { id, value: mean(known) }
  })
}
