import type { Point } from '../../viewport/placement'

/** What the pointer asks for; the cell answers. Points are CSS pixels from the top left of the cell. */
export interface GestureTarget {
  window(by: Point): void
  zoom(factor: number, at: Point): void
  pan(by: Point): void
  scroll(by: number): void
  opacity(by: number): void
  hover(at: Point | null): void
  press(): void
  enlarge(): void
  /** True when the wheel turns slices; otherwise it zooms. */
  readonly scrolls: boolean
}

const LEFT = 1
const RIGHT = 2
const MIDDLE = 4
/** Pixels of dragging with both buttons per slice. */
const PIXELS_PER_SLICE = 6
/** A wheel sends at least this much a notch, a touchpad many smaller turns. */
const NOTCH = 40

/** Adds up parts of steps and gives the whole ones. */
class Steps {
  #rest = 0

  add(part: number): number {
    this.#rest += part
    const whole = Math.trunc(this.#rest)
    this.#rest -= whole

    return whole
  }
}

/**
 * Mouse and pen on a cell: left drags level and width, right zooms, middle or Shift + left pans, both buttons scroll;
 * the wheel turns slices, with Ctrl it zooms, with Shift it changes the opacity.
 */
class Gestures {
  #last: Point | null = null
  #start: Point = { x: 0, y: 0 }
  readonly #dragged = new Steps()
  readonly #turned = new Steps()

  constructor(
    private readonly element: HTMLElement,
    private readonly target: GestureTarget
  ) {}

  readonly down = (event: PointerEvent): void => {
    this.#start = this.#last = this.#local(event)
    this.element.setPointerCapture(event.pointerId)
    this.target.press()
  }

  readonly move = (event: PointerEvent): void => {
    const at = this.#local(event)
    if (this.#last !== null && event.buttons !== 0)
      this.#drag(event, { x: at.x - this.#last.x, y: at.y - this.#last.y })
    this.#last = at
    this.target.hover(at)
  }

  readonly up = (event: PointerEvent): void => {
    if (this.element.hasPointerCapture(event.pointerId)) this.element.releasePointerCapture(event.pointerId)
  }

  readonly wheel = (event: WheelEvent): void => {
    event.preventDefault()
    const turn = event.deltaY === 0 ? event.deltaX : event.deltaY
    if (event.shiftKey) return this.target.opacity(turn > 0 ? -0.05 : 0.05)
    if (event.ctrlKey || event.metaKey || !this.target.scrolls) {
      return this.target.zoom(Math.exp(-turn / 600), this.#local(event))
    }

    const slices = this.#turned.add(Math.abs(turn) >= NOTCH ? Math.sign(turn) : turn / NOTCH)
    if (slices !== 0) this.target.scroll(slices)
  }

  /** The page may be zoomed (text size): the cell counts its own pixels. */
  #local(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect()
    const scale = box.width === 0 ? 1 : this.element.clientWidth / box.width

    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale }
  }

  #drag({ buttons, shiftKey }: PointerEvent, by: Point): void {
    if ((buttons & LEFT) !== 0 && (buttons & RIGHT) !== 0) {
      const slices = this.#dragged.add(by.y / PIXELS_PER_SLICE)
      if (slices !== 0) this.target.scroll(slices)
    } else if ((buttons & MIDDLE) !== 0 || ((buttons & LEFT) !== 0 && shiftKey)) {
      this.target.pan(by)
    } else if ((buttons & RIGHT) !== 0) {
      this.target.zoom(Math.exp(-by.y / 150), this.#start)
    } else if ((buttons & LEFT) !== 0) {
      this.target.window({ x: by.x, y: -by.y })
    }
  }
}

/** Follows the pointer on an element; returns the function that stops it. */
export function followPointer(element: HTMLElement, target: GestureTarget): () => void {
  const { down, move, up, wheel } = new Gestures(element, target)
  const stop = new AbortController()
  const options = { signal: stop.signal }

  element.addEventListener('pointerdown', down, options)
  element.addEventListener('pointermove', move, options)
  element.addEventListener('pointerup', up, options)
  element.addEventListener('pointerleave', () => target.hover(null), options)
  element.addEventListener('wheel', wheel, { ...options, passive: false })
  element.addEventListener('dblclick', () => target.enlarge(), options)
  element.addEventListener('contextmenu', (event) => event.preventDefault(), options)

  return () => stop.abort()
}
