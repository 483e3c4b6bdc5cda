import type { Report } from './report'
import { noneYet } from './report-evidence'
import type { VerdictState } from './verdict'

/** A heading of the first page, its mark, and the sentences under it; never empty. */
export interface AnswerColumn {
  readonly state: VerdictState
  readonly title: string
  readonly sentences: readonly string[]
}

/** The headings of the first page. */
export const answerTitles = {
  reliedOn: 'May be relied on',
  notReliedOn: 'Should not be relied on',
  unclear: 'Not clear: no pass',
  notAssessed: 'Could not be assessed'
} as const

/** The first page under its headings, in order. Maps whose answer is not clear have a heading of their own, where there are some. */
export function answerColumns(report: Report): AnswerColumn[] {
  const { reliedOn, notReliedOn, unclear, notAssessed } = report.answer
  const said = (sentences: readonly string[], none: string): readonly string[] =>
    sentences.length > 0 ? sentences : [noneYet(report, none)]

  return [
    { state: 'pass', title: answerTitles.reliedOn, sentences: said(reliedOn, 'No map may be relied on here.') },
    { state: 'fail', title: answerTitles.notReliedOn, sentences: said(notReliedOn, 'No map failed.') },
    ...(unclear.length > 0
      ? [{ state: 'inconclusive' as const, title: answerTitles.unclear, sentences: unclear }]
      : []),
    {
      state: 'not-assessable',
      title: answerTitles.notAssessed,
      sentences: said(notAssessed, 'Every question could be assessed.')
    }
  ]
}

/** How the sentence about rules that are not the usual ones begins. */
export const rulesStart = 'Judged by changed rules: '

/** The answer of the first page, and apart from it the rules that are not the usual ones; null where all are. */
export function headlineParts(headline: string): { answer: string; rules: string | null } {
  const at = headline.indexOf(rulesStart)

  return at < 0
    ? { answer: headline, rules: null }
    : { answer: headline.slice(0, at).trim(), rules: headline.slice(at) }
}
