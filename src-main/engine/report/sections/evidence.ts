import { counted } from '@shared/number-words'
import type { Report } from '@shared/report'
import { evidenceOf, namesOf, type Evidence } from '@shared/report-evidence'
import { html, type Markup } from '../markup'
import { resultTable } from '../result-table'
import type { Section } from '../section'
import { inlineSvg } from '../svg'

function figures(report: Report, evidence: Evidence): Markup {
  const drawn = (model: string | null): Markup[] =>
    evidence.figures
      .filter((figure) => model === null || figure.model === model)
      .map(({ scene }) => html`<figure>${inlineSvg(scene)}</figure>`)

  if (evidence.layout === 'small') {
    const models = [...new Set(evidence.figures.map((figure) => figure.model))]

    return html`${models.map(
      (model) =>
        html`<h4>${namesOf(report).model(model)}</h4>
          <div class="small">${drawn(model)}</div>`
    )}`
  }
  if (evidence.figures.length === 1) return html`<div class="one">${drawn(null)}</div>`

  const captioned = evidence.figures.map(
    ({ model, scene }) =>
      html`<figure>${model === '' ? null : html`<h4>${namesOf(report).model(model)}</h4>`}${inlineSvg(scene)}</figure>`
  )

  return html`<div class="wide">${captioned}</div>`
}

function block(report: Report, evidence: Evidence): Markup {
  return html`<section>
    <h3 id="evidence-${evidence.area}">${evidence.question}</h3>
    <p class="lede">${evidence.lede}</p>
    ${figures(report, evidence)}
    <p class="caption">${evidence.caption}</p>
    <details>
      <summary>As a table (${counted(evidence.rows.length, 'row')})</summary>
      ${resultTable(report, evidence.rows, `${evidence.question}: every row`)}
    </details>
  </section>`
}

/** Figures and rows behind the verdicts, question by question. */
export const evidenceSection: Section = {
  id: 'evidence',
  title: 'Evidence',
  parts: (report) => evidenceOf(report).map(({ area, question }) => ({ id: `evidence-${area}`, title: question })),
  write(report) {
    const found = evidenceOf(report)

    return found.length === 0
      ? null
      : html`<h2 id="evidence">Evidence</h2>
          ${found.map((one) => block(report, one))}`
  }
}
