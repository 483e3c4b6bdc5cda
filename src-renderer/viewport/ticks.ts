/** Round numbers along a scale, and how to write a value of it. */

/** About `wanted` round numbers from `low` to `high`, ends included where they are round. */
export function roundTicks(low: number, high: number, wanted = 5): number[] {
  const span = high - low
  if (!(span > 0) || !Number.isFinite(span)) return [low]

  const rough = span / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)

  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

/** Digits after the point so that neighbouring steps differ. */
export function digitsFor(step: number): number {
  return Math.min(8, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)))
}

/** A map value for the screen: two digits on a 0…1 scale, otherwise three significant ones, powers of ten when tiny. */
export function valueText(value: number, scale: number): string {
  if (value === 0) return '0'
  if (scale >= 0.5 && scale < 1000) return value.toFixed(scale <= 2 ? 2 : scale < 100 ? 1 : 0)

  return Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)))
}
