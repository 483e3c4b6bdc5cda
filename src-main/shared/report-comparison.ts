import type { Report, ResultRow } from './report'

/** Two rows about the same question, map, model and measure, side by side. */
export interface ComparedRow {
  readonly criterion: string
  readonly metric: string
  readonly method: string
  readonly model: string
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
  readonly differs: readonly string[]
}

export interface ReportComparison {
  readonly compared: readonly ComparedRow[]
  readonly refused: readonly RefusedRow[]
  /** Rows that only one of the two has. */
  readonly onlyA: number
  readonly onlyB: number
}

const keyOf = ({ criterion, metric, method, model }: ResultRow): string =>
  JSON.stringify([criterion, metric, method, model])

/**
 * Rows of two reports side by side. A row is refused, with the settings that differ named, unless preprocessing, target rule,
 * explained quantity, reduction and grid are the same: figures made otherwise do not mean the same thing.
 */
export function compareReports(a: Report, b: Report): ReportComparison {
  const others = new Map(b.results.map((row) => [keyOf(row), row]))
  const compared: ComparedRow[] = []
  const refused: RefusedRow[] = []
  let onlyA = 0
  for (const row of a.results) {
    const other = others.get(keyOf(row))
    others.delete(keyOf(row))
    if (other === undefined) {
      onlyA += 1
      continue
    }
    const differs = differencesOf([a, row], [b, other])
    const { criterion, metric, method, model } = row
    if (differs.length > 0) refused.push({ criterion, metric, method, model, differs })
    else compared.push({ criterion, metric, method, model, a: row.value, b: other.value, ...paired(row, other) })
  }

  return { compared, refused, onlyA, onlyB: others.size }
}

type Placed = readonly [report: Report, row: ResultRow]

function differencesOf(a: Placed, b: Placed): string[] {
  const settings: readonly (readonly [what: string, of: (placed: Placed) => string | null])[] = [
    ['target rule', ([{ recipe }]) => recipe.target],
    ['explained quantity', ([{ recipe }]) => recipe.explained],
    [
      'reduction',
      ([report, row]) => report.methods.find(({ id }) => id === row.method)?.reduction ?? report.recipe.reduction
    ],
    ['grid', ([, row]) => row.grid],
    ['preprocessing', ([report, row]) => preprocessingOf(report, row.models)]
  ]

  return settings.flatMap(([what, of]) => {
    const [here, there] = [of(a), of(b)]
    if (here === null || there === null)
      return [`${what}: not stated in ${here === null ? 'the first' : 'the second'} report`]

    return here === there ? [] : [`${what}: ${here} and ${there}`]
  })
}

/** Hashes of what the cards of a row's models do to an image; null where the report does not state them. */
function preprocessingOf({ recipe }: Report, models: readonly string[]): string | null {
  const stated = recipe['preprocessing'] as Record<string, string> | undefined
  const hashes = models.map((model) => stated?.[model]?.slice(0, 12))

  return hashes.every((hash) => hash !== undefined) ? hashes.join(', ') : null
}

function paired(a: ResultRow, b: ResultRow): Pick<ComparedRow, 'shared' | 'difference'> {
  const others = new Map(b.perCase.map((one) => [one.case, one.value]))
  const differences = a.perCase.flatMap(({ case: id, value }) => {
    const other = others.get(id) ?? null

    return value === null || other === null ? [] : [value - other]
  })
  const sum = differences.reduce((total, one) => total + one, 0)

  return { shared: differences.length, difference: differences.length === 0 ? null : sum / differences.length }
}
