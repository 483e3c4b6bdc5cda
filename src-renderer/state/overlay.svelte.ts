import type { BlendRule } from '../viewport/blend'
import { sequentialMaps, type ColourMapId } from '../viewport/colour-maps'

export type MapView = 'magnitude' | 'signed'
export type ScaleChoice = 'own' | 'shared'

const clamp01 = (value: number): number => Math.min(1, Math.max(0, value))
const hundredths = (value: number): number => Math.round(value * 100) / 100

/** How maps are laid over the image; the same for all maps and cells. Nothing here asks the engine. */
class Overlay {
  #opacity = $state(0.5)
  #hideBelow = $state(0.2)
  rule = $state<BlendRule>('graded')
  colourMap = $state<ColourMapId>('inferno')
  scale = $state<ScaleChoice>('own')
  view = $state<MapView>('magnitude')
  /** Toggled by a tap on Space. */
  shown = $state(true)
  /** While Space is held: the bare image. */
  bare = $state(false)
  contours = $state(false)
  /** The model's own cells instead of the interpolated map. */
  cells = $state(false)

  /** 0…1 in steps of 0.01. */
  get opacity(): number {
    return this.#opacity
  }
  set opacity(value: number) {
    this.#opacity = hundredths(clamp01(value))
  }

  /** Share of the scale, 0…1 in steps of 0.01, below which nothing is drawn. */
  get hideBelow(): number {
    return this.#hideBelow
  }
  set hideBelow(value: number) {
    this.#hideBelow = hundredths(clamp01(value))
  }

  get visible(): boolean {
    return this.shown && !this.bare
  }

  chooseRule(rule: BlendRule): void {
    const before = this.rule
    this.rule = rule
    if (rule === before || (rule !== 'by-value' && before !== 'by-value')) return
    // The published way of this rule starts weaker and hides nine tenths (screens, section 5).
    if (rule === 'by-value') {
      this.opacity = 0.3
      this.hideBelow = 0.9
    } else {
      this.opacity = 0.5
      this.hideBelow = 0.2
    }
  }

  nextColourMap(): void {
    const at = sequentialMaps.findIndex((map) => map.id === this.colourMap)
    this.colourMap = sequentialMaps[(at + 1) % sequentialMaps.length].id
  }

  toggleScale(): void {
    this.scale = this.scale === 'own' ? 'shared' : 'own'
  }
}

export const overlay = new Overlay()
