import { bibliographyOf } from '@shared/bibliography'
import { methodsParagraphs, parameterWords } from '@shared/methods-paragraph'
import type { Question, ReportMethod } from '@shared/report'
import type * as v from 'valibot'
import { body, dataTable } from '../data-table'
import { folded } from '../folded'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

const methodRow = (method: ReportMethod): Markup =>
  html`<tr class="${method.role}">
    <th scope="row">${method.title}<br /><small class="note">${method.expr}</small></th>
    <td>${parameterWords(method)}</td>
    <td>${method.reduction}</td>
    <td>${method.citation.text}</td>
  </tr>`

const ruleRow = (one: v.InferOutput<typeof Question>): Markup =>
  html`<tr>
    <th scope="row">${one.question}</th>
    <td>${one.rule}</td>
    <td>${one.limit}</td>
    <td>${one.citation}</td>
  </tr>`

const methodColumns = [{ title: 'Map' }, { title: 'Parameters' }, { title: 'Reduction' }, { title: 'Source' }]
const ruleColumns = [{ title: 'Question' }, { title: 'Rule' }, { title: 'Held against' }, { title: 'Source' }]

/** Methods with parameters, reduction and source; rules of the questions with theirs; BibTeX to copy. */
export const methodsSection: Section = {
  id: 'methods',
  title: 'Methods and citations',
  write(report) {
    const bibtex = bibliographyOf(report)
    const entries = folded('BibTeX', html`<pre>${bibtex}</pre>`)

    return html`<h2 id="methods">Methods and citations</h2>
      ${dataTable(methodColumns, body(report.methods.map(methodRow)))}
      <h3>In words</h3>
      <p class="lede">For the methods section of a paper: every parameter, nothing left out.</p>
      <div class="prose">${methodsParagraphs(report).map((words) => html`<p>${words}</p>`)}</div>
      <h3>Rules</h3>
      ${dataTable(ruleColumns, body(report.questions.map(ruleRow)))} ${bibtex === '' ? null : entries}`
  }
}
