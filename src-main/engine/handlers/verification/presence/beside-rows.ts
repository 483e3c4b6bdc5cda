import { grouped } from '@shared/grouped'
import type { AnswerKey, Comparison, Curve, Report, ResultRow } from '@shared/report'
import { differingMembers, named, type PartFound, type Wrong } from '../parts/part'
import type { AskedParts } from './asked-parts'

const lacks = 'the report asked for it and does not hold it'
const unasked = 'nothing that the report asked leads to it'

/** Curves, comparisons, figures of classifiers, interventions, histograms, groups and kinds of maps that must stand beside the rows of a report. */
export function heldBesideRows(report: Report, asked: AskedParts): PartFound {
  const found = [
    curvesHeld(report, asked),
    comparisonsHeld(report, asked),
    figuresHeld(report, asked),
    interventionsHeld(report, asked),
    ...ofMaps(report, asked)
  ]
  return {
    drawn: found.reduce((sum, { drawn }) => sum + drawn, 0),
    wrong: found.flatMap(({ wrong }) => wrong),
    asWritten: []
  }
}

type Held = Pick<PartFound, 'drawn' | 'wrong'>
type Of = Pick<ResultRow, 'criterion' | 'metric' | 'method' | 'model'>

const keyOf = ({ criterion, metric, method, model }: Of): string => JSON.stringify([criterion, metric, method, model])

/** Whether a report holds values of this map; without a method, of any map of the model. */
const isMeasured = ({ results }: Report, { criterion, metric, method, model }: Of): boolean =>
  results.some(
    (row) =>
      row.criterion === criterion &&
      row.metric === metric &&
      row.model === model &&
      row.perCase.length > 0 &&
      (method === '' || row.method === method)
  )

function curvesHeld(report: Report, asked: AskedParts): Held {
  const nameOf = ({ criterion, metric, method, model }: Of): string => named('curve', criterion, metric, method, model)
  const there = new Map(grouped(report.curves, keyOf))
  const wanted = new Map(asked.curves.map((curve) => [keyOf(curve), curve]))
  const maps = new Set(report.methods.map(({ id }) => id))
  const wrong = [...wanted].flatMap(([key, curve]): Wrong[] => {
    const own = there.get(key) ?? []
    const what = nameOf(curve)
    // The curve of random maps belongs to all maps of its model.
    const of = maps.has(curve.method) ? curve : { ...curve, method: '' }
    if (own.length === 0) return isMeasured(report, of) ? [{ what, reason: lacks }] : []
    if (own.length > 1) return [{ what, reason: 'it is there twice' }]
    const parts = differingMembers(shapeOf(own[0], own[0]), shapeOf(curve, own[0]))
    return parts.length === 0 ? [] : [{ what, reason: `its ${parts.join(', ')} are not what was asked` }]
  })
  const beside = report.curves.filter((curve) => !wanted.has(keyOf(curve)))
  return {
    drawn: report.curves.length,
    wrong: [...wrong, ...beside.map((curve) => ({ what: nameOf(curve), reason: unasked }))]
  }
}

/** What of a curve was settled before anything was computed; its images where the stated one keeps them. */
const shapeOf = ({ xTitle, yTitle, points, limits, cases }: Curve, stated: Curve): Record<string, unknown> => ({
  titles: [xTitle, yTitle],
  points: points.map(({ x }) => x),
  lines: limits.map(({ id, title }) => [id, title]),
  images: stated.cases === undefined ? null : cases
})

function comparisonsHeld(report: Report, { comparisons }: AskedParts): Held {
  const keyOfPair = ({ criterion, metric, model, a, b }: Comparison): string =>
    JSON.stringify([criterion, metric, model, a, b])
  const there = new Set(report.comparisons.map(keyOfPair))
  const wanted = new Set(comparisons.map(keyOfPair))
  const nameOf = ({ criterion, metric, model, a, b }: Comparison): string =>
    named('comparison', criterion, metric, model, `${a} and ${b}`)
  const hasValues = (one: Comparison, method: string): boolean =>
    report.results.some((row) => keyOf(row) === keyOf({ ...one, method }) && row.n > 0)
  const lacking = comparisons.filter(
    (one) => !there.has(keyOfPair(one)) && hasValues(one, one.a) && hasValues(one, one.b)
  )
  const beside = report.comparisons.filter((one) => !wanted.has(keyOfPair(one)))
  return {
    drawn: report.comparisons.length,
    wrong: [
      ...lacking.map((one) => ({ what: nameOf(one), reason: lacks })),
      ...beside.map((one) => ({ what: nameOf(one), reason: unasked }))
    ]
  }
}

function figuresHeld({ models }: Report, { performance }: AskedParts): Held {
  let drawn = 0
  const wrong = models.flatMap(({ id, performance: stated }): Wrong[] => {
    const wanted = performance.filter(({ modelId }) => modelId === id).flatMap(({ figures }) => figures)
    drawn += stated.length
    const lacking = wanted.filter(({ label }) => !stated.some((one) => one.label === label))
    const beside = stated.filter(({ label }) => !wanted.some((one) => one.label === label))
    const fewer = stated.flatMap(({ label, perCase }): Wrong[] => {
      const own = wanted.find((one) => one.label === label)?.perCase ?? []
      const ids = new Set(perCase?.map((one) => one.case))
      const absent = own.filter((one) => !ids.has(one.case))
      if (perCase === undefined || absent.length === 0) return []
      const reason = `answers of ${absent.length} images lack, ${absent[0].case} the first`
      return [{ what: named('figures of a classifier', id, label), reason }]
    })
    return [
      ...lacking.map(({ label }) => ({ what: named('figures of a classifier', id, label), reason: lacks })),
      ...beside.map(({ label }) => ({ what: named('figures of a classifier', id, label), reason: unasked })),
      ...fewer
    ]
  })
  return { drawn, wrong }
}

function interventionsHeld(report: Report, { answerKey }: AskedParts): Held {
  const keyOfOne = ({ model, finding }: AnswerKey): string => JSON.stringify([model, finding ?? null])
  const there = new Map(report.answerKey.map((key) => [keyOfOne(key), key]))
  const wanted = new Map(answerKey.map((key) => [keyOfOne(key), key]))
  const nameOf = ({ model, finding }: AnswerKey): string => named('interventions', model, finding ?? '')
  const wrong = [...wanted].flatMap(([id, key]): Wrong[] => {
    const stated = there.get(id)
    if (stated === undefined) return [{ what: nameOf(key), reason: lacks }]
    const parts = key.variants.filter(({ id: one }) => !stated.variants.some((variant) => variant.id === one))
    return parts.map(({ title }) => ({ what: `${nameOf(key)}, ${title}`, reason: lacks }))
  })
  const beside = [...there].filter(([id]) => !wanted.has(id)).map(([, key]) => ({ what: nameOf(key), reason: unasked }))
  return { drawn: there.size, wrong: [...wrong, ...beside] }
}

interface OfMap {
  readonly model: string
  readonly method: string
}

/** Histograms, comparisons of groups and kinds of maps: one a map that has a row with values. */
function ofMaps(report: Report, asked: AskedParts): Held[] {
  const lists: readonly (readonly [string, string, readonly OfMap[], readonly OfMap[]])[] = [
    ['histograms of a map', 'localisation.utility', report.distributions ?? [], asked.distributions],
    ['groups', 'groups.difference', report.groups ?? [], asked.groups],
    ['kinds of maps', 'cues.kinds', report.mapClusters ?? [], asked.mapClusters]
  ]
  const isOf = (one: OfMap) => (other: OfMap) => one.model === other.model && one.method === other.method
  return lists.map(([thing, criterion, stated, wanted]) => {
    const lacking = wanted.filter(
      (one) =>
        !stated.some(isOf(one)) &&
        report.results.some((row) => row.criterion === criterion && row.n > 0 && isOf(one)(row))
    )
    const beside = stated.filter((one) => !wanted.some(isOf(one)))
    const nameOf = ({ model, method }: OfMap): string => named(thing, method, model)
    return {
      drawn: stated.length,
      wrong: [
        ...lacking.map((one) => ({ what: nameOf(one), reason: lacks })),
        ...beside.map((one) => ({ what: nameOf(one), reason: unasked }))
      ]
    }
  })
}
