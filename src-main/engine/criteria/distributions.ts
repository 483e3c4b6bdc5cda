import { insideOutside, type InsideOutside, type SideStatistics } from '@engine/metrics/inside-outside'
import type { MetricInputs } from '@engine/metrics/metric'
import type { TestOutcome } from '@engine/metrics/statistics/test-outcome'
import type { Distribution, PixelTest, SideFigures } from '@shared/trust-evidence'

const bins = 100

/** Gathers, image by image, what the maps of one model and method hold inside and outside the outline. */
export interface DistributionCollector {
  add(caseId: string, inputs: MetricInputs): void
  /** Null when no image had pixels on both sides. */
  finish(): Distribution | null
}

export function collectDistribution(model: string, method: string): DistributionCollector {
  const inside = new Float64Array(bins)
  const outside = new Float64Array(bins)
  const perCase: Distribution['perCase'] = []

  function addShares(sum: Float64Array, { histogram, count }: SideStatistics): void {
    for (let bin = 0; bin < bins; bin++) sum[bin] += histogram[bin] / count
  }

  return {
    add(caseId, inputs) {
      const found = insideOutside(inputs, bins)
      if (typeof found === 'string') return
      addShares(inside, found.inside)
      addShares(outside, found.outside)
      perCase.push(figuresOf(caseId, found))
    },
    finish() {
      const n = perCase.length
      if (n === 0) return null
      const averaged = (sum: Float64Array): number[] => [...sum].map((share) => share / n)
      const criterion = 'localisation.utility'
      return { criterion, model, method, n, inside: averaged(inside), outside: averaged(outside), perCase }
    }
  }
}

function figuresOf(
  caseId: string,
  { inside, outside, welch, student }: InsideOutside
): Distribution['perCase'][number] {
  const side = ({ count, mean, sd, min, max }: SideStatistics): SideFigures => ({ count, mean, sd, min, max })
  const tested = (outcome: TestOutcome): PixelTest => ({ ...outcome })
  return { case: caseId, inside: side(inside), outside: side(outside), welch: tested(welch), student: tested(student) }
}
