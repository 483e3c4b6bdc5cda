import { counted } from '@shared/number-words'
import type { Report } from '@shared/report'
import { researchUse } from '@shared/verdict-words'
import { footLine } from './foot'
import { html, Markup } from './markup'
import { sections } from './sections/index'
import { style } from './style'

function contents(report: Report, shown: readonly { id: string }[]): Markup {
  const lines = sections
    .filter((section) => section.title !== null && shown.some(({ id }) => id === section.id))
    .map((section) => {
      const parts = section.parts?.(report) ?? []

      return html`<li>
        <a href="#${section.id}">${section.title}</a>${
          parts.length === 0
            ? null
            : html`<ol>
                ${parts.map((part) => html`<li><a href="#${part.id}">${part.title}</a></li>`)}
              </ol>`
        }
      </li>`
    })
  const maps = report.methods.filter((method) => method.role === 'method').length

  return html`<nav aria-label="Sections">
    <ol>
      ${lines}
    </ol>
    <p>
      ${counted(report.cases.length, 'image')}, ${counted(maps, 'map')}, ${counted(report.models.length, 'model')}.
      Computed on this computer. Nothing was sent anywhere.
    </p>
  </nav>`
}

interface Written {
  readonly id: string
  readonly body: Markup
}

/** The article as a table of one cell, so that its foot keeps room at the end of every printed page. */
function sheet(written: readonly Written[], foot: string): Markup {
  const parts = written.map(
    ({ id, body }) => html`<section id="${id === 'answer' ? 'answer' : `section-${id}`}">${body}</section>`
  )

  return html`<table class="sheet" role="presentation">
    <tbody>
      <tr>
        <td>
          ${parts}
          <p class="foot">${foot}</p>
        </td>
      </tr>
    </tbody>
    <tfoot>
      <tr>
        <td></td>
      </tr>
    </tfoot>
  </table>`
}

/** The whole report as one HTML file that needs nothing beside it: no script, no font, no picture, no address. */
export function reportHtml(report: Report): string {
  const written = sections.flatMap((section) => {
    const body = section.write(report)

    return body === null ? [] : [{ id: section.id, body }]
  })
  const foot = footLine(report)

  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${report.title} · Saliscope trust report</title>
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <meta name="generator" content="Saliscope ${report.recipe.saliscope}" />
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <header class="bar">
          <b>Trust report</b><span class="made">${report.title}</span><span class="research">${researchUse}</span>
        </header>
        <div class="wrap">
          ${contents(report, written)}
          <main>${sheet(written, foot)}</main>
        </div>
        <div class="page-foot" aria-hidden="true">${foot}</div>
      </body>
    </html> `.text
}
