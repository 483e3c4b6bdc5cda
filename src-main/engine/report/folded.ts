import { html, type Markup } from './markup'

/**
 * What opens at a click on a screen. A fold cannot be opened on paper, so what is `printed` stands there unfolded; of the rest paper says where it is.
 */
export function folded(summary: string, content: Markup, { printed = false }: { printed?: boolean } = {}): Markup {
  const onPaper = printed
    ? html`<p class="unfolded">${summary}</p>
        ${content}`
    : html`<p class="unfolded">${summary.replace(/\.$/u, '')}: unfolded in report.html.</p>`

  return html`<details class="on-screen">
      <summary>${summary}</summary>
      ${content}
    </details>
    <div class="on-paper">${onPaper}</div>`
}
