import type { DisplayImage } from '@shared/vocabulary'
import { Pane } from './pane.svelte'
import { settings } from './settings.svelte'
import { habits } from './view-habits.svelte'

export type { Spot } from './pane.svelte'
export type Layout = 'single' | 'mpr' | 'side-by-side' | 'grid' | 'cuts' | 'mosaic'

export const MAX_CELLS = 24

/** What is looked at: one state for all cells, so that zoom, pan, slice, window and cursor are linked by construction. */
class Viewer extends Pane {
  layout = $state<Layout>('single')
  cornerText = $state(settings.cornerText)
  identityHidden = $state(false)
  outlines = $state(true)
  cues = $state(false)
  linkedCursor = $state(true)
  page = $state(0)
  cine = $state(false)
  /** Another study stands beside this one: the layout stays whatever case comes. */
  holdsLayout = $state(false)

  /** Starts over with an image, in the layout last used for its modality. */
  open(image: DisplayImage, modality = ''): void {
    const before = this.modality
    if (!this.take(image, modality)) return
    if (modality !== before && !this.holdsLayout) this.chooseLayout(habits.layoutOf(modality))
    this.cine = false
  }

  chooseLayout(layout: Layout): void {
    this.layout = layout
    this.page = 0
  }
}

export const viewer = new Viewer()
