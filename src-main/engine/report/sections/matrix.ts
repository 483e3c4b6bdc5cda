import type { MatrixCell, MatrixRow, Report } from '@shared/report'
import { namesOf } from '@shared/report-evidence'
import { verdictStates, type Area } from '@shared/verdict'
import {
  areaMeasure,
  areaQuestion,
  cellWords,
  conclusionRule,
  conclusionWords,
  markLabel,
  stateMeaning
} from '@shared/verdict-words'
import { dataTable } from '../data-table'
import { html, type Markup } from '../markup'
import { mark } from '../marks'
import type { Section } from '../section'

function cell(found: MatrixCell | undefined): Markup {
  if (found === undefined) return html`<td><small>not asked</small></td>`

  const { value, beside } = cellWords(found)

  return html`<td>
    <div class="cell">
      ${mark(found.state, markLabel(found.area, found.state))}
      <div>${value}<small>${beside}</small></div>
    </div>
  </td>`
}

function line(report: Report, row: MatrixRow, asked: readonly Area[]): Markup {
  const name = namesOf(report).method(row.method)
  const conclusion = row.role === 'reference' ? 'reference, no method' : conclusionWords[row.conclusion]

  return html`<tr class="${row.role}">
    <th scope="row">${name}<br /><small class="note">${conclusion}</small></th>
    ${asked.map((area) => cell(row.cells.find((one) => one.area === area)))}
  </tr>`
}

function group(report: Report, model: string, asked: readonly Area[]): Markup {
  const names = namesOf(report)
  const found = report.models.find((one) => one.id === model)
  const performance = found?.performance[0]?.auc.value
  const beside = [
    found?.architecture,
    performance === undefined || performance === null ? null : `AUC ${performance.toFixed(3)} on these images`
  ]

  return html`<tbody>
    <tr class="group">
      <th scope="rowgroup" colspan="${asked.length + 1}">
        ${names.model(model)} <span>${beside.filter((part) => part).join(', ')}</span>
      </th>
    </tr>
    ${report.matrix.filter((row) => row.model === model).map((row) => line(report, row, asked))}
  </tbody>`
}

/** Every map against every question, grouped by model; no overall score. */
export const matrixSection: Section = {
  id: 'matrix',
  title: 'Every map, every question',
  write(report) {
    const asked = report.questions
      .map((one) => one.area)
      .filter((area) => report.matrix.some((row) => row.cells.some((one) => one.area === area)))
    if (asked.length === 0) return null

    const columns = [{ title: 'Map' }, ...asked.map((area) => ({ title: areaQuestion[area], note: areaMeasure[area] }))]
    const models = [...new Set(report.matrix.map((row) => row.model))]

    return html`<h2 id="matrix">Every map, every question</h2>
      <p class="lede">
        There is no overall score: a map can point well and still not drive the prediction. Beside each value stands its
        95 % interval and its limit.
      </p>
      ${dataTable(
        columns,
        models.map((model) => group(report, model, asked))
      )}
      <ul class="key">
        ${verdictStates.map((state) => html`<li>${mark(state, '')}${stateMeaning[state]}</li>`)}
      </ul>
      <p class="note">
        ${conclusionRule}${report.recipe.changedRules.length === 0 ? '' : ` Changed rules: ${report.recipe.changedRules.join('; ')}.`}
      </p>`
  }
}
