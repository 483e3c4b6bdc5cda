import {
  hereWords,
  noSingleMap,
  type PublishedFigure,
  publishedFigures,
  type PublishedRow
} from '@shared/published-words'
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

/** One figure of the study: its name over the maps, and what is missing beside all of them. */
const publishedFigure = (report: Report, { what, missing, rows }: PublishedFigure): Markup =>
  html`<tbody>
    <tr class="group">
      <th scope="rowgroup" colspan="3">
        ${what}${missing.map((one) => html`<br /><small>${hereWords(one, rows[0].kind, namesOf(report).short)}</small>`)}
      </th>
    </tr>
    ${rows.map((row) => publishedRow(report, row))}
  </tbody>`

const publishedRow = (report: Report, { method, studies, kind, here }: PublishedRow): Markup =>
  html`<tr>
    <th scope="row">${method === '' ? noSingleMap : namesOf(report).method(method)}</th>
    <td>
      ${studies.map(({ set, published, source }) => html`<div>${published}<small>${set}; ${source}</small></div>`)}
    </td>
    <td>${here.map((one) => html`<div>${hereWords(one, kind, namesOf(report).short)}</div>`)}</td>
  </tr>`

const departureColumns = ['Setting', 'The study', 'This run', 'Our default', 'Why'].map((title) => ({ title }))
const anchorColumns = ['Map', 'The study, its data', 'This run, on other data and models'].map((title) => ({
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
          : dataTable(
              anchorColumns,
              publishedFigures(preset).map((figure) => publishedFigure(report, figure))
            )
      }`
  }
}
