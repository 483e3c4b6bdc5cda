import { pairColumns, pairFamilies, pairLede, type PairFamily } from '@shared/method-pairs'
import { body, dataTable } from '../data-table'
import { folded } from '../folded'
import { html, type Markup } from '../markup'
import type { Section } from '../section'

const columns = pairColumns.map((column) => ({
  ...column,
  numeric: column.id !== 'maps' && column.id !== 'model'
}))

function familyOf({ title, summary, pairs, decides }: PairFamily): Markup {
  const rows = pairs.map(
    (pair) =>
      html`<tr>
        <th scope="row">${pair.maps}</th>
        <td>${pair.model}</td>
        <td class="n">${pair.images}</td>
        <td class="n">${pair.difference}</td>
        <td class="n">${pair.interval}</td>
        <td class="n">${pair.p}</td>
        <td class="n">${pair.adjusted}</td>
      </tr>`
  )

  return folded(`${title}. ${summary}.`, dataTable(columns, body(rows)), { printed: decides })
}

/** Every pair of methods against each other, measure by measure. */
export const pairsSection: Section = {
  id: 'pairs',
  title: 'Maps against each other',
  write(report) {
    const families = pairFamilies(report)
    if (families.length === 0) return null

    return html`<h2 id="pairs">Maps against each other</h2>
      <p class="lede">${pairLede}</p>
      ${families.map(familyOf)}`
  }
}
