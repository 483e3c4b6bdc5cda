import { identityAffine } from '@engine/geometry/affine'
import type { Affine, Volume } from '@engine/geometry/volume'

/** Resolutions that programs write without having measured anything: screens and printers. */
const printResolutions = [72, 90, 96, 100, 120, 144, 150, 180, 200, 240, 300, 350, 400, 600, 720, 1200, 2400]

/** What a picture's resolution says about the size of its pixels, in words. */
export interface PixelSpacing {
  /** `[x, y, z]` in millimetres; null when nothing believable is stated. */
  readonly spacing: Volume['spacingMm']
  readonly warnings: readonly string[]
}

/**
 * Pixel size from pixels a millimetre. Resolutions of screens and printers are no measurement and are not used; nor is a
 * pixel below 0.1 µm, above 20 mm, or ten times longer than wide. Slices lie `sliceMm` apart, 1 mm when that is not stated.
 */
export function pixelSpacing(perMm: readonly [number, number] | null, sliceMm: number | null = null): PixelSpacing {
  if (perMm === null) return { spacing: null, warnings: [] }
  const [x, y] = [1 / perMm[0], 1 / perMm[1]]
  const dpi = perMm.map((value) => value * 25.4)
  if (dpi.every((value) => printResolutions.some((usual) => Math.abs(value - usual) < 0.5))) {
    return {
      spacing: null,
      warnings: [`The file states ${Math.round(dpi[0])} dpi, a print resolution; it is not taken for a pixel size.`]
    }
  }
  const plausible = [x, y].every((mm) => mm >= 1e-4 && mm <= 20) && x / y < 10 && y / x < 10
  if (!plausible) return { spacing: null, warnings: [] }
  const words = `${figure(x)} × ${figure(y)}`
  return {
    spacing: [x, y, sliceMm ?? 1],
    warnings: [`The pixel size of ${words} mm is taken from the resolution the file states.`]
  }
}

const figure = (mm: number): string => String(Number(mm.toPrecision(4)))

/** Axes of a picture that is not placed: pixels of this size, the first one at the origin. */
export function spacedAffine(spacing: Volume['spacingMm']): Affine {
  if (spacing === null) return identityAffine
  const [x, y, z] = spacing
  return [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1]
}
