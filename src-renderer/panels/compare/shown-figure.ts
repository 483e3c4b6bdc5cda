import { viewWords } from '../../state/catalogue-view'
import { beside } from '../../state/beside.svelte'
import { sheet } from '../../state/sheet.svelte'
import { shell } from '../../state/shell.svelte'
import { viewer } from '../../state/viewer.svelte'
import type { Figure } from '../../viewport/figure'
import { sheetFigure } from '../sheet/sheet-figure'
import { cutsFigure, mosaicFigure } from './cuts-figure'
import { gridFigure } from './grid-figure'
import { mprFigure } from './mpr-figure'
import './print-figure.css'

/** What View shows as one figure, in its layout, or the sheet of many cases; a sentence where there is none. */
export function shownFigure(): Figure | string {
  if (shell.screen === 'studies' && sheet.caseIds !== null) return sheetFigure()
  const { image, layout } = viewer
  if (shell.screen !== 'view') return viewWords.print.elsewhere
  if (image === null) return viewWords.print.noImage
  if (beside.shown) return viewWords.print.twoStudies
  if (viewer.slices > 1 && layout === 'mpr') return mprFigure(image)
  if (viewer.slices > 1 && layout === 'cuts') return cutsFigure(image)
  if (viewer.slices > 1 && layout === 'mosaic') return mosaicFigure(image)

  return gridFigure(image)
}
