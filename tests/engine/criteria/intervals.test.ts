import { expect, test } from 'vitest'
import { ruleFooting } from '@engine/criteria/rules'
import { createStatistics } from '@engine/criteria/summary'

const numbers = [0.1, 0.2, 0.2, 0.3, 0.4, 0.9, 1.4, 2.2, 3.1, 5.8].map((value, index) => ({
  id: `c${index}`,
  patient: `p${index}`,
  value
}))
const interval = (kind: 'percentile' | 'basic' | 'bca'): [number, number] =>
  createStatistics({ minimumPatients: 2, draws: 4000, level: 0.95, interval: kind }, 1).summarise(numbers).ci95!

test('the three intervals of a skewed sample lie as theory has it', () => {
  const [percentile, basic, bca] = [interval('percentile'), interval('basic'), interval('bca')]
  const mean = 1.46
  // The basic interval is the percentile interval turned around the mean.
  expect(basic[0]).toBeCloseTo(2 * mean - percentile[1], 12)
  expect(basic[1]).toBeCloseTo(2 * mean - percentile[0], 12)
  // Acceleration moves the interval of a sample skewed to the right upwards.
  expect(bca[0]).toBeGreaterThan(percentile[0])
  expect(bca[1]).toBeGreaterThan(percentile[1])
})

test('the interval stands in the rule', () => {
  expect(ruleFooting({ minimumPatients: 10, draws: 2000, level: 0.95, interval: 'bca' })).toMatch(/95 % bca interval/)
  expect(ruleFooting({ minimumPatients: 10, draws: 2000, level: 0.95 })).toMatch(/95 % percentile interval/)
})
