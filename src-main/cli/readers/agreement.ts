import type { StudyResults } from '@shared/reading-protocol'
import { agreementGroups, agreementOver, agreementTitle, agreementWords, findingTitle } from '@shared/reading-results'
import type { ReadersVerb } from './verb'
import { onWorkspace, studyNamed } from './workspace'

/** `readers agreement`: how far the readers of a study agree, with 95 % intervals over patients. */
export const agreementVerb: ReadersVerb = {
  name: 'agreement',
  usage: 'saliscope readers agreement STUDY --workspace DIR [--json]',
  rules: {},

  async run([name], args, { console, host }) {
    return onWorkspace(args, host, async (engine) => {
      const { studyId } = await studyNamed(engine, name, console)
      const results = await engine.call('reading.results', { studyId }, console.job())
      if (console.json) console.result(JSON.stringify(results))
      else for (const line of agreementLines(results)) console.result(line)
      return 0
    })
  }
}

/** A line for each figure: value, interval, cases; or why there is none. */
export function agreementLines({ rows, missing, differing }: StudyResults): string[] {
  const lineOf = (row: StudyResults['rows'][number]): string => {
    const { id, n, value, reason, ci95 } = row
    const [title, { unit }] = [agreementTitle(row), agreementWords[id]]
    if (value === null) return `${title}: undefined, ${reason ?? 'no cases'}`
    const number = (one: number): string => `${one.toFixed(unit === 'mm' ? 1 : 3)}${unit === '' ? '' : ` ${unit}`}`
    const interval =
      ci95 === null ? 'no interval, one patient' : `95 % interval ${number(ci95[0])} to ${number(ci95[1])}`
    return `${title}: ${number(value)} (${interval}; ${n} cases, ${agreementOver(row)})`
  }
  const groups = agreementGroups(rows)
  const lines = groups.flatMap((group) => [
    ...(groups.length > 1 ? [`${findingTitle(group.finding)}:`] : []),
    ...group.rows.map(lineOf)
  ])
  const worst = differing.slice(0, 5).map(({ code, dice }) => `${code} ${dice === null ? '' : dice.toFixed(2)}`)
  return [
    ...(missing === null ? [] : [missing]),
    ...lines,
    ...(worst.length === 0 ? [] : [`Readers differ most on: ${worst.join(', ')}`])
  ]
}
