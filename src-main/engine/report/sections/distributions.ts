import { decimal, percent } from '@shared/number-words'
import type { Report } from '@shared/report'
import { namesOf } from '@shared/report-names'
import type { Distribution, SideFigures } from '@shared/trust-evidence'
import { body, dataTable } from '../data-table'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

const columns = [
  { title: 'Map' },
  { title: 'Images', numeric: true },
  { title: 'Inside', note: 'mean, sd, lowest to highest' },
  { title: 'Outside', note: 'mean, sd, lowest to highest' },
  { title: 'Pixels counted', note: 'inside / outside, an image', numeric: true },
  { title: 'Higher inside', note: 'images, p below 0.05: Welch / Student', numeric: true }
]

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Figures of one side, each averaged over the images; the lowest and highest value of any image. */
function sideWords(sides: readonly SideFigures[]): string {
  const deviations = sides.flatMap(({ sd }) => (sd === null ? [] : [sd]))
  const spread = deviations.length === 0 ? '' : `, ${decimal(meanOf(deviations))}`
  const low = Math.min(...sides.map(({ min }) => min))
  const high = Math.max(...sides.map(({ max }) => max))

  return `${decimal(meanOf(sides.map(({ mean }) => mean)))}${spread}, ${decimal(low)} to ${decimal(high)}`
}

/** Images whose map is higher inside by a one-sided test. */
function higherInside({ perCase, n }: Distribution, test: 'welch' | 'student'): string {
  const found = perCase.filter((one) => {
    const { statistic, p } = one[test]

    return statistic !== null && p !== null && statistic > 0 && p / 2 < 0.05
  })

  return percent(found.length / n)
}

function rowOf(report: Report, found: Distribution): Markup {
  const names = namesOf(report)
  const inside = found.perCase.map((one) => one.inside)
  const outside = found.perCase.map((one) => one.outside)
  const pixels = (sides: readonly SideFigures[]): string => decimal(meanOf(sides.map(({ count }) => count)), 0)

  return html`<tr>
    <th scope="row">${names.method(found.method)}, ${names.short(found.model)}</th>
    <td class="n">${found.n}</td>
    <td>${sideWords(inside)}</td>
    <td>${sideWords(outside)}</td>
    <td class="n">${pixels(inside)} / ${pixels(outside)}</td>
    <td class="n">${higherInside(found, 'welch')} / ${higherInside(found, 'student')}</td>
  </tr>`
}

/** What the maps hold on either side of the outlines, as Arun et al. tabulate it. */
export const distributionsSection: Section = {
  id: 'distributions',
  title: 'Inside and outside the outline',
  write(report) {
    const found = report.distributions ?? []
    if (found.length === 0) return null

    return html`<h2 id="distributions">Inside and outside the outline</h2>
      <p class="lede">
        Values of the maps, scaled to 0–1 image by image, on either side of the outlines. The pixels of an image are no
        independent samples: the tests describe single images and decide nothing. The histograms are in report.json.
      </p>
      ${dataTable(columns, body(found.map((one) => rowOf(report, one))), { caption: 'Maps inside and outside the outlines' })}`
  }
}
