import { SUV_BY_WEIGHT } from '@shared/uptake'
import { lowerOf, upperOf, windowText } from '../viewport/grey-window'
import { scaleBar } from '../viewport/length-scale'
import { zoomPercent } from '../viewport/placement'
import { isUpright, sameTurn } from '../viewport/turn'
import { mprWords } from './catalogue-mpr'
import { viewWords } from './catalogue-view'
import type { Pane } from './pane.svelte'
import { viewer } from './viewer.svelte'

/** "0.78", or "0.5 × 1.2" of columns and rows that are not equally far apart. */
export function pixelWords([x, y]: readonly [number, number, number]): string {
  const words = [x, y].map((length) => String(Number(length.toPrecision(3))))

  return words[0] === words[1] ? words[0] : words.join(' × ')
}

/** What the corners of a pane say of its image, whichever pane it is. */
export class PaneWords {
  constructor(private readonly pane: Pane) {}

  /** Sex, age, date and description: they say whose picture it is as its name does. */
  readonly person: readonly string[] = $derived.by(() =>
    viewer.identityHidden ? [] : (this.pane.image?.corner.slice(1) ?? [])
  )

  /** null for a single picture. */
  readonly slice: string | null = $derived.by(() => {
    const { image, slice, slices } = this.pane
    if (image === null || slices === 1) return null
    const apart = image.spacingMm ? ` · ${mprWords.spacing(image.spacingMm[2].toFixed(1))}` : ''

    return `slice ${slice + 1} of ${slices}${apart}`
  })

  readonly pixels: string = $derived.by(() => {
    const { image, placement, turn, standardTurn, pixelRatio } = this.pane
    if (image === null || placement === null) return ''
    const squares = this.pane.squares ? `, ${viewWords.squares}` : ''
    const turned = sameTurn(turn, standardTurn) ? viewWords.usualWay : viewWords.turned(turn)
    const zoom = `Zoom ${Math.round(zoomPercent(placement, pixelRatio))} %${squares}${isUpright(turn) ? '' : ` · ${turned}`}`

    return image.spacingMm === null ? zoom : `${zoom} · ${pixelWords(image.spacingMm)} mm per pixel`
  })

  readonly window: string = $derived.by(() => {
    const { window, inverted } = this.pane
    const unit = this.uptake?.computed === true ? ` ${SUV_BY_WEIGHT}` : ''

    return `W ${this.#shown(window.width)}  L ${this.#shown(window.center)}${unit}${inverted ? ` · ${viewWords.inverted}` : ''}`
  })

  readonly windowEnds: string = $derived.by(() => {
    const { window } = this.pane

    return `${this.#shown(lowerOf(window))} to ${this.#shown(upperOf(window))}`
  })

  /** Of a PET: in what its values are read off, or why not in uptake; null for other images. */
  readonly uptake: { readonly computed: boolean; readonly words: string } | null = $derived.by(() => {
    const uptake = this.pane.image?.uptake ?? null
    if (uptake === null) return null

    return 'factor' in uptake
      ? { computed: true, words: viewWords.uptake.computed }
      : { computed: false, words: viewWords.uptake.not(uptake.reason) }
  })

  /** A value of the window in the unit values are read off in. */
  #shown(value: number): string {
    const { range, readIn } = this.pane
    const { factor } = readIn

    return windowText(value * factor, { min: range.min * factor, max: range.max * factor })
  }

  /** null where the file has no scale, or nothing is drawn yet. */
  readonly bar = $derived.by(() => {
    const { image, placement, cell } = this.pane

    return image === null || image.spacingMm === null || placement === null
      ? null
      : scaleBar(cell.width, placement.scaleX / image.spacingMm[0])
  })
}
