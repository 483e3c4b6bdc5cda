import betainc from '@stdlib/math-base-special-betainc'
import gammainc from '@stdlib/math-base-special-gammainc'

/** P(X > x) of the χ² distribution; its own series, since 1 − cdf would leave nothing of a small p. */
export function chiSquareTail(x: number, freedom: number): number {
  return x <= 0 ? 1 : gammainc(x / 2, freedom / 2, true, true)
}

/** P(X > x) of the F distribution, the ratio of two variances. */
export function varianceRatioTail(x: number, above: number, below: number): number {
  return x <= 0 ? 1 : betainc(below / (below + above * x), below / 2, above / 2, true, false)
}
