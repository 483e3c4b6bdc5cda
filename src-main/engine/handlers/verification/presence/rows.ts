import { grouped } from '@shared/grouped'
import type { Report, ResultRow } from '@shared/report'
import { differingMembers, isSame, named, type PartFound, type Wrong } from '../parts/part'

const keyOf = ({ criterion, metric, method, model, finding, region }: ResultRow): string =>
  JSON.stringify([criterion, metric, method, model, finding ?? '', region ?? ''])

const rowName = ({ criterion, metric, method, model, finding }: ResultRow): string =>
  named('row', criterion, metric, method, model, finding ?? '')

/** A row that says why there is nothing in it. */
const isEmpty = ({ n, perCase, references }: ResultRow): boolean =>
  n === 0 && perCase.length === 0 && references.length === 0

/** Rows that only some methods promise: whether they do is known once a map is made. */
const mayLack = 'completeness.sum'

/** Every row that was asked for, with the images, references, rule and place in the report that belong to it, and none beside them. */
export function rowsHeld(report: Report, asked: readonly ResultRow[]): PartFound {
  const there = new Map(grouped(report.results, keyOf))
  const wanted = new Map(grouped(asked, keyOf))
  const lacking = [...wanted].flatMap(([key, rows]) =>
    rows[0].criterion === mayLack ? [] : rows.slice(there.get(key)?.length ?? 0)
  )
  const beside = [...there].flatMap(([key, rows]) => rows.slice(wanted.get(key)?.length ?? 0))
  const pairs = [...wanted].flatMap(([key, rows]) =>
    (there.get(key) ?? []).slice(0, rows.length).map((row, index) => [row, rows[index]] as const)
  )
  const said = pairs.filter(([row, own]) => isEmpty(row) && !isEmpty(own))
  const mayBe = [...wanted.values()].flat().some(({ criterion }) => criterion === mayLack)
  return {
    drawn: pairs.length,
    wrong: [
      ...lackingRows(lacking),
      ...beside.map((row): Wrong => ({ what: rowName(row), reason: 'nothing that the report asked leads to it' })),
      ...pairs.flatMap(([row, own]) => rowProblems(report, row, own))
    ],
    asWritten: [
      ...(said.length === 0 ? [] : [`reasons of ${said.length} rows that say that nothing could be computed`]),
      ...(mayBe ? ['which maps have a row about what their sum misses'] : [])
    ]
  }
}

/** One line for what lacks of a map under one question. */
function lackingRows(rows: readonly ResultRow[]): Wrong[] {
  return grouped(rows, ({ criterion, method, model, finding }) =>
    JSON.stringify([criterion, method, model, finding ?? ''])
  ).map(([, own]) => {
    const [{ criterion, method, model, finding }] = own
    const measures = [...new Set(own.map(({ metric }) => metric))].join(', ')
    return {
      what: named('rows', criterion, method, model, finding ?? ''),
      reason: `the report asked for them and does not hold them: ${measures}`
    }
  })
}

function rowProblems(report: Report, row: ResultRow, asked: ResultRow): Wrong[] {
  const frame = differingMembers(frameOf(row), frameOf(asked))
  const empty = isEmpty(row) || isEmpty(asked)
  const references = empty || isSame(referencesOf(row), referencesOf(asked))
  const reasons = [
    ...(frame.length === 0 ? [] : [`its ${frame.join(', ')} ${frame.length === 1 ? 'is' : 'are'} not what was asked`]),
    ...(references ? [] : ['it is not measured against what was asked']),
    ...(empty ? [] : caseProblems(report, row, asked))
  ]
  return reasons.map((reason) => ({ what: rowName(row), reason }))
}

/** What of a row was settled before anything was computed. */
function frameOf({
  criterion,
  models,
  reduction,
  headline,
  better,
  grid,
  verdict
}: ResultRow): Record<string, unknown> {
  const shared = { models, reduction: reduction ?? null, better, grid, rule: verdict.rule }
  // Whether a body is given for every image decides whether energy outside of it speaks for the map.
  return criterion === 'cues.outside' ? shared : { ...shared, headline }
}

const referencesOf = ({ references }: ResultRow): unknown =>
  references.map(({ id, title, decides }) => [id, title, decides])

/** Values are of these things as far as they could be computed, which is not said of each. */
const ofSome = /^(groups\.|completeness\.sum|human\.reveal)/u

function caseProblems({ failed }: Report, row: ResultRow, asked: ResultRow): string[] {
  const ids = row.perCase.map((one) => one.case)
  const wanted = new Set(asked.perCase.map((one) => one.case))
  const foreign = ids.find((id) => !wanted.has(id))
  const absent = [...wanted].filter((id) => !ids.includes(id))
  // Reasons are counted of images without a value too, and of those that were never to take part.
  const reasons = ({ excluded }: ResultRow): number => excluded.reduce((sum, { n }) => sum + n, 0)
  const without = row.perCase.filter(({ value }) => value === null).length
  const counted = reasons(row) - reasons(asked) - without
  const reported = absent.filter((id) => !failed.some((one) => one.case === id && row.models.includes(one.model)))
  return [
    ...(foreign === undefined ? [] : [`it has a value of “${foreign}”, which was not asked for`]),
    ...(new Set(ids).size === ids.length ? [] : ['it has two values of one image']),
    ...(reported.length === 0 || reported.length <= counted || ofSome.test(row.criterion)
      ? []
      : [`${reported.length} of ${wanted.size} images lack, ${reported[0]} the first, and no reason is counted`])
  ]
}
