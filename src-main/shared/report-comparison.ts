import { bothWords, mapsApart, type Placed, questionsApart } from './compared-settings'
import type { Report, ResultRow } from './report'

/** Two rows about the same question, map, model and measure, side by side. */
export interface ComparedRow {
  readonly criterion: string
  readonly metric: string
  readonly method: string
  readonly model: string
  /** Where the row is about one finding of several. */
  readonly finding?: string
  readonly a: number | null
  readonly b: number | null
  /** Images that both rows have a value of, and the mean of a − b over them; null without any. */
  readonly shared: number
  readonly difference: number | null
}

/** Rows that may not be compared, and what differs between them. */
export interface RefusedRow {
  readonly criterion: string
  readonly metric: string
  readonly method: string
  readonly model: string
  readonly finding?: string
  readonly differs: readonly string[]
}

export interface ReportComparison {
  readonly compared: readonly ComparedRow[]
  readonly refused: readonly RefusedRow[]
  /** Rows that only one of the two has. */
  readonly onlyA: number
  readonly onlyB: number
}

/** What two rows share that are about the same; a report about one finding does not need to name it (older ones do not). */
function keys({ results }: Report): (row: ResultRow) => string {
  const findings = new Set(results.flatMap(({ finding }) => (finding === undefined ? [] : [finding])))

  return ({ criterion, metric, method, model, finding }) =>
    JSON.stringify([criterion, metric, method, model, findings.size > 1 ? (finding ?? '') : ''])
}

/**
 * Rows of two reports side by side. A row is refused, with the settings that differ named, unless preprocessing, target rule,
 * explained quantity, reduction and grid are the same, and the settings of its map and its question: figures made otherwise do not mean the same thing.
 */
export function compareReports(a: Report, b: Report): ReportComparison {
  const [keyOfA, keyOfB] = [keys(a), keys(b)]
  const others = new Map(b.results.map((row) => [keyOfB(row), row]))
  const compared: ComparedRow[] = []
  const refused: RefusedRow[] = []
  let onlyA = 0
  for (const row of a.results) {
    const other = others.get(keyOfA(row))
    others.delete(keyOfA(row))
    if (other === undefined) {
      onlyA += 1
      continue
    }
    const differs = differencesOf([a, row], [b, other])
    const { criterion, metric, method, model, finding } = row
    const about = { criterion, metric, method, model, ...(finding === undefined ? {} : { finding }) }
    if (differs.length > 0) refused.push({ ...about, differs })
    else compared.push({ ...about, a: row.value, b: other.value, ...paired(row, other) })
  }

  return { compared, refused, onlyA, onlyB: others.size }
}

function differencesOf(a: Placed, b: Placed): string[] {
  const settings: readonly (readonly [what: string, of: (placed: Placed) => string | null])[] = [
    ['target rule', ([{ recipe }]) => recipe.target],
    ['explained quantity', ([{ recipe }]) => recipe.explained],
    [
      'reduction',
      ([report, row]) =>
        row.reduction ?? report.methods.find(({ id }) => id === row.method)?.reduction ?? report.recipe.reduction
    ],
    ['grid', ([, row]) => row.grid],
    ['preprocessing', ([report, row]) => preprocessingOf(report, row.models)]
  ]

  const apart = settings.flatMap(([what, of]) => {
    const [here, there] = [of(a), of(b)]
    if (here === null || there === null)
      return [`${what}: not stated in ${here === null ? 'the first' : 'the second'} report`]
    if (here === there) return []

    return [what === 'preprocessing' ? `${what}: ${preparedApart(a, b)}` : `${what}: ${bothWords(here, there)}`]
  })

  return [...apart, ...mapsApart(a, b), ...questionsApart(a, b)]
}

/** Hashes of what the cards of a row's models do to an image; null where the report does not state them. */
function preprocessingOf({ recipe }: Report, models: readonly string[]): string | null {
  const stated = recipe['preprocessing'] as Record<string, string> | undefined
  const hashes = models.map((model) => stated?.[model])

  return hashes.every((hash) => hash !== undefined) ? hashes.join(', ') : null
}

/** Which settings of which model's card are not the same; reports that do not keep them say only that they are not. */
function preparedApart([a, row]: Placed, [b]: Placed): string {
  const prepared = (report: Report, id: string): Readonly<Record<string, string>> =>
    report.models.find((model) => model.id === id)?.prepared ?? {}
  const apart = row.models.flatMap((id) => {
    const [here, there] = [prepared(a, id), prepared(b, id)]

    return Object.keys({ ...here, ...there })
      .filter((name) => here[name] !== there[name])
      .map((name) => `${name} of ${id} ${bothWords(plainly(here[name]), plainly(there[name]))}`)
  })

  return apart.length === 0 ? 'the cards do not prepare an image in the same way' : apart.join('; ')
}

/** A setting of a card without the marks of JSON. */
const plainly = (setting: string | undefined): string =>
  setting === undefined ? 'not stated' : setting.replaceAll('"', '').replaceAll(',', ', ')

function paired(a: ResultRow, b: ResultRow): Pick<ComparedRow, 'shared' | 'difference'> {
  const others = new Map(b.perCase.map((one) => [one.case, one.value]))
  const differences = a.perCase.flatMap(({ case: id, value }) => {
    const other = others.get(id) ?? null

    return value === null || other === null ? [] : [value - other]
  })
  const sum = differences.reduce((total, one) => total + one, 0)

  return { shared: differences.length, difference: differences.length === 0 ? null : sum / differences.length }
}
