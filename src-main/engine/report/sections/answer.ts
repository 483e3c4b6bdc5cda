import type { Report } from '@shared/report'
import { type AnswerColumn, answerColumns, headlineParts } from '@shared/answer-columns'
import { wrongThing } from '@shared/model-uses'
import { namesOf } from '@shared/report-evidence'
import { html, type Markup } from '../markup'
import { mark } from '../marks'
import type { Section } from '../section'

function column({ state, title, sentences }: AnswerColumn): Markup {
  return html`<div>
    <h2>${mark(state, '')}${title}</h2>
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
  </div>`
}

function pictures(report: Report): Markup | null {
  const shown = report.illustrations.flatMap((one) =>
    (one.images ?? []).map((image) => ({ ...image, of: one.caption }))
  )
  if (shown.length === 0) return null

  return html`<div class="pictures">
    ${shown.map(
      (image) =>
        html`<figure>
          <img src="${image.png}" alt="${`${image.caption}. ${image.of}`}" />
          <figcaption>${image.caption}</figcaption>
        </figure>`
    )}
  </div>`
}

/** What was found about models rather than about maps, beside the pictures that show it. */
function aboutModels(report: Report): Markup | null {
  const shown = pictures(report)
  const wrong = wrongThing(report, namesOf(report).model)
  if (report.answer.models.length === 0 && shown === null) return null

  const note = report.illustrations.map((one) => html`<p>${one.caption}</p>`)

  return html`<div class="${wrong !== null ? 'alert' : 'alert calm'}">
    ${shown ?? html`<span></span>`}
    <div>
      <h2>${wrong !== null ? mark('fail', '') : null}${wrong ?? 'What the models look at'}</h2>
      ${report.answer.models.map((sentence) => html`<p>${sentence}</p>`)}${shown === null ? null : note}
    </div>
  </div>`
}

/** The first page: the answer in plain words. */
export const answerSection: Section = {
  id: 'answer',
  title: 'The answer',
  write(report) {
    const { answer, coverage } = report
    const headline = headlineParts(answer.headline)
    // Rules that are not the usual ones stand below the answer they changed.
    const rules = headline.rules === null ? null : html`<p class="tested"><b>${headline.rules}</b></p>`
    const soFar = coverage.complete
      ? null
      : html`<p class="tested">
          <b>So far, after ${coverage.casesDone} of ${coverage.casesTotal} images.</b> The answers below are for those
          ${coverage.casesDone}.
        </p>`

    return html`<div class="answer-page">
      <p class="kicker">Can these saliency maps be trusted?</p>
      <h1>${headline.answer}</h1>
      ${rules} ${soFar}
      <p class="tested">${answer.tested}</p>
      <div class="three">${answerColumns(report).map(column)}</div>
      ${aboutModels(report)}
    </div>`
  }
}
