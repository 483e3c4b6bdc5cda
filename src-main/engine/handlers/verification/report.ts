import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { csvRows } from '@engine/formats/csv'
import { reportCsv } from '@engine/report/csv'
import { Report } from '@shared/report'
import { hashJson } from '../recipe'
import { documentsHeld, reportName } from './documents'
import type { VerifiedKind } from './kind'
import { parsed } from './parsed'
import { recipesKind } from './recipes'

const recipeName = 'recipe.json'
const tableName = 'results.csv'

/** The folder of a report that is named by its folder or its report.json. */
export const reportFolder = (path: string): string => (basename(path) === reportName ? dirname(path) : path)

const Stated = v.object({ recipe: v.looseObject({ id: v.string() }) })
const Beside = v.object({ report: v.string() })

/** A report: its files against their SHA-256, its documents against report.json, and the number of its recipe against what the recipe holds. */
export const reportKind: VerifiedKind = {
  id: 'report',
  matches: (path) => existsSync(join(reportFolder(path), reportName)),

  async verify(path, job, version) {
    const folder = reportFolder(path)
    const listed = existsSync(join(folder, recipeName))
    const files = listed
      ? await recipesKind.verify(folder, job, version)
      : {
          checked: '',
          problems: [`${recipeName} is missing: nothing says what the files of the report should be.`],
          remarks: []
        }
    const { problems, inputs } = recipeProblems(folder, listed)
    // A file that was changed is named once, by its hash.
    const table = files.problems.length === 0 ? tableProblems(folder) : []
    const documents = files.problems.length === 0 ? documentsHeld(folder, version) : { problems: [], remarks: [] }
    const all = [...problems, ...files.problems, ...table, ...documents.problems]
    const checked = [
      files.checked,
      `The recipe of the report names ${inputs} input files by their SHA-256.`,
      'Nothing was computed: whether numbers and verdicts come out again is asked with --rerun N --experiment EXPERIMENT.json.'
    ]
    return {
      kind: 'report',
      whole: all.length === 0,
      checked: checked.join(' ').trim(),
      problems: all,
      remarks: [...files.remarks, ...documents.remarks]
    }
  }
}

/** Whether the recipe in a report gives the number it states, the one that stands beside the report too. */
function recipeProblems(folder: string, listed: boolean): { problems: string[]; inputs: number } {
  const report = parsed(Stated, join(folder, reportName))
  if (report === null) return { problems: [`${reportName} cannot be read as a report.`], inputs: 0 }
  const { id, ...content } = report.recipe
  const beside = listed ? parsed(Beside, join(folder, recipeName)) : null
  const files = content['files']
  return {
    problems: [
      ...(hashJson(content) === id ? [] : [`${reportName}: the recipe was changed, its number is another one.`]),
      ...(!listed || beside?.report === id ? [] : [`${recipeName} belongs to another report.`])
    ],
    inputs: typeof files === 'object' && files !== null ? Object.keys(files).length : 0
  }
}

/** Whether results.csv holds the numbers of report.json; one that is missing is named by the recipe. */
function tableProblems(folder: string): string[] {
  const path = join(folder, tableName)
  const report = parsed(Report, join(folder, reportName))
  if (report === null || !existsSync(path) || sameTable(readFileSync(path, 'utf8'), reportCsv(report))) return []
  return [`${tableName} does not hold the numbers of ${reportName}.`]
}

/** Columns without which a table does not say which number it states. */
const stating = ['case', 'model', 'method', 'metric', 'criterion', 'value']

/** Whether a table states what it should. Versions differ in their columns: those that both have are compared. */
function sameTable(text: string, expected: string): boolean {
  if (text === expected) return true
  const [names = [], ...rows] = csvRows(text)
  const [namesNow, ...rowsNow] = csvRows(expected)
  if (!stating.every((name) => names.includes(name)) || rows.length !== rowsNow.length) return false
  const both = names.flatMap((name, at) => (namesNow.includes(name) ? [[at, namesNow.indexOf(name)]] : []))
  return rows.every((row, index) => both.every(([at, now]) => row[at] === rowsNow[index][now]))
}
