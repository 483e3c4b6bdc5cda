import { paintRegion, type ColourTable, type OverlayStyle } from './blend'

export interface PanelSize {
  readonly width: number
  readonly height: number
}

/** Grey values of 0…255 on a canvas of their own. */
export function greyCanvas(grey: ArrayLike<number>, { width, height }: PanelSize): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pixels = new Uint8ClampedArray(4 * width * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    pixels[4 * pixel] = pixels[4 * pixel + 1] = pixels[4 * pixel + 2] = grey[pixel]
    pixels[4 * pixel + 3] = 255
  }
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)

  return canvas
}

/** Colours a plane of values on a canvas, transparent where nothing is drawn. */
export function paintValues(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  { width, height }: PanelSize,
  look: { readonly style: OverlayStyle; readonly table: ColourTable }
): void {
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const pixels = paintRegion(
    { values, columns: width, start: 0, x: 0, y: 0, width, height, step: 1 },
    look.style,
    look.table
  )
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0)
}

/** A picture with its map over it, as one canvas. */
export function blendedCanvas(
  grey: HTMLCanvasElement,
  values: Float32Array | null,
  look: { readonly style: OverlayStyle; readonly table: ColourTable } | null
): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = grey.width
  canvas.height = grey.height
  const pen = canvas.getContext('2d')
  pen?.drawImage(grey, 0, 0)
  if (values !== null && look !== null) {
    const colours = document.createElement('canvas')
    paintValues(colours, values, grey, look)
    pen?.drawImage(colours, 0, 0)
  }

  return canvas
}
