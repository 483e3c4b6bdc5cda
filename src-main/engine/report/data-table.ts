import { html, type Markup } from './markup'

export interface Column {
  readonly title: string
  /** Under the title: unit or measure. */
  readonly note?: string
  readonly numeric?: boolean
}

/** Columns that a page has room for side by side; a table of more is wider than the page and scrolls. */
const mostEven = 9

/** A table that scrolls sideways where it is too wide; `bodies` are whole `tbody` groups; `even` gives all columns but the first one width; `ofRows`: rows of results, whose last two columns hold sentences. */
export function dataTable(
  columns: readonly Column[],
  bodies: Markup | readonly Markup[],
  { caption, even = false, ofRows = false }: { caption?: string; even?: boolean; ofRows?: boolean } = {}
): Markup {
  const heads = columns.map(
    ({ title, note, numeric }) =>
      html`<th scope="col" class="${numeric ? 'n' : ''}"><b>${title}</b>${note === undefined ? null : note}</th>`
  )

  return html`<div class="scroll">
    <table class="data${ofRows ? ' rows' : ''}${even ? ` even${columns.length > mostEven ? ' many' : ''}` : ''}">
      ${
        caption === undefined
          ? null
          : html`<caption>
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      ${bodies}
    </table>
  </div>`
}

/** Rows as one group. */
export const body = (rows: readonly Markup[]): Markup =>
  html`<tbody>
    ${rows}
  </tbody>`
