import type { Filling } from '@shared/comparison'
import type { OverlayDrawing } from '../viewport/overlay-painter'
import { colourMapOf } from '../viewport/colour-maps'
import { removedOnImage } from '../viewport/removed-pixels'
import { registerKeys } from './keys.svelte'
import { maps } from './maps.svelte'
import { RemovalCurve } from './removal-curve.svelte'
import { settings } from './settings.svelte'
import { viewer } from './viewer.svelte'

/** Curves kept, of the maps looked at last. */
const KEPT = 6

/** "What if the hottest pixels are removed?": how many of them, and what the model then sees and says. */
class Removal {
  #percent = $state(0)
  #curves = $state.raw<readonly RemovalCurve[]>([])

  /** 0…100; above 0 the viewport shows the image as the model then sees it. */
  get percent(): number {
    return this.#percent
  }
  set percent(value: number) {
    const bounded = Math.min(100, Math.max(0, Math.round(value)))
    if (bounded === this.#percent) return
    this.#percent = bounded
    if (bounded === 0) return
    const curve = this.curve ?? this.#make()
    if (curve === null) return
    if (curve.scene === null) void curve.run()
    else void curve.want(bounded)
  }

  get filling(): Filling {
    return settings.filling
  }
  set filling(filling: Filling) {
    settings.filling = filling
    if (this.#percent > 0) this.start()
  }

  /** Of the map that leads; null before it was asked for. */
  get curve(): RemovalCurve | null {
    const map = maps.selected

    return this.#curves.find((one) => one.mapId === map?.mapId && one.filling === this.filling) ?? null
  }

  /** Computes the curve, or what is missing of it. */
  start(): void {
    void (this.curve ?? this.#make())?.run()
  }

  /** Another map, case or engine: nothing is removed, and what belonged to gone maps is forgotten. */
  reset(known: ReadonlySet<string>): void {
    this.#percent = 0
    for (const one of this.#curves) if (!known.has(one.mapId)) one.stop()
    this.#curves = this.#curves.filter((one) => known.has(one.mapId))
  }

  /** Draws the model's input at the share; null while nothing is removed or its picture is not here. */
  readonly drawing: OverlayDrawing | null = $derived.by(() => {
    const { image, drawn, pixelRatio } = viewer
    if (this.#percent === 0 || image === null || drawn === null || maps.selected?.caseId !== image.caseId) return null
    const share = this.curve?.shareOf(this.#percent) ?? null
    const source = share === null ? null : removedOnImage(share, image, drawn.slice)
    if (share === null || source === null) return null
    const { low, high } = share.scene

    return {
      source,
      slice: 0,
      image: { columns: image.size[0], rows: image.size[1] },
      // Opaque everywhere: what the model sees, not a colouring of the image.
      style: { rule: 'even', opacity: 1, threshold: 0, low, high: high > low ? high : low + 1, signed: false },
      table: colourMapOf('grey').table,
      placement: drawn.placement,
      cell: drawn.cell,
      pixelRatio,
      nearest: true,
      contours: []
    }
  })

  #make(): RemovalCurve | null {
    const map = maps.selected
    if (map?.state !== 'done' || map.flat || map.modelId === '') return null
    const curve = new RemovalCurve(map.mapId, this.filling)
    this.#curves = [...this.#curves.slice(-(KEPT - 1)), curve]

    return curve
  }
}

export const removal = new Removal()

/** The scrubber's keys; returns the function that takes them back. */
export function registerRemovalKeys(): () => void {
  return registerKeys('view', {
    'removal-less': () => (removal.percent -= 1),
    'removal-more': () => (removal.percent += 1),
    'removal-less-coarse': () => (removal.percent -= 10),
    'removal-more-coarse': () => (removal.percent += 10)
  })
}
