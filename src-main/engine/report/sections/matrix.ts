import type { MatrixCell, MatrixRow, Report } from '@shared/report'
import {
  askedAreas,
  columnHead,
  conclusionOf,
  missingCell,
  namesOf,
  notAsked,
  runningWords
} from '@shared/report-evidence'
import { verdictStates, type Area } from '@shared/verdict'
import { areaQuestion, cellWords, conclusionRule, markLabel, stateMeaning } from '@shared/verdict-words'
import { dataTable } from '../data-table'
import { html, type Markup } from '../markup'
import { mark } from '../marks'
import type { Section } from '../section'

/** A column: its question and the limit that stands at its head. */
interface Asked {
  readonly area: Area
  readonly note: string
  readonly limitAtHead: string | null
}

function cell(found: MatrixCell | undefined, limitAtHead: string | null, missing: string): Markup {
  if (found === undefined || (found.row === null && missing !== notAsked))
    return html`<td><small>${missing}</small></td>`

  const { value, interval, below } = cellWords(found, limitAtHead)

  return html`<td>
    <div class="cell">
      ${mark(found.state, markLabel(found.area, found.state))}
      <div>${value} <span class="range">${interval}</span><small>${below}</small></div>
    </div>
  </td>`
}

function line(report: Report, row: MatrixRow, asked: readonly Asked[]): Markup {
  const name = namesOf(report).method(row.method)

  return html`<tr class="${row.role}">
    <th scope="row">${name}<br /><small class="note">${conclusionOf(report, row)}</small></th>
    ${asked.map(({ area, limitAtHead }) =>
      cell(
        row.cells.find((one) => one.area === area),
        limitAtHead,
        runningWords(report, area, row) ?? missingCell(report)
      )
    )}
  </tr>`
}

function group(report: Report, model: string, asked: readonly Asked[]): Markup {
  const names = namesOf(report)
  const found = report.models.find((one) => one.id === model)
  const performance = found?.performance[0]?.auc.value
  const short = names.short(model)
  const beside = [
    short === names.model(model) ? null : short,
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

/** So many questions fit side by side on a printed page. */
const mostPrinted = 6

function table(report: Report, asked: readonly Asked[]): Markup {
  const columns = [{ title: 'Map' }, ...asked.map(({ area, note }) => ({ title: areaQuestion[area], note }))]
  const models = [...new Set(report.matrix.map((row) => row.model))]

  return dataTable(
    columns,
    models.map((model) => group(report, model, asked)),
    { even: true }
  )
}

/** One table on a screen; on paper as many as it takes for the questions of each to stand side by side. */
function tables(report: Report, asked: readonly Asked[]): Markup {
  if (asked.length <= mostPrinted) return table(report, asked)
  const parts = Math.ceil(asked.length / mostPrinted)
  const each = Math.ceil(asked.length / parts)
  const printed = Array.from({ length: parts }, (_, part) => asked.slice(part * each, (part + 1) * each))

  return html`<div class="on-screen">${table(report, asked)}</div>
    <div class="on-paper">${printed.map((some) => table(report, some))}</div>`
}

/** Every map against every question, grouped by model; no overall score. */
export const matrixSection: Section = {
  id: 'matrix',
  title: 'Every map, every question',
  write(report) {
    const asked = askedAreas(report).map((area) => ({ area, ...columnHead(report, area) }))
    if (asked.length === 0) return null

    return html`<h2 id="matrix">Every map, every question</h2>
      <p class="lede">
        There is no overall score: a map can point well and still not drive the prediction. Beside each value stands its
        95 % interval and its limit.
      </p>
      ${tables(report, asked)}
      <ul class="key">
        ${verdictStates.map((state) => html`<li>${mark(state, '')}${stateMeaning[state]}</li>`)}
      </ul>
      <p class="note">
        ${conclusionRule}${report.recipe.changedRules.length === 0 ? '' : ` Changed rules: ${report.recipe.changedRules.join('; ')}.`}
      </p>`
  }
}
