import { decimal, decimalOr, interval, probability } from '@shared/number-words'
import type { Reference, Report, ResultRow } from '@shared/report'
import { namesOf } from '@shared/report-evidence'
import { metricTitle, stateWords } from '@shared/verdict-words'
import { body, dataTable } from './data-table'
import { html, type Markup } from './markup'
import { mark } from './marks'

const dash = '–'

function referenceWords(reference: Reference): string {
  const value = decimalOr(reference.value, reference.reason ?? 'none')
  const difference = reference.difference
  if (difference === null || difference.value === null) return `${reference.title} ${value}`

  const p = difference.pHolm ?? difference.p
  const beside = [
    difference.ci95 === null ? null : interval(difference.ci95),
    p === null ? null : `${probability(p)}${difference.pHolm === null ? '' : ` (${difference.adjustment ?? 'Holm'})`}`
  ].filter((part) => part !== null)

  return `${reference.title} ${value}, difference ${decimal(difference.value)}${beside.length === 0 ? '' : ` (${beside.join(', ')})`}`
}

function row(report: Report, result: ResultRow): Markup {
  const names = namesOf(report)
  const excluded = result.excluded.map(({ n, reason }) => `${n} left out: ${reason}`)

  return html`<tr>
    <th scope="row">${result.method === '' ? dash : names.method(result.method)}</th>
    <td>${names.model(result.model)}</td>
    <td>${metricTitle(result.metric)}</td>
    <td class="n">${result.n}</td>
    <td class="n">${decimalOr(result.value, dash)}</td>
    <td>${result.ci95 === null ? dash : interval(result.ci95)}</td>
    <td>
      ${result.references.length === 0 ? 'none' : result.references.map((one) => html`<div>${referenceWords(one)}</div>`)}
    </td>
    <td>
      <div class="cell">
        ${mark(result.verdict.state, '')}
        <div>
          ${stateWords[result.verdict.state]}<small>${result.verdict.reason}</small>${[...excluded, ...result.notes].map((note) => html`<small>${note}</small>`)}
        </div>
      </div>
    </td>
  </tr>`
}

const columns = [
  { title: 'Map' },
  { title: 'Model' },
  { title: 'Measure' },
  { title: 'Images', numeric: true },
  { title: 'Value', numeric: true },
  { title: '95 % interval' },
  { title: 'References' },
  { title: 'Verdict' }
]

/** Rows of results with value, interval, references, verdict and what was left out: the table twin of a figure. */
export function resultTable(report: Report, indices: readonly number[], caption: string): Markup {
  const rows = indices.map((index) => row(report, report.results[index]))

  return dataTable(columns, body(rows), { caption, ofRows: true })
}
