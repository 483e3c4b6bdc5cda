import type { DisplayImage } from '@shared/vocabulary'

/** Pixel size for drawing: millimetres, or squares of 1 where the file has no scale. */
export function drawnSpacing(image: DisplayImage): { x: number; y: number } {
  return image.spacingMm === null ? { x: 1, y: 1 } : { x: image.spacingMm[0], y: image.spacingMm[1] }
}
