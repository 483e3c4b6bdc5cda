import { decimal, decimalOr, interval } from '@shared/number-words'
import type { Performance, Report, ReportModel } from '@shared/report'
import { body, dataTable } from '../data-table'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

const figure = (one: Performance['auc'], digits = 2): string =>
  `${decimalOr(one.value, one.reason ?? 'none', digits)}${one.ci95 === null ? '' : ` (${interval(one.ci95, digits)})`}`

function line(model: ReportModel, performance: Performance | null): Markup {
  const cells =
    performance === null
      ? html`<td colspan="8">not measured on these images</td>`
      : html`<td>${performance.label}</td>
          <td class="n">${performance.n}, ${performance.positives} with</td>
          <td>${figure(performance.auc, 3)}</td>
          <td>${figure(performance.accuracy)}</td>
          <td>${figure(performance.sensitivity)}</td>
          <td>${figure(performance.specificity)}</td>
          <td class="n">${decimal(performance.threshold)}</td>
          <td>${figure(performance.brier, 3)}</td>`
  const notes = [
    model.architecture,
    model.replicate === null ? null : `training run ${model.replicate}`,
    model.sha256 === '' ? 'not at hand, only its maps were given' : null,
    model.role === 'localiser' ? 'localiser, upper reference' : null,
    model.foldedBatchNorm ? 'convolutions without normalisation behind them (none, or folded)' : null,
    model.targetLayer === undefined ? null : `target layer ${model.targetLayer}`
  ].filter((part) => part !== null)

  return html`<tr>
    <th scope="row">${model.title}<br /><small class="note">${notes.join(', ')}</small></th>
    ${cells}
  </tr>`
}

const rows = (report: Report): Markup[] =>
  report.models.flatMap((model) =>
    model.performance.length === 0
      ? [line(model, null)]
      : model.performance.map((performance) => line(model, performance))
  )

const columns = [
  { title: 'Model' },
  { title: 'Finding' },
  { title: 'Images', numeric: true },
  { title: 'AUC' },
  { title: 'Accuracy' },
  { title: 'Sensitivity' },
  { title: 'Specificity' },
  { title: 'Threshold', note: 'probability from which the card says yes', numeric: true },
  { title: 'Brier score', note: '0 is perfect' }
]

/** How well the classifiers do on the scored images: good figures say nothing about what they look at. */
export const modelsSection: Section = {
  id: 'models',
  title: 'Models',
  write(report) {
    if (report.models.length === 0) return null

    return html`<h2 id="models">Models</h2>
      <p class="lede">
        How often the models are right on these images. Being right says nothing about what a model looks at.
      </p>
      ${dataTable(columns, body(rows(report)))}`
  }
}
