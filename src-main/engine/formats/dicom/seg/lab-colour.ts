/** White of the profile connection space DICOM's CIELab values refer to (D50). Source: DICOM PS3.3 C.10.7.1.1, ICC.1. */
const white = [0.9642, 1, 0.8249] as const

/** Linear sRGB to XYZ adapted to D50 (Bradford). Source: IEC 61966-2-1, ICC.1 annex E. */
const toXyz = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733]
] as const
const fromXyz = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427]
] as const

type Triple = readonly [number, number, number]

/** An sRGB colour (0–255) as DICOM's three unsigned 16-bit CIELab values: L 0…100, a and b −128…127 spread over 0…65535. */
export function labFromRgb(rgb: Triple): [number, number, number] {
  const linear = rgb.map((value) => decodeGamma(value / 255))
  const [x, y, z] = toXyz.map((row, axis) => curve(product(row, linear) / white[axis]))
  const scaled = [(116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255]
  return scaled.map((value) => Math.round(clamp(value) * 65535)) as [number, number, number]
}

/** The sRGB colour (0–255) of DICOM's CIELab values; colours a screen cannot show are clipped. */
export function rgbFromLab(lab: Triple): [number, number, number] {
  const lightness = (lab[0] / 65535) * 100
  const [a, b] = [lab[1], lab[2]].map((value) => (value / 65535) * 255 - 128)
  const y = (lightness + 16) / 116
  const xyz = [y + a / 500, y, y - b / 200].map((value, axis) => inverseCurve(value) * white[axis])
  return fromXyz.map((row) => Math.round(clamp(encodeGamma(product(row, xyz))) * 255)) as [number, number, number]
}

function product(row: Triple, vector: readonly number[]): number {
  return row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2]
}

function curve(value: number): number {
  return value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116
}

function inverseCurve(value: number): number {
  return value ** 3 > 216 / 24389 ? value ** 3 : (116 * value - 16) / (24389 / 27)
}

function decodeGamma(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function encodeGamma(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
