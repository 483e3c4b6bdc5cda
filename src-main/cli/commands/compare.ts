import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import * as v from 'valibot'
import { Fault } from '@engine/fault'
import { grouped } from '@shared/grouped'
import { counted, decimalOr } from '@shared/number-words'
import { Report } from '@shared/report'
import { type ComparedRow, compareReports, type RefusedRow, type ReportComparison } from '@shared/report-comparison'
import type { CliCommand } from '../command'

/** `compare A/report.json B/report.json`: two assessments row by row. */
export const compareCommand: CliCommand = {
  name: 'compare',
  summary: 'two reports row by row; rows made with other settings are refused, and the settings named',
  usage: [
    'saliscope compare A/report.json B/report.json [--json]',
    'Rows are compared where preprocessing, target rule, explained quantity, reduction, grid and the settings of map and question are the same.',
    'Exit status 0: every shared row. 5: some were refused. 3: all were, or there is none to compare.'
  ].join('\n'),
  rules: { flags: ['json'], positional: ['A/report.json', 'B/report.json'] },

  run(args, console) {
    const [a, b] = args.positional
    if (a === undefined || b === undefined)
      throw new Fault('usage', 'Two reports are needed.', { hint: compareCommand.usage })
    const found = compareReports(readReport(a), readReport(b))
    if (console.json) console.result(JSON.stringify(found))
    else for (const line of said(found)) console.result(line)
    if (found.compared.length === 0) return Promise.resolve(3)
    return Promise.resolve(found.refused.length > 0 ? 5 : 0)
  }
}

function readReport(path: string): Report {
  const name = basename(path)
  let value: unknown
  try {
    value = JSON.parse(readFileSync(resolve(path), 'utf8'))
  } catch (cause) {
    throw new Fault('not-found', `"${name}" cannot be read as JSON.`, {
      subject: name,
      hint: 'Name a report.json of assess.',
      cause
    })
  }
  const parsed = v.safeParse(Report, value)
  if (parsed.success) return parsed.output
  throw new Fault('bad-file', `"${name}" is no report of Saliscope.`, {
    subject: name,
    hint: `At ${v.getDotPath(parsed.issues[0]) ?? 'its top level'}: ${parsed.issues[0].message}`
  })
}

function said({ compared, refused, onlyA, onlyB }: ReportComparison): string[] {
  return [
    ...compared.map(
      (row) =>
        `${rowName(row)}: ${decimalOr(row.a, 'none')} and ${decimalOr(row.b, 'none')}` +
        (row.difference === null
          ? ', no image has a value in both'
          : `, mean difference ${row.difference === 0 ? '0' : decimalOr(row.difference, '')} over ${counted(row.shared, 'image')} of both`)
    ),
    ...refusals(refused),
    `${counted(compared.length, 'row')} compared, ${refused.length} refused, ${onlyA} only in the first, ${onlyB} only in the second.`
  ]
}

/** What rows are about: question, measure, map, model and, of several, the finding. */
const rowName = (row: RefusedRow | ComparedRow): string => `${row.criterion} ${row.metric}, ${whose(row)}`

/** Rows refused for the same reasons stand together below them, by question and measure. */
function refusals(refused: readonly RefusedRow[]): string[] {
  return grouped(refused, ({ differs }) => differs.join('; ')).flatMap(([reason, rows]) => [
    `NOT COMPARED, ${counted(rows.length, 'row')}. ${reason}:`,
    ...grouped(rows, ({ criterion, metric }) => `${criterion} ${metric}`).map(
      ([measure, own]) => `  ${measure}: ${own.map((row) => whose(row)).join('; ')}`
    )
  ])
}

const whose = ({ method, model, finding }: RefusedRow | ComparedRow): string =>
  [method, model, finding ?? ''].filter((word) => word !== '').join(', ')
