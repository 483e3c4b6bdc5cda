import { counted, decimal } from '@shared/number-words'
import type { Report, ReportCase } from '@shared/report'
import { namesOf } from '@shared/report-evidence'
import { body, dataTable } from '../data-table'
import { folded } from '../folded'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

function line(one: ReportCase, models: readonly string[]): Markup {
  const predictions = models.map((model) => {
    const found = one.predictions.find((prediction) => prediction.model === model)
    const right = found?.correct === null || found === undefined ? '' : found.correct ? ', right' : ', wrong'

    return html`<td class="n">${found === undefined ? '–' : `${decimal(found.probability)}${right}`}</td>`
  })
  const lost = one.masks
    .filter((mask) => mask.lost > 0)
    .map((mask) => `${mask.lost} outlined pixels lost by crop or resize`)
  const remarks = [...new Set([...lost, ...one.flags])]

  return html`<tr>
    <th scope="row">${one.id}</th>
    <td>${one.patient}</td>
    <td>${one.label ?? 'none'}</td>
    <td class="n">${one.masks[0]?.pixels ?? '–'}</td>
    ${predictions}
    <td>${remarks.length === 0 ? 'none' : remarks.map((remark) => html`<div>${remark}</div>`)}</td>
  </tr>`
}

function failures(report: Report): Markup | null {
  if (report.failed.length === 0) return null

  return html`<h3>Left out</h3>
    <ul class="plain">
      ${report.failed.map((one) => html`<li>${one.case}, ${namesOf(report).model(one.model)}, ${namesOf(report).method(one.method)}: ${one.reason}</li>`)}
    </ul>`
}

function table(report: Report): Markup {
  const models = [...new Set(report.cases.flatMap((one) => one.predictions.map((prediction) => prediction.model)))]
  const columns = [
    { title: 'Case' },
    { title: 'Patient' },
    { title: 'Finding' },
    { title: 'Outlined', note: 'pixels', numeric: true },
    ...models.map((model) => ({ title: namesOf(report).model(model), note: 'probability', numeric: true })),
    { title: 'Remarks' }
  ]

  return dataTable(columns, body(report.cases.map((one) => line(one, models))))
}

/** Every image with its label, outlined area, predictions and remarks, and what failed. */
export const casesSection: Section = {
  id: 'cases',
  title: 'Cases',
  write(report) {
    if (report.cases.length === 0) return null

    const patients = new Set(report.cases.map((one) => one.patient)).size

    return html`<h2 id="cases">Cases</h2>
      <p class="lede">
        ${counted(report.cases.length, 'image')} of ${counted(patients, 'patient')}. Under each model stands the
        probability it gave to the explained finding.
      </p>
      ${failures(report)} ${folded(`All ${counted(report.cases.length, 'image')}`, table(report), { printed: true })}`
  }
}
