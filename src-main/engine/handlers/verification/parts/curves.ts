import { curvePoint, endsOf } from '@engine/criteria/curve-point'
import { areaOf } from '@engine/criteria/fidelity'
import { numbersOf as percentsOf } from '@engine/criteria/percentages'
import { removalScore } from '@engine/criteria/removal-curves'
import { randomMapId } from '@engine/criteria/scored-explanations'
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
      wrong: [
        ...curves.flatMap((curve, index) => {
          const { metric, method, model, criterion } = curve
          const what = named(`curve ${index + 1}`, criterion, metric, method, model)
          const problems = [
            ...(curve.cases === undefined ? [] : pointProblems(of, curve)),
            ...rowProblems(of, curve),
            ...randomProblems(of, curve)
          ]
          return problems.slice(0, 1).map((reason): Wrong => ({ what, reason }))
        }),
        ...of.report.results.flatMap((row) => combinedProblems(of, row))
      ],
      asWritten:
        kept.length < curves.length ? [`points of ${curves.length - kept.length} of ${curves.length} curves`] : []
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
      if (parts.length > 0) return [`its point “${point.x}” does not follow from its values (${parts.join(', ')})`]
      const without = point.values?.filter((value) => value === null).length ?? 0
      const counted = (point.missing ?? []).reduce((sum, { n }) => sum + n, 0)
      return without === counted
        ? []
        : [`its point “${point.x}” counts ${counted} images without a value, it has ${without}`]
    })
    const start = curve.points.find((point) => !isMeasured(point))
    const untouched = { x: 'none', n: curve.cases?.length ?? 0, value: 1, sd: 0, ci95: [1, 1] }
    return [
      ...others,
      ...(start === undefined || isSame(start, untouched) ? [] : ['a map is written to be another than itself']),
      ...(isSame(endsOf(points), { minimum: curve.minimum, end: curve.end })
        ? []
        : ['its lowest or last point is another one'])
    ]
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
  return (curve.cases ?? []).map((id, image) => ({
    id,
    value: rowValue(
      curve,
      all.map((values) => values[image].value),
      params
    )
  }))
}

function rowValue(
  { criterion, metric }: Curve,
  own: readonly (number | null)[],
  params: Making['params']
): number | null {
  const known = own.filter((value) => value !== null)
  if (criterion === 'randomisation.cascading') return own[own.length - 1]
  if (known.length === 0) return null
  if (criterion.startsWith('fidelity.')) return areaOf(known, percentsOf(String(params['percents'])))
  if (criterion.startsWith('completeness.'))
    return removalScore(metric, known, {
      percentiles: percentsOf(String(params['percentiles'])),
      steps: Number(params['steps'])
    })
  return mean(known)
}

/** The random maps that a row is measured against have a curve, and no row of their own: the values of the reference come from it. */
function randomProblems(of: ReportAgain, curve: Curve): string[] {
  const making = of.ofRow(curve)[0]
  if (curve.method !== randomMapId || curve.cases === undefined || making === undefined) return []
  const own = rowValues(of, curve, making)
  const stated = of.report.results.flatMap(({ criterion, metric, model, references }) =>
    criterion === curve.criterion && metric === curve.metric && model === curve.model
      ? references.flatMap(({ id, perCase }) => (id === 'random' && perCase !== undefined ? [perCase] : []))
      : []
  )
  return stated.every((perCase) =>
    isSame(
      perCase.map(({ case: id, value }) => ({ id, value })),
      own
    )
  )
    ? []
    : ['its values are not those of the random maps beside the rows']
}

const combined = 'road-combined'

/** ROAD combined, of a map and of the random maps beside it, from the two curves: half of what the least salient pixels change more than the most salient. */
function combinedProblems(of: ReportAgain, row: ResultRow): Wrong[] {
  const making = of.of('completeness')
  if (row.metric !== combined || making === undefined || row.perCase.length === 0) return []
  const valuesOf = (metric: string, method: string): Map<string, number | null> | null => {
    const curve = of.report.curves.find(
      (one) => one.metric === metric && one.model === row.model && one.method === method && one.cases !== undefined
    )
    return curve === undefined ? null : new Map(rowValues(of, curve, making).map(({ id, value }) => [id, value]))
  }
  const follows = (perCase: ResultRow['perCase'], method: string): boolean => {
    const [morf, lerf] = [valuesOf('road-morf', method), valuesOf('road-lerf', method)]
    if (morf === null || lerf === null) return true
    return perCase.every(({ case: id, value }) => {
      const [most, least] = [morf.get(id) ?? null, lerf.get(id) ?? null]
      return value === (most === null || least === null ? null : (least - most) / 2)
    })
  }
  const random = row.references.find(({ id }) => id === 'random')?.perCase ?? []
  return follows(row.perCase, row.method) && follows(random, randomMapId)
    ? []
    : [
        {
          what: named('row', row.criterion, row.metric, row.method, row.model),
          reason: 'its values are not those of the two curves of ROAD'
        }
      ]
}
