import { describe, expect, it } from 'vitest'
import { writeReport } from '@engine/report/write-report'
import { textOf } from './report-text'
import { sampleReport } from './sample-report'

describe('maps against each other', () => {
  const difference = {
    n: 40,
    patients: 22,
    value: -0.12,
    ci95: [-0.2, -0.04] as [number, number],
    p: 0.004,
    pHolm: 0.012
  }
  const comparisons = [
    { a: 'gradient', b: 'gradcam', difference },
    {
      a: 'gradient',
      b: 'integrated-gradients',
      difference: { ...difference, value: null, ci95: null, p: null, pHolm: null }
    }
  ].map((pair) => ({ criterion: 'localisation.utility', metric: 'average-precision', model: 'honest-1', ...pair }))

  it('lists every pair of a measure with difference, interval and both p; what is not known is no number', () => {
    const page = textOf(writeReport(sampleReport({ comparisons })).html)

    expect(page).toContain('Maps against each other')
    expect(page).toContain('Points to the finding: ')
    expect(page).toContain('1 of 2 pairs differ (adjusted p below 0.05)')
    expect(page).toContain('Gradient − Grad-CAM honest-1 40, 22 patients −0.12 −0.20 to −0.04 p 0.004 p 0.01')
    expect(page).toContain('Gradient − integrated-gradients honest-1 40, 22 patients – – – –')
    expect(page).not.toMatch(/NaN|null|undefined/u)
  })

  it('is left out where nothing was compared', () => {
    expect(writeReport(sampleReport()).html).not.toContain('Maps against each other')
  })
})

describe('how well the models do', () => {
  it('names the threshold and the Brier score', () => {
    const page = textOf(writeReport(sampleReport()).html)

    expect(page).toContain('Brier score')
    expect(page).toContain('Threshold')
  })
})
