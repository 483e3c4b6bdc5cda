import { decimal, interval } from '@shared/number-words'
import type { Report } from '@shared/report'
import { namesOf } from '@shared/report-evidence'
import type { Anchor, Departure } from '@shared/report-preset'
import { body, dataTable } from '../data-table'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

const departureRow = ({ what, published, here, usual, why, ourChoice }: Departure): Markup =>
  html`<tr>
    <th scope="row">${what}</th>
    <td>${published}</td>
    <td>${here}${ourChoice ? html` <b>our choice</b>` : null}</td>
    <td>${usual}</td>
    <td>${why}</td>
  </tr>`

function hereWords(report: Report, { model, n, value, ci95, reason }: Anchor['here'][number]): Markup {
  const whose = model === '' ? '' : `${namesOf(report).short(model)}: `
  if (value === null) return html`<div>${whose}${reason || 'not defined'}</div>`

  return html`<div>
    ${whose}${decimal(value)}${ci95 === null ? '' : ` (${interval(ci95)})`}, ${n}
    images${reason === '' ? '' : `, ${reason}`}
  </div>`
}

const anchorRow = (report: Report, anchor: Anchor): Markup =>
  html`<tr>
    <th scope="row">${anchor.what}</th>
    <td>${anchor.method === '' ? 'the study as a whole' : namesOf(report).method(anchor.method)}</td>
    <td>${anchor.set}</td>
    <td>${anchor.published}<small>${anchor.source}</small></td>
    <td>${anchor.here.map((one) => hereWords(report, one))}</td>
  </tr>`

const departureColumns = ['Setting', 'The study', 'This run', 'Our default', 'Why'].map((title) => ({ title }))
const anchorColumns = ['Figure', 'Map', 'Their data', 'The study', 'This run, on other data and models'].map(
  (title) => ({ title })
)

/** The published study that was followed: where this run departs from it, and its figures beside ours. */
export const presetSection: Section = {
  id: 'preset',
  title: 'Beside the published study',
  write(report) {
    const { preset } = report
    if (preset === undefined || preset === null) return null

    return html`<h2 id="preset">Beside the published study</h2>
      <p class="lede">${preset.title}. ${preset.summary} ${preset.citation.text}</p>
      <h3>Where settings differ</h3>
      ${dataTable(departureColumns, body(preset.departures.map(departureRow)))}
      <h3>What the study reports, and what this run gives</h3>
      ${
        preset.anchors.length === 0
          ? html`<p class="lede">No figure of the study is known for these maps.</p>`
          : dataTable(anchorColumns, body(preset.anchors.map((anchor) => anchorRow(report, anchor))))
      }`
  }
}
