import { drawFigure, type Figure } from '../viewport/figure'
import { viewWords } from './catalogue-view'

/** The picture of View as a figure to be printed: with scale, colours, names and what it is not for. */
class Printing {
  /** Makes the figure of what is shown now, or a sentence why there is none; set by whoever draws figures. */
  figure: (() => Figure | string) | null = null

  /** Prints the figure alone on its page; answers a sentence where there is nothing to print. */
  print(): string | null {
    const figure = this.figure?.() ?? viewWords.print.elsewhere
    if (typeof figure === 'string') return figure
    const page = document.createElement('div')
    page.className = 'printed-figure'
    page.append(drawFigure(figure))
    document.body.append(page)
    window.addEventListener('afterprint', () => page.remove(), { once: true })
    window.print()

    return null
  }
}

export const printing = new Printing()
