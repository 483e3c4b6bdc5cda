import type { RunSpec } from '@engine/criteria/experiment-run'
import { methodsOf } from '@engine/criteria/experiment-run'
import { areaOf, areaQuestion } from '@shared/verdict-words'
import type { Conclusion, MatrixCell, MatrixRow, ResultRow } from '@shared/report'
import { type Area, areas } from '@shared/verdict'

/** Every map × every question: the headline row of each area, and what follows from all of them. */
export function verdictMatrix(spec: RunSpec, results: readonly ResultRow[], asked: readonly Area[]): MatrixRow[] {
  const shown = areas.filter((area) => asked.includes(area))
  return spec.models.flatMap((model) =>
    methodsOf(spec, model.id).map((method) => {
      const cells = shown.map((area) => cellOf(results, { area, model: model.id, method: method.id }))
      return { model: model.id, method: method.id, role: method.role, cells, ...conclude(cells) }
    })
  )
}

function cellOf(results: readonly ResultRow[], wanted: { area: Area; model: string; method: string }): MatrixCell {
  const index = results.findIndex(
    (row) => row.headline && areaOf(row) === wanted.area && row.method === wanted.method && row.models.includes(wanted.model)
  )
  if (index < 0) {
    return { area: wanted.area, state: 'not-assessable', metric: '', value: null, ci95: null, limit: null, reason: 'not computed for this map', row: null }
  }
  const row = results[index]
  return {
    area: wanted.area,
    state: row.verdict.state,
    metric: row.metric,
    value: row.value,
    ci95: row.ci95,
    limit: strictestLimit(row),
    reason: row.verdict.reason,
    row: index
  }
}

/** The deciding reference that is hardest to beat: the highest where higher is better, the lowest where lower is. */
function strictestLimit(row: ResultRow): MatrixCell['limit'] {
  const deciding = row.references.filter((reference) => reference.decides && reference.value !== null)
  if (deciding.length === 0) return null
  const sign = row.better === 'lower' ? -1 : 1
  const strictest = deciding.reduce((best, next) => (sign * (next.value ?? 0) > sign * (best.value ?? 0) ? next : best))
  return { id: strictest.id, title: strictest.title, value: strictest.value }
}

/**
 * A map may be relied on when every assessed question passes and the two that matter most, pointing and training, were
 * assessed; for this model only when just reproducibility fails; not when pointing, training or the cue question fails.
 */
export function conclude(cells: readonly MatrixCell[]): { conclusion: Conclusion; reason: string } {
  const state = (area: Area): MatrixCell['state'] | undefined => cells.find((cell) => cell.area === area)?.state
  const decisive = cells.find((cell) => ['localisation', 'randomisation', 'cues'].includes(cell.area) && cell.state === 'fail')
  if (decisive !== undefined) return { conclusion: 'do-not-rely', reason: sentenceOf(decisive) }
  const assessed = cells.filter((cell) => cell.state !== 'not-assessable')
  const core = [state('localisation'), state('randomisation')]
  if (assessed.length === 0 || core.every((found) => found === undefined || found === 'not-assessable')) {
    const missing = cells.find((cell) => cell.state === 'not-assessable')
    return { conclusion: 'not-assessed', reason: missing === undefined ? 'nothing was asked' : sentenceOf(missing) }
  }
  const failing = assessed.filter((cell) => cell.state === 'fail')
  const open = assessed.find((cell) => cell.state === 'inconclusive')
  const unknown = core.includes('not-assessable') || core.includes(undefined)
  if (failing.some((cell) => cell.area !== 'reproducibility')) {
    return { conclusion: 'unclear', reason: sentenceOf(failing.find((cell) => cell.area !== 'reproducibility') ?? failing[0]) }
  }
  if (open !== undefined) return { conclusion: 'unclear', reason: sentenceOf(open) }
  if (unknown) {
    const missing = cells.find((cell) => ['localisation', 'randomisation'].includes(cell.area) && cell.state === 'not-assessable')
    return { conclusion: 'unclear', reason: missing === undefined ? 'pointing or training was not asked' : sentenceOf(missing) }
  }
  if (failing.length > 0) return { conclusion: 'rely-this-model', reason: sentenceOf(failing[0]) }
  return { conclusion: 'rely', reason: `passes ${assessed.length} of ${assessed.length} assessed questions` }
}

const sentenceOf = (cell: MatrixCell): string => `${areaQuestion[cell.area]}: ${cell.reason}`
