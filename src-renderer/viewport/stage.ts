import { cache, Enums, getShouldUseCPURendering, init, RenderingEngine, type Types } from '@cornerstonejs/core'
import type { DisplayImage } from '@shared/vocabulary'
import { display, registerDisplayedImages } from './displayed-images'
import { drawnSpacing } from './drawn-spacing'
import { lowerOf, upperOf, type GreyWindow } from './grey-window'
import { placementOf, type Camera, type CellSize, type ImageGrid, type Placement } from './placement'

const ENGINE = 'saliscope'
let stages = 0
let started = false

/** Prepares Cornerstone3D once: one WebGL context, or the processor where there is no WebGL. */
function start(): void {
  if (started) return
  started = true
  init({ rendering: { webGlContextCount: 1 }, debug: { statsOverlay: false } })
  registerDisplayedImages()
}

/** What the drawing depends on; the stage draws again when one of them changes. */
export interface StageView {
  readonly slice: number
  readonly window: GreyWindow
  readonly inverted: boolean
  readonly camera: Camera
  /** False: every voxel as the square it is. */
  readonly smooth: boolean
}

/** What a drawn frame shows. Whatever lies over the image is drawn from this, never from what was asked for since. */
export interface DrawnGrey {
  readonly placement: Placement
  readonly slice: number
  readonly smooth: boolean
  readonly cell: CellSize
}

export const gridOf = (image: DisplayImage): ImageGrid => {
  const spacing = drawnSpacing(image)

  return { columns: image.size[0], rows: image.size[1], spacingX: spacing.x, spacingY: spacing.y }
}

/** One image or series drawn by Cornerstone3D into an element. */
export class Stage {
  readonly #id = `stage-${++stages}`
  readonly #element: HTMLDivElement
  readonly #engine: RenderingEngine
  readonly #drawn: (canvas: HTMLCanvasElement) => void
  #viewport: Types.IStackViewport
  #image: DisplayImage | null = null
  #release: (() => void) | null = null
  /** What was asked for last, while an image is loading too. */
  #wanted: StageView | null = null
  #view: StageView | null = null
  /** What the viewport was last set to. */
  #applied: StageView | null = null

  /** `drawn` is called in the same frame in which the image appears, with the canvas that holds it. */
  constructor(element: HTMLDivElement, drawn: (canvas: HTMLCanvasElement) => void) {
    start()
    this.#element = element
    this.#drawn = drawn
    this.#engine = new RenderingEngine(`${ENGINE}-${this.#id}`)
    this.#engine.enableElement({
      viewportId: this.#id,
      type: Enums.ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] }
    })
    this.#viewport = this.#engine.getViewport(this.#id) as Types.IStackViewport
    element.addEventListener(Enums.Events.IMAGE_RENDERED, this.#rendered)
  }

  /** True when the graphics card (or its software twin) draws. */
  static usesGpu(): boolean {
    start()

    return !getShouldUseCPURendering()
  }

  get canvas(): HTMLCanvasElement {
    return this.#viewport.getCanvas()
  }

  /** Shows an image; the one before is forgotten. */
  async show(image: DisplayImage, view: StageView): Promise<void> {
    const { imageIds, release } = display(image)
    const before = this.#release
    const loading = (this.#image = image)
    this.#release = this.#view = this.#applied = null
    this.#wanted = view

    await this.#viewport.setStack(imageIds, view.slice)
    before?.()
    if (this.#image !== loading) return release()

    this.#release = release
    // Keys may have zoomed or turned slices while the image was loading.
    this.update(this.#wanted)
  }

  /** Applies what changed and draws in the next frame. */
  update(view: StageView): void {
    this.#wanted = view
    if (this.#image === null || this.#release === null) return
    const before = this.#view
    this.#view = view
    if (before !== null && before.slice !== view.slice) return void this.#turnTo(view.slice)

    this.#apply(view)
  }

  /** After the element changed its size. */
  resize(): void {
    if (this.#element.clientWidth === 0 || this.#element.clientHeight === 0) return
    this.#engine.resize(true, true)
    if (this.#view !== null && this.#release !== null) this.#apply(this.#view)
  }

  destroy(): void {
    this.#element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.#rendered)
    this.#image = null
    this.#release?.()
    this.#release = null
    this.#engine.destroy()
    cache.purgeCache()
  }

  async #turnTo(slice: number): Promise<void> {
    await this.#viewport.setImageIdIndex(slice)
    const view = this.#view
    if (view === null || this.#release === null) return
    // The wheel may have turned on meanwhile.
    if (view.slice === slice) this.#apply(view)
    else await this.#turnTo(view.slice)
  }

  #apply(view: StageView): void {
    const { smooth, window, inverted } = view
    this.#viewport.setProperties({
      voiRange: { lower: lowerOf(window), upper: upperOf(window) },
      invert: inverted,
      interpolationType: smooth ? Enums.InterpolationType.LINEAR : Enums.InterpolationType.NEAREST
    })
    this.#placeCamera(view.camera)
    this.#applied = view
    this.#viewport.render()
  }

  #placeCamera(camera: Camera): void {
    if (this.#image === null) return
    const grid = gridOf(this.#image)
    const cell = { width: this.#element.clientWidth, height: this.#element.clientHeight }
    const placement = placementOf(grid, camera, cell)
    // Voxel centres are at whole indices in Cornerstone's world, at half numbers in image coordinates.
    const focus: Types.Point3 = [(camera.x - 0.5) * grid.spacingX, (camera.y - 0.5) * grid.spacingY, 0]
    const { position = [0, 0, -1] } = this.#viewport.getCamera()

    this.#viewport.setCamera({
      focalPoint: focus,
      position: [focus[0], focus[1], position[2]],
      parallelScale: (cell.height / 2 / placement.scaleX) * grid.spacingX
    })
  }

  readonly #rendered = (): void => this.#drawn(this.canvas)

  /** What Cornerstone really drew, and where; null before the first picture of an image. */
  drawn(): DrawnGrey | null {
    const placement = this.#placement()
    if (placement === null || this.#applied === null) return null
    const { clientWidth: width, clientHeight: height } = this.#element
    const slice = this.#viewport.getCurrentImageIdIndex()

    return { placement, slice, smooth: this.#applied.smooth, cell: { width, height } }
  }

  #placement(): Placement | null {
    if (this.#image === null || this.#release === null) return null
    const { spacingX, spacingY } = gridOf(this.#image)
    const [x0, y0] = this.#viewport.worldToCanvas([-0.5 * spacingX, -0.5 * spacingY, 0])
    const [x1, y1] = this.#viewport.worldToCanvas([99.5 * spacingX, 99.5 * spacingY, 0])

    return { scaleX: (x1 - x0) / 100, scaleY: (y1 - y0) / 100, offsetX: x0, offsetY: y0 }
  }
}
