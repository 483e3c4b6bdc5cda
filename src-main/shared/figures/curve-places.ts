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
