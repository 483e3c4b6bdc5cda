import { describe, expect, test } from 'vitest'
import { distributionsSection } from '@engine/report/sections/distributions'
import type { SideFigures } from '@shared/trust-evidence'
import { sampleReport } from './sample-report'

const side = (mean: number): SideFigures => ({ count: 100, mean, sd: 0.1, min: 0, max: 1 })

describe('the table of both sides of the outlines', () => {
  const report = sampleReport()
  const { model, method } = report.results.find((row) => row.method !== '')!
  const test1 = { statistic: 4, p: 0.02 }
  const test2 = { statistic: -4, p: 0.02 }
  const none = { statistic: null, p: null, reason: 'all values of a side are equal' }
  const words = distributionsSection.write({
    ...report,
    distributions: [
      {
        criterion: 'localisation.utility',
        model,
        method,
        n: 4,
        inside: [0.5, 0.5],
        outside: [1, 0],
        perCase: [
          { case: 'a', inside: side(0.6), outside: side(0.1), welch: test1, student: test1 },
          { case: 'b', inside: side(0.8), outside: side(0.3), welch: test1, student: test2 },
          { case: 'c', inside: side(0.6), outside: side(0.1), welch: test2, student: test2 },
          { case: 'd', inside: side(0.8), outside: side(0.3), welch: none, student: none }
        ]
      }
    ]
  })!.text

  test('averages over images and counts the images that are higher inside', () => {
    expect(words).toMatch(/0\.70, 0\.10, 0(\.00)? to 1(\.00)?/u)
    expect(words).toContain('100 / 100')
    expect(words).toMatch(/50\s*% \/ 25\s*%/u)
    expect(words).toContain('decide nothing')
    expect(words).not.toMatch(/NaN|undefined|null/u)
  })

  test('is absent from a report without it', () => {
    expect(distributionsSection.write(report)).toBeNull()
  })
})
