import { classifiers } from '@engine/criteria/case-choice'
import { methodsOf, type RunMethod, type RunModel, type RunSpec } from '@engine/criteria/experiment-run'
import { replicateGroups } from '@engine/criteria/replicates'
import { listed } from '@engine/criteria/wording'
import type { Area, Conclusion, MatrixCell, MatrixRow, Reference, ResultRow } from '@shared/report'

/** Areas that say something about a map, in the order of the questions; cues speak about the model and decide nothing here. */
const mapAreas: readonly Area[] = [
  'localisation',
  'randomisation',
  'repeatability',
  'reproducibility',
  'completeness',
  'fidelity',
  'robustness'
]

/** Areas with a column of their own that decide nothing about a map. */
const furtherAreas: readonly Area[] = ['human', 'regions', 'groups', 'cues']

/** Every map × every question, and what follows from it. There is no overall score. While it is not `complete`, what has no row yet may have been asked. */
export function verdictMatrix(spec: RunSpec, results: readonly ResultRow[], complete = true): MatrixRow[] {
  const maps = new Set(spec.methods.map(({ id }) => id))
  // Rows about a model alone (the answer key) ask nothing of its maps.
  const asked = results.filter((row) => row.headline && maps.has(row.method))
  const present = [...mapAreas, ...furtherAreas].filter((area) => asked.some((row) => areaOf(row) === area))
  return classifiers(spec).flatMap((model) =>
    methodsOf(spec, model.id).map((method) => matrixRow({ spec, results, present, complete }, model, method))
  )
}

interface Asked {
  readonly spec: RunSpec
  readonly results: readonly ResultRow[]
  readonly present: readonly Area[]
  readonly complete: boolean
}

function matrixRow(asked: Asked, model: RunModel, method: RunMethod): MatrixRow {
  const cells = asked.present.map((area) => cellOf(asked, area, { model, method }))
  const { conclusion, reason } = conclude(cells)
  return { model: model.id, method: method.id, role: method.role, cells, conclusion, reason }
}

function areaOf(row: ResultRow): string {
  return row.criterion.slice(0, row.criterion.indexOf('.'))
}

/** A map that the experiment restricts to some models may have no row where models are compared: that was asked, and says what is missing. */
function notAsked(
  { spec, complete }: Pick<Asked, 'spec' | 'complete'>,
  area: Area,
  { model, method }: { model: RunModel; method: RunMethod }
): string {
  const runs = replicateGroups(spec).find(({ models }) => models.includes(model))?.models ?? []
  const without = runs.filter(({ id }) => !methodsOf(spec, id).includes(method))
  if (area !== 'repeatability' || without.length === 0)
    return complete ? 'Not asked in this assessment.' : 'Not computed: the assessment has not got this far.'
  return `This map is not computed for every training run: ask for it on ${listed(without.map(({ title }) => title))} too.`
}

function cellOf(asked: Asked, area: Area, { model, method }: { model: RunModel; method: RunMethod }): MatrixCell {
  const { results } = asked
  const candidates = results.filter(
    (row) => row.headline && areaOf(row) === area && row.method === method.id && row.models.includes(model.id)
  )
  const row = candidates.length === 0 ? null : candidates.reduce(stricter)
  if (row === null) {
    const reason = notAsked(asked, area, { model, method })
    return { area, state: 'not-assessable', metric: '', value: null, ci95: null, limit: null, reason, row: null }
  }
  return {
    area,
    state: row.verdict.state,
    metric: row.metric,
    value: row.value,
    ci95: row.ci95,
    limit: strictest(row),
    reason: row.verdict.reason,
    row: results.indexOf(row)
  }
}

const severity = { fail: 3, inconclusive: 2, pass: 1, 'not-assessable': 0 } as const

/** Of several rows for one cell (two other architectures) the less favourable one is shown. */
function stricter(left: ResultRow, right: ResultRow): ResultRow {
  return severity[right.verdict.state] > severity[left.verdict.state] ? right : left
}

/** The deciding reference that leaves the least room. */
function strictest(row: ResultRow): MatrixCell['limit'] {
  const room = (reference: Reference): number => {
    const difference = reference.difference?.value ?? 0
    return row.better === 'lower' ? -difference : difference
  }
  const deciding = row.references.filter((reference) => reference.decides && reference.value !== null)
  if (deciding.length === 0) return null
  const { id, title, value } = deciding.reduce((left, right) => (room(right) < room(left) ? right : left))
  return { id, title, value }
}

/** Printed under the matrix. */
export const conclusionRule =
  'A map may be relied on when it points to the finding, depends on training, and passes every other question that could be assessed; ' +
  'for this model only when just reproducibility fails; it should not be relied on when pointing or training fails.'

function conclude(cells: readonly MatrixCell[]): { conclusion: Conclusion; reason: string } {
  const cell = (area: Area): MatrixCell | undefined => cells.find((item) => item.area === area)
  const main = ['localisation', 'randomisation'] as const
  for (const area of main)
    if (cell(area)?.state === 'fail') return { conclusion: 'do-not-rely', reason: cell(area)!.reason }
  for (const area of main) {
    const found = cell(area)
    if (found === undefined || found.state === 'not-assessable') {
      return { conclusion: 'not-assessed', reason: found?.reason ?? `The question of ${area} was not asked.` }
    }
  }
  const judged = cells.filter((item) => mapAreas.includes(item.area) && item.state !== 'not-assessable')
  const open = judged.filter((item) => item.state !== 'pass')
  if (open.length === 0) return { conclusion: 'rely', reason: cell('localisation')!.reason }
  if (open.length === 1 && open[0].area === 'reproducibility' && open[0].state === 'fail') {
    return { conclusion: 'rely-this-model', reason: open[0].reason }
  }
  return { conclusion: 'unclear', reason: open[0].reason }
}
