/** How figures are written wherever the report speaks: two decimals, true minus, no bare NaN, intervals with a dash. */

const minus = '−'
const dash = '–'

/** Two decimals; three for figures under a tenth, so that they keep two that say something. */
const digitsFor = (largest: number): number => (largest < 0.0995 && largest > 0 ? 3 : 2)

/** Below it a figure would be all zeros. */
const smallest = 0.0005

/** `−8.7 × 10⁻⁶`: unscaled maps have values like that. */
export function powerOfTen(value: number): string {
  const [digits, power] = value.toExponential(1).split('e')
  const raised = [...String(Number(power))].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)]))
  return `${digits.replace('-', minus)} × 10${raised.join('')}`
}

/** `0.41`, `−0.028`, `8.30`; four or more digits before the point get none after it. */
export function decimal(value: number, digits?: number): string {
  if (digits === undefined && value !== 0 && Math.abs(value) < smallest) return powerOfTen(value)
  const text = value.toFixed(Math.abs(value) >= 1000 ? 0 : (digits ?? digitsFor(Math.abs(value))))
  // A rounded zero has no sign.
  const unsigned = /^-0(\.0*)?$/u.test(text) ? text.slice(1) : text

  return unsigned.replace('-', minus)
}

/** A value, or the words that stand for its absence; never empty. */
export const decimalOr = (value: number | null, otherwise: string, digits?: number): string =>
  value === null ? otherwise : decimal(value, digits)

/** `0.36–0.46`; with a negative end `−0.01 to 0.07`, so that dash and minus cannot be confused. */
export function interval(bounds: readonly [number, number], digits?: number): string {
  const largest = Math.max(Math.abs(bounds[0]), Math.abs(bounds[1]))
  const same = digits ?? (largest < smallest ? undefined : digitsFor(largest))
  const [low, high] = bounds.map((bound) => decimal(bound, same))

  return bounds[0] < 0 || bounds[1] < 0 ? `${low} to ${high}` : `${low}${dash}${high}`
}

/** `71 %`, `0.6 %`: one decimal below ten. */
export function percent(share: number): string {
  const value = share * 100

  return `${decimal(value, Math.abs(value) < 9.95 && value !== 0 ? 1 : 0)} %`
}

/** `p 0.03`, `p below 0.001`. */
export const probability = (p: number): string => (p < 0.001 ? 'p below 0.001' : `p ${decimal(p, p < 0.01 ? 3 : 2)}`)

/** A model's probability: two digits, three close to 0 and 1, so that neither is claimed by rounding. */
export function answerProbability(share: number): string {
  const close = share > 0.995 || (share < 0.005 && share > 0)

  return share.toFixed(close ? 3 : 2)
}

/** `1 image`, `60 images`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')

  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
}

/** First letter in capital, the rest as it is. */
export const sentenceCase = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** `40 s`, `6 min`, `3 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  const minutes = Math.round(seconds / 60)

  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
