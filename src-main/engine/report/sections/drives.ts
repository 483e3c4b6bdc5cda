import { counted, decimalOr, interval } from '@shared/number-words'
import type { AnswerKey, Report } from '@shared/report'
import { keyTitle } from '@shared/model-uses'
import { answerKeyScene, cueRows, namesOf } from '@shared/report-evidence'
import { usesState, usesWords } from '@shared/verdict-words'
import { body, dataTable } from '../data-table'
import { folded } from '../folded'
import { html, type Markup } from '../markup'
import { mark } from '../marks'
import { resultTable } from '../result-table'
import type { Section } from '../section'
import { inlineSvg } from '../svg'

function keyRow(report: Report, key: AnswerKey): Markup {
  const variants = key.variants.map(
    (variant) =>
      html`<div>
        ${variant.title}: mean logit
        ${decimalOr(variant.meanLogit.value, variant.meanLogit.reason ?? 'none', 1)}${variant.meanLogit.ci95 === null ? null : ` (${interval(variant.meanLogit.ci95, 1)})`}${variant.auc.value === null ? null : `, AUC ${decimalOr(variant.auc.value, '')}`},
        ${variant.n} images
      </div>`
  )

  return html`<tr>
    <th scope="row">${keyTitle(key, report.answerKey, namesOf(report).model)}</th>
    <td><div class="cell">${mark(usesState[key.uses], '')}${usesWords[key.uses]}</div></td>
    <td>${variants}</td>
  </tr>`
}

const columns = [{ title: 'Model' }, { title: 'Uses' }, { title: 'Answers' }]

function answerKey(report: Report): Markup | null {
  const scene = answerKeyScene(report)
  if (report.answerKey.length === 0) return null

  return html`<h3>What the answer follows</h3>
    <p class="lede">
      The same patients with one thing changed: the finding taken away, the marker taken away or moved. What moves the
      answer is what the model uses; no map is needed for this.
    </p>
    ${scene === null ? null : html`<div class="one"><figure>${inlineSvg(scene)}</figure></div>`}
    ${dataTable(columns, body(report.answerKey.map((key) => keyRow(report, key))))}`
}

const more = (report: Report, rows: readonly number[]): Markup =>
  folded(counted(rows.length, 'further row'), resultTable(report, rows, 'Cues: further rows'))

/** The answer key and the share of the maps on things that must not matter. */
export const drivesSection: Section = {
  id: 'drives',
  title: 'What really drives each model',
  write(report) {
    const { deciding, others } = cueRows(report)
    const key = answerKey(report)
    if (key === null && deciding.length + others.length === 0) return null

    const lie = html`<h3>Where the maps lie</h3>
      <p class="lede">
        Share of each map on the marker against the share of the image that the marker covers. Enrichment above 1 means
        more than chance.
      </p>
      ${resultTable(report, deciding, 'Cues: the rows that decide')}
      ${others.length === 0 ? null : more(report, others)}`

    return html`<h2 id="drives">What really drives each model</h2>
      ${key}${deciding.length === 0 ? null : lie}`
  }
}
