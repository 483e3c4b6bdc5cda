/** Pole of the cubic B-spline's inverse filter, √3 − 2 (Unser, IEEE Signal Processing Magazine 16(6), 1999). */
const pole = Math.sqrt(3) - 2

/** Samples to the B-spline coefficients of the curve through them, in place: one pass forward, one back, mirrored ends. */
export function splineCoefficients(line: Float64Array): void {
  const last = line.length - 1
  if (last === 0) return
  const gain = (1 - pole) * (1 - 1 / pole)
  for (let index = 0; index <= last; index++) line[index] *= gain
  line[0] = causalStart(line)
  for (let index = 1; index <= last; index++) line[index] += pole * line[index - 1]
  line[last] = (pole / (pole * pole - 1)) * (line[last] + pole * line[last - 1])
  for (let index = last - 1; index >= 0; index--) line[index] = pole * (line[index + 1] - line[index])
}

/** The value of the curve at a position between the first and the last sample; coefficients beyond the ends are mirrored. */
export function splineAt(coefficients: Float64Array, position: number): number {
  const base = Math.min(Math.floor(position), coefficients.length - 1)
  const t = position - base
  const u = 1 - t
  const at = (index: number): number => coefficients[mirrored(index, coefficients.length)]
  return (
    (at(base - 1) * u * u * u +
      at(base) * (4 - 6 * t * t + 3 * t * t * t) +
      at(base + 1) * (4 - 6 * u * u + 3 * u * u * u) +
      at(base + 2) * t * t * t) /
    6
  )
}

/** Mirror about the end samples, which are not repeated. */
function mirrored(index: number, length: number): number {
  if (index >= 0 && index < length) return index
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - folded
}

/** Σ sample k · pole^k over the mirrored, endless line: a geometric sum over one period, cut where it no longer counts. */
function causalStart(line: Float64Array): number {
  const last = line.length - 1
  let [sum, power] = [0, 1]
  for (let step = 0; step < 2 * last; step++) {
    if (Math.abs(power) < 1e-18) return sum
    sum += line[step <= last ? step : 2 * last - step] * power
    power *= pole
  }
  return sum / (1 - power)
}
