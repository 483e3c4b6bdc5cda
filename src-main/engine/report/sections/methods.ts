import type { Report, ReportMethod } from '@shared/report'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

function parameters(method: ReportMethod): string {
  const written = Object.entries(method.params).map(([name, value]) => `${name} ${String(value)}`)

  return written.length === 0 ? 'no parameters' : written.join(', ')
}

const row = (method: ReportMethod): Markup =>
  html`<tr class="${method.role}">
    <th scope="row">${method.title}<br /><small class="note">${method.expr}</small></th>
    <td>${parameters(method)}</td>
    <td>${method.reduction}</td>
    <td>${method.citation.text}</td>
  </tr>`

/** All BibTeX entries of the report, each once. */
export const bibliography = (report: Report): string =>
  [...new Set(report.methods.map((method) => method.citation.bibtex.trim()).filter((entry) => entry !== ''))].join(
    '\n\n'
  )

/** Methods with parameters, reduction and source; rules of the questions with theirs; BibTeX to copy. */
export const methodsSection: Section = {
  id: 'methods',
  title: 'Methods and citations',
  write(report) {
    const bibtex = bibliography(report)
    const questions = report.questions.map(
      (one) =>
        html`<tr>
          <th scope="row">${one.question}</th>
          <td>${one.rule}</td>
          <td>${one.limit}</td>
          <td>${one.citation}</td>
        </tr>`
    )

    return html`<h2 id="methods">Methods and citations</h2>
      <div class="scroll">
        <table class="data">
          <thead>
            <tr>
              <th scope="col"><b>Map</b></th>
              <th scope="col"><b>Parameters</b></th>
              <th scope="col"><b>Reduction</b></th>
              <th scope="col"><b>Source</b></th>
            </tr>
          </thead>
          <tbody>
            ${report.methods.map(row)}
          </tbody>
        </table>
      </div>
      <h3>Rules</h3>
      <div class="scroll">
        <table class="data">
          <thead>
            <tr>
              <th scope="col"><b>Question</b></th>
              <th scope="col"><b>Rule</b></th>
              <th scope="col"><b>Held against</b></th>
              <th scope="col"><b>Source</b></th>
            </tr>
          </thead>
          <tbody>
            ${questions}
          </tbody>
        </table>
      </div>
      ${
        bibtex === ''
          ? null
          : html`<details>
              <summary>BibTeX</summary>
              <pre>${bibtex}</pre>
            </details>`
      }`
  }
}
