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
    const { window, range } = this.pane

    return `W ${windowText(window.width, range)}  L ${windowText(window.center, range)}`
  })

  readonly windowEnds: string = $derived.by(() => {
    const { window, range } = this.pane

    return `${windowText(lowerOf(window), range)} to ${windowText(upperOf(window), range)}`
  })

  /** null where the file has no scale, or nothing is drawn yet. */
  readonly bar = $derived.by(() => {
    const { image, placement, cell } = this.pane

    return image === null || image.spacingMm === null || placement === null
      ? null
      : scaleBar(cell.width, placement.scaleX / image.spacingMm[0])
  })
}
