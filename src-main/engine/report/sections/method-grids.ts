import { html } from '../markup'
import type { Section } from '../section'

/** One case under many maps, the score in the title of each. */
export const methodGridsSection: Section = {
  id: 'method-grids',
  title: 'One case under every map',
  write({ methodGrids = [] }) {
    if (methodGrids.length === 0) return null

    return html`<h2 id="method-grids">One case under every map</h2>
      ${methodGrids.map(
        ({ png, caption }) =>
          html`<figure class="panels">
            <img src="${png}" alt="${caption}" />
            <figcaption>${caption}</figcaption>
          </figure>`
      )}`
  }
}
