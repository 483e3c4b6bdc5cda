import { noWorseThanAReader } from '@engine/criteria/human-rows'
import { pairedReference } from '@engine/criteria/paired-reference'
import { aboveChance, aboveEach, belowChance, offTheCue, betterUp } from '@engine/criteria/rules'
import type { CaseNumber } from '@engine/criteria/summary'
import { figure } from '@engine/criteria/wording'
import type { Difference, Interval, Reference, Report, ResultRow, VerdictState } from '@shared/report'
import type { Making, ReportAgain } from './makings'
import { foreignFigure } from './sentence'
import { isWithheld } from './withheld'

/** Rows whose value is no mean over images: it cannot come from the values beside it. */
const notMeans = /^(groups\.|regions\.(group-difference|between|pair)|cues\.kinds)/u

export const isMean = ({ criterion }: ResultRow): boolean => !notMeans.test(criterion)

/** What of a row does not follow from its own values image by image: sentences, none where all of it does. */
export function rowProblems(row: ResultRow, of: ReportAgain, making: Making): string[] {
  const numbers = of.numbersOf(row.perCase)
  const problems = meanProblems(row, numbers, making)
  const references = row.references.map((reference) =>
    // One that keeps no values is taken as it is written, which is said.
    reference.perCase === undefined
      ? reference
      : pairedReference(reference, numbers, of.numbersOf(reference.perCase), making.statistics)
  )
  for (const [index, stated] of row.references.entries()) {
    problems.push(...referenceProblems(stated, references[index]), ...apartProblems(row, stated))
  }
  return [...problems, ...verdictProblems({ ...row, references }, of.report, making)]
}

function meanProblems(row: ResultRow, numbers: readonly CaseNumber[], { statistics }: Making): string[] {
  const { n, patients, value, sd, ci95 } = statistics.summarise(numbers)
  return [
    ...differing('the number of images', row.n, n),
    ...differing('the number of patients', row.patients, patients),
    ...differing('the mean', row.value, value),
    ...differing('the standard deviation', row.sd, sd),
    ...differing('the interval of the mean', row.ci95, ci95)
  ]
}

function referenceProblems(stated: Reference, found: Reference): string[] {
  const whose = `of the reference “${stated.title}”`
  const [before, now] = [stated.difference, found.difference]
  return [
    ...differing(`the value ${whose}`, stated.value, found.value),
    // Chance of a half has no interval of its own.
    ...(stated.ci95 === null ? [] : differing(`the interval ${whose}`, stated.ci95, found.ci95)),
    ...(['n', 'value', 'ci95', 'p'] as const).flatMap((part) =>
      differing(
        `the difference from it (${differenceWords[part]}) ${whose}`,
        before?.[part] ?? null,
        now?.[part] ?? null
      )
    )
  ]
}

/** A difference from a reference that keeps no values is still that of the two means, where all images take part in both. */
function apartProblems(row: ResultRow, { title, value, difference, perCase }: Reference): string[] {
  if (perCase !== undefined || value === null || row.value === null || difference === null) return []
  if (difference.n !== row.n || row.n !== row.perCase.length || difference.value === null) return []
  const apart = row.value - value
  const size = Math.max(Math.abs(row.value), Math.abs(value))
  return Math.abs(apart - difference.value) <= 1e-9 * size
    ? []
    : [`the difference from “${title}” is written as ${said(difference.value)}, the two means are ${said(apart)} apart`]
}

const differenceWords = { n: 'images', value: 'mean', ci95: 'interval', p: 'p' } as const

function verdictProblems(row: ResultRow, report: Report, making: Making): string[] {
  const { state, reason } = row.verdict
  const ruled = stateAgain(row, making)
  if (ruled === null) return []
  const expected = isWithheld(row, report, making) ? 'not-assessable' : ruled
  if (state !== expected) {
    const why = state === 'not-assessable' ? ': nothing in its values withholds it' : ''
    return [`its verdict is written as “${state}”, by its rule it is “${expected}”${why}`]
  }
  const stated = row.headline && state !== 'not-assessable' && row.value !== null
  if (stated && !reason.includes(figure(row.value)))
    return [`its sentence does not state its figure ${figure(row.value)}`]
  const foreign = foreignFigure(row, report)
  return foreign === null ? [] : [`its sentence states ${foreign}, which is none of its figures`]
}

/** The verdict by the rule of the row's criterion; null where the rule does not rest on the differences of the row. */
function stateAgain(row: ResultRow, { statistics, params }: Making): VerdictState | null {
  const decisive = row.references.filter(({ decides }) => decides)
  // What is measured against nothing that decides is printed, and never judges.
  if (decisive.length === 0) return 'not-assessable'
  const differences = decisive.flatMap(({ difference }) => (difference === null ? [] : [difference]))
  const needed = statistics.thresholds.minimumPatients
  if (row.patients < needed || differences.some((one) => one.ci95 !== null && (one.patients ?? needed) < needed)) {
    return 'not-assessable'
  }
  const interval = differences.length === 0 ? null : differences[0].ci95
  const rule = Object.entries(rules).find(([start]) => row.criterion.startsWith(start))?.[1]
  if (rule === undefined) return null
  return rule({ row, differences, interval, margin: typeof params['margin'] === 'number' ? params['margin'] : 0 })
}

interface Judged {
  readonly row: ResultRow
  readonly differences: readonly Difference[]
  /** Of the first difference: most rules have one alone. */
  readonly interval: Interval | null
  readonly margin: number
}

/** The rule of every criterion, by the beginning of the row's. */
const rules: Readonly<Record<string, (judged: Judged) => VerdictState>> = {
  'localisation.': ({ row, differences }) => {
    const state = aboveEach(differences.map((one) => ({ ...one, ci95: betterUp(one.ci95, row.better) })))
    // A reference without a difference says nothing against the map, and nothing for it.
    const missing = row.references.some(({ decides, difference }) => decides && difference === null)
    return missing && state !== 'fail' ? 'not-assessable' : state
  },
  'randomisation.': ({ interval }) => belowChance(interval),
  'repeatability.': ({ interval }) => aboveChance(interval),
  'reproducibility.': ({ interval }) => aboveChance(interval),
  'completeness.': ({ row, interval }) => aboveChance(betterUp(interval, row.better)),
  'fidelity.': ({ row, interval }) => aboveChance(betterUp(interval, row.better)),
  'robustness.': ({ interval }) => belowChance(interval),
  'human.': ({ interval, margin }) => noWorseThanAReader(interval, margin),
  'regions.expected': ({ interval }) => aboveChance(interval),
  'cues.answer-key': ({ interval }) => aboveChance(interval),
  'cues.': ({ interval }) => offTheCue(interval)
}

/** Says so where two values differ; intervals and numbers alike, to the last bit that JSON keeps. */
function differing(what: string, stated: unknown, found: unknown): string[] {
  return JSON.stringify(stated) === JSON.stringify(found)
    ? []
    : [`${what} is written as ${said(stated)}, from its own values it is ${said(found)}`]
}

function said(value: unknown): string {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.map(said).join(' to ')
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)
}
