/** IEEE 754 half-precision values as float32. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfToNumber)
}

/** float32 values as IEEE 754 half precision, rounded to nearest even; beyond the range becomes infinite. */
export function float32ToFloat16(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(values, numberToHalf)
}

function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (Number.isNaN(value)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  if (size < 2 ** -24 / 2) return sign
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const scaled = roundHalfToEven((size / 2 ** exponent) * 1024)
  // A subnormal has no implicit one; a fraction that rounds up to 2048 carries into the exponent by plain addition.
  return sign | (scaled + (exponent + 14) * 1024)
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1
  return floor
}
