import type { CaseRegions } from '@engine/criteria/expected-regions'
import { asBefore, regions, type RegionsParams, testedRows } from '@engine/criteria/regions'
import { grouped } from '@shared/grouped'
import type { ResultRow } from '@shared/report'
import type { Making, ReportAgain } from '../makings'
import { held, named, type ReportPart, type Wrong } from './part'

const tested = /^regions\.(group-difference|between|pair|between-findings)(-before-fit)?$/u
const before = '-before-fit'

/** Tests of region scores (the published decision tree, Friedman, Wilcoxon, Kruskal–Wallis), effect sizes and intervals, from the scores image by image. */
export const regionsPart: ReportPart = {
  title: 'rows about regions',
  again(of) {
    const rows = of.report.results.filter(({ criterion }) => tested.test(criterion))
    const making = of.of('regions')
    const maps = grouped(rows, ({ criterion, method, model }) =>
      JSON.stringify([method, model, criterion.endsWith(before)])
    )
    const kept = maps.filter(([, own]) => scoresOf(own).every(({ region }) => region !== undefined))
    const drawn = making === undefined ? [] : kept
    return {
      drawn: drawn.reduce((sum, [, own]) => sum + own.length, 0),
      wrong: drawn.flatMap(([, own]) => mapAgain(of, making!, own)),
      asWritten: drawn.length < maps.length ? ['tests of region scores'] : []
    }
  }
}

const scoresOf = (rows: readonly ResultRow[]): ResultRow[] =>
  rows.filter(({ criterion }) => criterion.startsWith('regions.group-difference'))

function mapAgain({ spec }: ReportAgain, { params, statistics }: Making, rows: readonly ResultRow[]): Wrong[] {
  const [{ method: methodId, model: modelId, criterion, grid }] = rows
  const what = named('regions', methodId, modelId)
  const model = spec.models.find(({ id }) => id === modelId)
  const method = spec.methods.find(({ id }) => id === methodId)
  if (model === undefined || method === undefined) return [{ what, reason: 'the experiment has no such map' }]
  const scored = scoresOf(rows)
  const names = scored.map(({ region }) => region!)
  const values = scored.map(({ perCase }) => new Map(perCase.map((one) => [one.case, one])))
  const cases = spec.cases.map((item): CaseRegions => {
    const scores = values.map((own) => {
      const one = own.get(item.id)
      return one?.value ?? one?.reason ?? 'no score'
    })
    return { item, names, scores }
  })
  const own = params as unknown as RegionsParams
  const frame = { model, method, grid, rule: regions.rule(own) }
  const found = testedRows({ frame, names, cases, params: own }, statistics)
  const again = criterion.endsWith(before) ? found.map(asBefore) : found
  const rowName = (row: ResultRow): string => named('row', row.criterion, row.metric, row.method, row.model)
  if (again.length !== rows.length)
    return [{ what, reason: `its scores give ${again.length} rows, written are ${rows.length}` }]
  return rows.flatMap((row, index) => held(rowName(row), row, again[index]))
}
