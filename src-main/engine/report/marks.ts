import { stateWords } from '@shared/verdict-words'
import type { VerdictState } from '@shared/verdict'
import { html, Markup } from './markup'

/** The shapes of the verdict marks in a box of 16: the shape tells them apart, colour only helps. */
const shapes: Record<VerdictState, string> = {
  pass: '<circle class="fill" cx="8" cy="8" r="7.2"/><path class="cut" d="M4.8 8.2l2.2 2.2 4.1-4.5"/>',
  fail: '<path class="fill" d="M8 .2L15.8 8 8 15.8 .2 8z"/><path class="cut" d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"/>',
  inconclusive: '<circle class="ring" cx="8" cy="8" r="6.6"/><path class="fill" d="M8 1.4a6.6 6.6 0 0 0 0 13.2z"/>',
  'not-assessable': '<circle class="ring dashed" cx="8" cy="8" r="6.6"/><path class="ring" d="M5.2 8h5.6"/>'
}

/** A mark as part of a drawing, its left upper corner at x, y. */
export const markShape = (state: VerdictState, x: number, y: number, size: number): Markup =>
  html`<g class="mark ${state}" transform="translate(${x} ${y}) scale(${size / 16})">${new Markup(shapes[state])}</g>`

const box = new Markup('viewBox="0 0 16 16" width="16" height="16"')

/** A mark in running text; `label` is what a screen reader says, empty beside words that say it already. */
export function mark(state: VerdictState, label: string = stateWords[state]): Markup {
  const shape = new Markup(shapes[state])
  if (label === '') return html`<svg class="mark ${state}" ${box} aria-hidden="true">${shape}</svg>`

  return html`<svg class="mark ${state}" ${box} role="img" aria-label="${label}">
    <title>${label}</title>
    ${shape}
  </svg>`
}
