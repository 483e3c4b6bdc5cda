/** The largest of 1, 2, 5 · 10ⁿ that is not above the limit: lengths of scale bars. */
export function roundBelow(limit: number): number {
  const power = 10 ** Math.floor(Math.log10(limit))
  const step = [5, 2, 1].find((factor) => factor * power <= limit * (1 + 1e-9)) ?? 1

  return step * power
}
