import { html } from '../markup'
import type { Section } from '../section'

/** What this report cannot say. */
export const limitsSection: Section = {
  id: 'limits',
  title: 'What this cannot say',
  write: (report) =>
    report.limits.length === 0
      ? null
      : html`<h2 id="limits">What this cannot say</h2>
          <ul class="plain">
            ${report.limits.map((sentence) => html`<li>${sentence}</li>`)}
          </ul>`
}
