import { describe, expect, test } from 'vitest'
import { infidelity } from '@engine/metrics/perturbation/infidelity'
import { distance, localLipschitz, maxSensitivity } from '@engine/metrics/perturbation/sensitivity'
import captum from '../../fixtures/metrics/captum.json'

/** f(x) = w·x + v·x² / 2, as tests/checkers/captum_metrics.py has it. */
const { w, v, x, changes, otherMap } = captum
const f = (at: readonly number[]): number =>
  at.reduce((sum, value, i) => sum + w[i] * value + (v[i] * value ** 2) / 2, 0)
const gradient = (at: readonly number[]): number[] => at.map((value, i) => w[i] + v[i] * value)

describe(`captum ${captum.captum}`, () => {
  test.each([
    ['gradient', gradient(x)],
    ['other', otherMap]
  ] as const)('infidelity of the %s, as it is and at its best scale', (name, map) => {
    const products = changes.map((change) => change.reduce((sum, value, i) => sum + value * map[i], 0))
    const drops = changes.map((change) => f(x) - f(x.map((value, i) => value - change[i])))
    expect(infidelity(products, drops, false)).toBeCloseTo(captum.infidelity[name], 10)
    expect(infidelity(products, drops, true)).toBeCloseTo(captum.scaled[name], 10)
  })

  test('max-sensitivity', () => {
    const nearby = changes.map((change) => gradient(x.map((value, i) => value + change[i])))
    expect(maxSensitivity(gradient(x), nearby)).toBeCloseTo(captum.maxSensitivity, 10)
  })
})

test('a linear map of slope 3 has the Lipschitz constant 3; what does not exist is null', () => {
  const at = [1, -2, 0.5]
  const map = (point: readonly number[]): number[] => point.map((value) => 3 * value)
  const points = [
    [1.1, -2, 0.5],
    [1, -2.2, 0.4]
  ]
  const nearby = points.map((point) => ({ map: map(point), distance: distance(point, at) }))
  expect(localLipschitz(map(at), nearby)).toBeCloseTo(3, 12)
  expect(localLipschitz(map(at), [{ map: map(at), distance: 0 }])).toBeNull()
  expect(maxSensitivity([0, 0], [[1, 1]])).toBeNull()
  expect(infidelity([], [], true)).toBeNull()
  // A map that is zero everywhere forecasts nothing: its error is the mean square of the drops.
  expect(infidelity([0, 0], [1, 3], true)).toBe(5)
})
