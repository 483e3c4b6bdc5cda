import { hotSlices } from '../viewport/map-statistics'
import { flipped, rotated, sameTurn, UPRIGHT } from '../viewport/turn'
import { registerKeys } from './keys.svelte'
import { beside } from './beside.svelte'
import { casesBehind } from './cases-behind.svelte'
import { cells } from './viewer-cells.svelte'
import { leadingReading } from './viewer-reading.svelte'
import { isDrawable } from './map-kinds'
import { segments } from './map-segments.svelte'
import { maps } from './maps.svelte'
import { measureCursor } from './measure-cursor.svelte'
import { measurementKinds, measuring } from './measuring.svelte'
import { mpr } from './mpr.svelte'
import { overlay } from './overlay.svelte'
import { session } from './session.svelte'
import { sheet } from './sheet.svelte'
import { shell } from './shell.svelte'
import { picker } from './maps-picker.svelte'
import { viewer, type Layout } from './viewer.svelte'

/** A press shorter than this is a tap, not a hold. */
const TAP_MS = 250
/** Changes of the picture per second while J is held: 2 Hz (WCAG allows 3). */
const FLICKER_MS = 250
const PAN = 40

const layouts: Record<number, Layout> = { 1: 'single', 2: 'mpr', 3: 'side-by-side', 4: 'grid', 5: 'cuts', 6: 'mosaic' }

/** Read shows one stack, whatever the layout of View is. */
const inCuts = (): boolean => viewer.layout === 'mpr' && shell.screen !== 'read'

/** Turns the slices of what the keys act on: the stack, or the cut that has the focus. */
function turn(by: number): void {
  if (inCuts()) mpr.scroll(mpr.focused, by)
  else beside.active.goTo(beside.active.slice + by)
}

function turnTo(end: 'first' | 'last'): void {
  if (inCuts()) mpr.turnTo(mpr.focused, end === 'first' ? 0 : Number.MAX_SAFE_INTEGER)
  else beside.active.goTo(end === 'first' ? 0 : beside.active.slices - 1)
}

function pan(x: number, y: number): void {
  if (inCuts()) mpr.pan(mpr.focused, { x, y })
  else beside.active.pan({ x, y })
}

function zoom(factor: number): void {
  if (inCuts()) mpr.zoom(factor)
  else beside.active.zoom(factor)
}

/** The next hottest slice; `back` returns to a hotter one. */
function goToHotSlice(back: boolean): void {
  const values = leadingReading.measured
  if (values === null) return
  const order = hotSlices(values.energies.within(leadingReading.style ?? undefined))
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

/** Keys of the image on View and Read: slices, window, zoom, corners. Returns the function that takes them back. */
export function registerImageKeys(): () => void {
  return registerKeys('image', {
    'bare-image': holdBare(),
    'slice-previous': () => turn(-1),
    'slice-next': () => turn(1),
    'slice-ten-back': () => turn(-10),
    'slice-ten-on': () => turn(10),
    'slice-first': () => turnTo('first'),
    'slice-last': () => turnTo('last'),
    'window-preset': ({ digit }) => beside.active.preset(digit ?? 1),
    'window-values': () => (beside.active.typingWindow = true),
    'zoom-fit': () => (inCuts() ? mpr.fit() : beside.active.fit()),
    'zoom-true': () => beside.active.truePixels(),
    'zoom-in': () => zoom(1.25),
    'zoom-out': () => zoom(0.8),
    'pan-left': () => pan(PAN, 0),
    'pan-right': () => pan(-PAN, 0),
    'pan-up': () => pan(0, PAN),
    'pan-down': () => pan(0, -PAN),
    'rotate-right': () => (beside.active.turn = rotated(beside.active.turn, 1)),
    'flip-across': () => (beside.active.turn = flipped(beside.active.turn, 'across')),
    'flip-down': () => (beside.active.turn = flipped(beside.active.turn, 'down')),
    // Back to the usual way round; there already, to the way it was stored.
    'turn-upright': () => {
      const { active } = beside
      active.turn = sameTurn(active.turn, active.standardTurn) ? UPRIGHT : active.standardTurn
    },
    'invert-grey': () => (beside.active.inverted = !beside.active.inverted),
    cine: () => (viewer.cine = viewer.slices > 1 && !viewer.cine),
    'corner-text': () => (viewer.cornerText = !viewer.cornerText),
    'volume-previous': () => session.stepVolume(-1),
    'volume-next': () => session.stepVolume(1),
    outlines: () => (viewer.outlines = !viewer.outlines),
    'opacity-less': () => (overlay.opacity -= 0.05),
    'opacity-more': () => (overlay.opacity += 0.05),
    'opacity-less-fine': () => (overlay.opacity -= 0.01),
    'opacity-more-fine': () => (overlay.opacity += 0.01)
  })
}

/** One step back: the unfinished measurement, the cross, the tool. */
function endMeasuring(): boolean {
  if (measuring.draft === null && measureCursor.at !== null) {
    measureCursor.leave()

    return true
  }

  return measuring.stepBack()
}

/** Keys of the maps: which one, how it is read, what to add, how they are laid out. */
export function registerViewKeys(): () => void {
  return registerKeys('view', {
    'map-choose': ({ digit }) => {
      const map = maps.rows[(digit ?? 1) - 1]
      if (map !== undefined && isDrawable(map)) maps.select(map.mapId)
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
    segments: () => segments.toggle(),
    cells: () => (overlay.cells = !overlay.cells),
    flicker: holdFlicker(),
    measure: ({ digit }) => measuring.choose(measurementKinds[(digit ?? 1) - 1] ?? null),
    'measure-delete': () => measuring.remove(measuring.selectedId),
    'measure-restore': () => measuring.bringBack(),
    'measure-cursor': () => measureCursor.toggle(),
    'measure-end': () => void (endMeasuring() || sheet.comeBack() || casesBehind.comeBack()),
    'hot-slice-next': () => goToHotSlice(false),
    'hot-slice-previous': () => goToHotSlice(true),
    'beside-swap': () => beside.swap(),
    'beside-close': () => beside.close(),
    'pin-probe': () => (viewer.pinned = viewer.pinned === null ? viewer.hover : null),
    'linked-cursor': () => (viewer.linkedCursor = !viewer.linkedCursor),
    layout: ({ digit }) => {
      measureCursor.leave()
      cells.choose(layouts[digit ?? 1] ?? viewer.layout)
    },
    'enlarge-viewport': () => (inCuts() ? mpr.enlarge() : cells.choose(viewer.layout === 'single' ? 'grid' : 'single')),
    'viewport-next': () => (inCuts() ? mpr.step(1) : cells.step(1)),
    'viewport-previous': () => (inCuts() ? mpr.step(-1) : cells.step(-1)),
    straighten: () => (mpr.straight = inCuts() && !mpr.straight)
  })
}
