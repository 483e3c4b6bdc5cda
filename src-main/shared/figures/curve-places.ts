import type { Curve } from '../report'

/** The number in `12.5 %`. */
const shareIn = (words: string): number => Number(/^(\d+(?:\.\d+)?) %$/u.exec(words)?.[1] ?? NaN)

/**
 * Where the points of a curve lie between its first (0) and its last (1): shares of pixels to scale, so that slopes and areas are what they look like;
 * layers and other names a step apart.
 */
export function curvePlaces(points: Curve['points']): number[] {
  const shares = points.map(({ x }) => shareIn(x))
  const [first, last] = [shares[0], shares[shares.length - 1]]
  const rising = shares.every((share, index) => index === 0 || share > shares[index - 1])
  if (points.length > 1 && rising && shares.every(Number.isFinite))
    return shares.map((share) => (share - first) / (last - first))

  return points.map((_, index) => index / Math.max(1, points.length - 1))
}

/**
 * Values that the upright axis of a curve covers: 0 for falls, changes and similarities, which start there; for the answer itself only where the values
 * come near it, since lines that differ by hundredths lie on each other at the top of an axis from 0.
 */
export function heightsOf(values: readonly number[], { yTitle }: Pick<Curve, 'yTitle'>): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const fromZero = values.length === 0 || !answers.includes(yTitle) || low <= (3 / 4) * high

  return fromZero ? [0, ...values] : [...values]
}

/** What removal curves of the answer itself are called: its scale. */
const answers: readonly string[] = ['probability', 'logit', 'sigmoid']
