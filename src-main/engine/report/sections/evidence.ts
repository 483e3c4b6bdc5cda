import { counted } from '@shared/number-words'
import type { Report } from '@shared/report'
import type { EvidenceFigure } from '@shared/evidence-figures'
import { evidenceOf, figureHead, namesOf, type Evidence } from '@shared/report-evidence'
import { folded } from '../folded'
import { html, type Markup } from '../markup'
import { resultTable } from '../result-table'
import type { Section } from '../section'
import { inlineSvg } from '../svg'

function figures(report: Report, evidence: Evidence): Markup {
  const wide = evidence.figures.filter((figure) => figure.layout !== 'small')
  const small = evidence.figures.filter((figure) => figure.layout === 'small')
  const models = [...new Set(small.map((figure) => figure.model))]
  const drawn = ({ scene }: EvidenceFigure): Markup => html`<figure>${inlineSvg(scene)}</figure>`
  const captioned = (figure: EvidenceFigure): Markup =>
    html`<figure class="${figure.model === '' ? 'all' : figure.layout}">
      ${figure.model === '' || wide.length === 1 ? null : html`<h4>${figureHead(report, figure)}</h4>`}${inlineSvg(figure.scene)}
    </figure>`
  const grids = models.map(
    (model) =>
      html`<h4>${namesOf(report).model(model)}</h4>
        <div class="small">${small.filter((figure) => figure.model === model).map(drawn)}</div>`
  )

  return html`${wide.length === 0 ? null : html`<div class="${wide.length === 1 ? 'one' : 'wide'}">${wide.map(captioned)}</div>`}${grids}`
}

/** The table twin: the rows that decide, on paper too; every row for the screen. */
function twins(report: Report, { question, rows }: Evidence): Markup {
  const deciding = rows.filter((index) => report.results[index].headline)
  const table = (indices: readonly number[], which: string): Markup =>
    resultTable(report, indices, `${question}: ${which}`)
  const decide = folded(
    `The rows that decide, as a table (${counted(deciding.length, 'row')})`,
    table(deciding, 'the rows that decide'),
    { printed: true }
  )

  return html`${deciding.length === 0 ? null : decide}
  ${folded(`Every row, as a table (${counted(rows.length, 'row')})`, table(rows, 'every row'))}`
}

function block(report: Report, evidence: Evidence): Markup {
  return html`<section>
    <h3 id="evidence-${evidence.area}">${evidence.question}</h3>
    <p class="lede">${evidence.lede}</p>
    ${figures(report, evidence)}
    <p class="caption">${evidence.caption}</p>
    ${twins(report, evidence)}
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
