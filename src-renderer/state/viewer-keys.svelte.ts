import { hotSlices, sliceEnergy } from '../viewport/map-statistics'
import { registerKeys } from './keys.svelte'
import { cells } from './viewer-cells.svelte'
import { leadingReading } from './viewer-reading.svelte'
import { maps } from './maps.svelte'
import { overlay } from './overlay.svelte'
import { session } from './session.svelte'
import { picker } from './maps-picker.svelte'
import { viewer, type Layout } from './viewer.svelte'

/** A press shorter than this is a tap, not a hold. */
const TAP_MS = 250
/** Changes of the picture per second while J is held: 2 Hz (WCAG allows 3). */
const FLICKER_MS = 250
const PAN = 40

const layouts: Record<number, Layout> = { 1: 'single', 2: 'side-by-side', 3: 'side-by-side', 4: 'grid' }

/** The next hottest slice; `back` returns to a hotter one. */
function goToHotSlice(back: boolean): void {
  const values = leadingReading.measured
  if (values === null) return
  const order = hotSlices(sliceEnergy(values.map.values, values.map.size))
  if (order.length === 0) return

  const at = order.indexOf(viewer.slice)
  const next = at < 0 ? 0 : (at + (back ? -1 : 1) + order.length) % order.length
  viewer.goTo(order[next])
}

function holdBare(): { down: () => void; up: (heldMs: number) => void } {
  return {
    down: () => (overlay.bare = true),
    up: (heldMs) => {
      overlay.bare = false
      if (heldMs < TAP_MS) overlay.shown = !overlay.shown
    }
  }
}

function holdFlicker(): { down: () => void; up: () => void } {
  let timer: ReturnType<typeof setInterval> | undefined

  return {
    down: () => {
      cells.flickered = true
      timer = setInterval(() => (cells.flickered = !cells.flickered), FLICKER_MS)
    },
    up: () => {
      clearInterval(timer)
      cells.flickered = false
    }
  }
}

/** Keys of the image: slices, window, zoom, corners, layout. Returns the function that takes them back. */
export function registerImageKeys(): () => void {
  return registerKeys('image', {
    'bare-image': holdBare(),
    'slice-previous': () => viewer.goTo(viewer.slice - 1),
    'slice-next': () => viewer.goTo(viewer.slice + 1),
    'slice-ten-back': () => viewer.goTo(viewer.slice - 10),
    'slice-ten-on': () => viewer.goTo(viewer.slice + 10),
    'slice-first': () => viewer.goTo(0),
    'slice-last': () => viewer.goTo(viewer.slices - 1),
    'window-preset': ({ digit }) => viewer.preset(digit ?? 1),
    'window-values': () => (viewer.typingWindow = true),
    'zoom-fit': () => viewer.fit(),
    'zoom-true': () => viewer.truePixels(),
    'zoom-in': () => viewer.zoom(1.25),
    'zoom-out': () => viewer.zoom(0.8),
    'pan-left': () => viewer.pan({ x: PAN, y: 0 }),
    'pan-right': () => viewer.pan({ x: -PAN, y: 0 }),
    'pan-up': () => viewer.pan({ x: 0, y: PAN }),
    'pan-down': () => viewer.pan({ x: 0, y: -PAN }),
    'invert-grey': () => (viewer.inverted = !viewer.inverted),
    cine: () => (viewer.cine = viewer.slices > 1 && !viewer.cine),
    'corner-text': () => (viewer.cornerText = !viewer.cornerText),
    'volume-previous': () => session.stepVolume(-1),
    'volume-next': () => session.stepVolume(1),
    'linked-cursor': () => (viewer.linkedCursor = !viewer.linkedCursor),
    outlines: () => (viewer.outlines = !viewer.outlines),
    'opacity-less': () => (overlay.opacity -= 0.05),
    'opacity-more': () => (overlay.opacity += 0.05),
    'opacity-less-fine': () => (overlay.opacity -= 0.01),
    'opacity-more-fine': () => (overlay.opacity += 0.01),
    layout: ({ digit }) => cells.choose(layouts[digit ?? 1] ?? viewer.layout),
    'enlarge-viewport': () => cells.choose(viewer.layout === 'single' ? 'grid' : 'single'),
    'viewport-next': () => cells.step(1),
    'viewport-previous': () => cells.step(-1)
  })
}

/** Keys of the maps: which one, how it is read, what to add. */
export function registerViewKeys(): () => void {
  return registerKeys('view', {
    'map-choose': ({ digit }) => {
      const map = maps.rows[(digit ?? 1) - 1]
      if (map?.state === 'done') maps.select(map.mapId)
    },
    'map-none': () => maps.select(null),
    'map-previous': () => maps.step(-1),
    'map-next': () => maps.step(1),
    'hide-less': () => (overlay.hideBelow -= 0.05),
    'hide-more': () => (overlay.hideBelow += 0.05),
    'hide-less-fine': () => (overlay.hideBelow -= 0.01),
    'hide-more-fine': () => (overlay.hideBelow += 0.01),
    'add-map': () => picker.show(),
    target: () => picker.show('target'),
    'colour-map': () => overlay.nextColourMap(),
    'shared-scale': () => overlay.toggleScale(),
    contours: () => (overlay.contours = !overlay.contours),
    cells: () => (overlay.cells = !overlay.cells),
    flicker: holdFlicker(),
    'hot-slice-next': () => goToHotSlice(false),
    'hot-slice-previous': () => goToHotSlice(true),
    'pin-probe': () => (viewer.pinned = viewer.pinned === null ? viewer.hover : null)
  })
}
