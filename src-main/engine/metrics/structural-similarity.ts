import { gaussianWindow, localMeans, uniformWindow, validShape, type Window } from '@engine/metrics/local-sums'

export type SsimWindow = 'uniform7' | 'gaussian11'

/** Settings that must be stated with every SSIM. */
export interface SsimSettings {
  readonly window: SsimWindow
  /** Largest possible difference of two values: 1 for maps in [0, 1]; 2 is compatible with Arun et al. */
  readonly dataRange: number
  /** `sample` divides by n − 1 (scikit-image's default), `population` by n (Wang 2004). */
  readonly covariance: 'sample' | 'population'
}

/** The app's default: 7 × 7 uniform window, maps in [0, 1], sample covariance. */
export const defaultSsim: SsimSettings = { window: 'uniform7', dataRange: 1, covariance: 'sample' }

/** A map with its local means and variances, so that comparing it with many others costs one filter each. */
export interface PreparedMap {
  readonly values: Float32Array
  readonly shape: readonly number[]
  readonly settings: SsimSettings
  readonly means: Float64Array
  readonly variances: Float64Array
}

const windows: Record<SsimWindow, Window> = { uniform7: uniformWindow(7), gaussian11: gaussianWindow(1.5, 3.5) }
const k1 = 0.01
const k2 = 0.03

/** n / (n − 1) for sample covariance. */
function covarianceFactor(shape: readonly number[], settings: SsimSettings): number {
  if (settings.covariance === 'population') return 1
  const count = windows[settings.window].width ** shape.length
  return count / (count - 1)
}

/** Null when the map is smaller than the window. */
export function prepareMap(
  values: Float32Array,
  shape: readonly number[],
  settings: SsimSettings = defaultSsim
): PreparedMap | null {
  const window = windows[settings.window]
  if (validShape(shape, window) === null) return null
  const means = localMeans(values, null, shape, window)
  const variances = localMeans(values, values, shape, window)
  const factor = covarianceFactor(shape, settings)
  for (let index = 0; index < means.length; index++) {
    variances[index] = factor * (variances[index] - means[index] * means[index])
  }
  return { values, shape, settings, means, variances }
}

/** Local SSIM at every position whose window lies inside the image. */
export function localSimilarity(a: PreparedMap, b: PreparedMap): Float64Array {
  const { settings, shape } = a
  const similarity = localMeans(a.values, b.values, shape, windows[settings.window])

  const factor = covarianceFactor(shape, settings)
  const c1 = (k1 * settings.dataRange) ** 2
  const c2 = (k2 * settings.dataRange) ** 2
  for (let index = 0; index < similarity.length; index++) {
    const meanA = a.means[index]
    const meanB = b.means[index]
    const product = meanA * meanB
    const covariance = factor * (similarity[index] - product)
    similarity[index] =
      ((2 * product + c1) * (2 * covariance + c2)) /
      ((meanA * meanA + meanB * meanB + c1) * (a.variances[index] + b.variances[index] + c2))
  }
  return similarity
}

/** Mean local SSIM of two maps prepared with the same settings. */
export function similarityOf(a: PreparedMap, b: PreparedMap): number {
  const local = localSimilarity(a, b)
  let sum = 0
  for (let index = 0; index < local.length; index++) sum += local[index]
  return sum / local.length
}

/** Mean SSIM of two maps of one shape; null when they are smaller than the window. */
export function ssim(
  a: Float32Array,
  b: Float32Array,
  shape: readonly number[],
  settings: SsimSettings = defaultSsim
): number | null {
  const preparedA = prepareMap(a, shape, settings)
  const preparedB = prepareMap(b, shape, settings)
  return preparedA === null || preparedB === null ? null : similarityOf(preparedA, preparedB)
}

/** Local SSIM on the whole image, mirrored at its border as scikit-image does; for drawing where two maps agree. */
export function similarityMap(
  a: Float32Array,
  b: Float32Array,
  shape: readonly number[],
  settings: SsimSettings = defaultSsim
): Float64Array | null {
  const margin = (windows[settings.window].width - 1) / 2
  const padded = shape.map((size) => size + 2 * margin)
  const preparedA = prepareMap(mirrorBorder(a, shape, margin), padded, settings)
  const preparedB = prepareMap(mirrorBorder(b, shape, margin), padded, settings)
  return preparedA === null || preparedB === null ? null : localSimilarity(preparedA, preparedB)
}

/** Values with `margin` more on every side, mirrored with the edge repeated: c b a | a b c. */
function mirrorBorder(values: Float32Array, shape: readonly number[], margin: number): Float32Array {
  let current = values
  const sizes = [...shape]
  for (let axis = 0; axis < shape.length; axis++) {
    const inner = sizes.slice(axis + 1).reduce((product, size) => product * size, 1)
    const length = sizes[axis]
    const outer = current.length / (length * inner)
    const wider = new Float32Array(outer * (length + 2 * margin) * inner)
    for (let block = 0; block < outer; block++) {
      for (let position = -margin; position < length + margin; position++) {
        const source = mirrored(position, length)
        const from = (block * length + source) * inner
        wider.set(current.subarray(from, from + inner), (block * (length + 2 * margin) + position + margin) * inner)
      }
    }
    current = wider
    sizes[axis] = length + 2 * margin
  }
  return current
}

/** Index of a position mirrored into 0…length − 1, however far outside it lies. */
function mirrored(position: number, length: number): number {
  const period = 2 * length
  const folded = ((position % period) + period) % period
  return folded < length ? folded : period - 1 - folded
}
