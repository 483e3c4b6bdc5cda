import { decimal, decimalOr, interval, probability } from '@shared/number-words'
import type { Reference, Report, ResultRow } from '@shared/report'
import { namesOf } from '@shared/report-evidence'
import { metricTitle, stateWords } from '@shared/verdict-words'
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
    p === null ? null : `${probability(p)}${difference.pHolm === null ? '' : ' (Holm)'}`
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
    <td>${result.references.map((one) => html`<div>${referenceWords(one)}</div>`)}</td>
    <td>
      <div class="cell">
        ${mark(result.verdict.state)}
        <div>
          ${stateWords[result.verdict.state]}<small>${result.verdict.reason}</small>${[...excluded, ...result.notes].map((note) => html`<small>${note}</small>`)}
        </div>
      </div>
    </td>
  </tr>`
}

/** Rows of results with value, interval, references, verdict and what was left out: the table twin of a figure. */
export function resultTable(report: Report, indices: readonly number[], caption: string): Markup {
  return html`<div class="scroll">
    <table class="data">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col"><b>Map</b></th>
          <th scope="col"><b>Model</b></th>
          <th scope="col"><b>Measure</b></th>
          <th scope="col" class="n"><b>Images</b></th>
          <th scope="col" class="n"><b>Value</b></th>
          <th scope="col"><b>95 % interval</b></th>
          <th scope="col"><b>References</b></th>
          <th scope="col"><b>Verdict</b></th>
        </tr>
      </thead>
      <tbody>
        ${indices.map((index) => row(report, report.results[index]))}
      </tbody>
    </table>
  </div>`
}
