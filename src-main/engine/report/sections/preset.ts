import { hereWords, noSingleMap, type PublishedRow, publishedRows } from '@shared/published-words'
import type { Report } from '@shared/report'
import { namesOf } from '@shared/report-evidence'
import type { Departure } from '@shared/report-preset'
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

const publishedRow = (report: Report, { what, method, studies, kind, here }: PublishedRow): Markup =>
  html`<tr>
    <th scope="row">${what}</th>
    <td>${method === '' ? noSingleMap : namesOf(report).method(method)}</td>
    <td>
      ${studies.map(({ set, published, source }) => html`<div>${published}<small>${set}; ${source}</small></div>`)}
    </td>
    <td>${here.map((one) => html`<div>${hereWords(one, kind, namesOf(report).short)}</div>`)}</td>
  </tr>`

const departureColumns = ['Setting', 'The study', 'This run', 'Our default', 'Why'].map((title) => ({ title }))
const anchorColumns = ['Figure', 'Map', 'The study, its data', 'This run, on other data and models'].map((title) => ({
  title
}))

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
          ? html`<p class="lede">The study reports no figure for these maps.</p>`
          : dataTable(anchorColumns, body(publishedRows(preset).map((row) => publishedRow(report, row))))
      }`
  }
}
