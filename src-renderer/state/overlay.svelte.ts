import type { BlendRule } from '../viewport/blend'
import type { LimitKind } from '../viewport/overlay-style'
import { sequentialMaps, type ColourMapId } from '../viewport/colour-maps'

export type MapView = 'magnitude' | 'signed'
export type ScaleChoice = 'own' | 'shared'

const clamp01 = (value: number): number => Math.min(1, Math.max(0, value))
const hundredths = (value: number): number => Math.round(value * 100) / 100

/** How maps are laid over the image; the same for all maps and cells. Nothing here asks the engine. */
class Overlay {
  #opacity = $state(0.5)
  #hideBelow = $state(0.2)
  #hideAbove = $state(1)
  /** What both limits count: places of the scale, or shares of the pixels. */
  limits = $state<LimitKind>('value')
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
    this.#hideBelow = Math.min(hundredths(clamp01(value)), this.#hideAbove)
  }

  /** Share above which nothing is drawn either; 1: everything is. */
  get hideAbove(): number {
    return this.#hideAbove
  }
  set hideAbove(value: number) {
    this.#hideAbove = Math.max(hundredths(clamp01(value)), this.#hideBelow)
  }

  /** Both ends of the band that is drawn. */
  band([low, high]: readonly [number, number]): void {
    this.#hideBelow = hundredths(clamp01(Math.min(low, high)))
    this.#hideAbove = hundredths(clamp01(Math.max(low, high)))
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
      this.band([0.9, 1])
      this.limits = 'percentile'
    } else {
      this.opacity = 0.5
      this.band([0.2, 1])
      this.limits = 'value'
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
