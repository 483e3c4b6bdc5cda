import type { Report } from '@shared/report'
import type { ReportAgain } from '../makings'
import { isSame, named, type PartFound, type ReportPart, type Wrong } from './part'

/** Histograms inside and outside the outlines, and scores in the titles of pictures: what of them stands elsewhere in the report too. */
export const evidencePart: ReportPart = {
  title: 'histograms and scores of pictures',
  again({ report }: ReportAgain): PartFound {
    const { distributions = [], methodGrids = [], illustrations, failed, cases, results } = report
    const grids = methodGrids.flatMap(({ panels }) => panels)
    const taken: [string, number][] = [
      ['histograms of maps, and tests of one image', distributions.length],
      ['pictures and their captions', illustrations.length + methodGrids.length],
      ['cases that are said to have failed', failed.length],
      ['remarks on cases', cases.filter(({ flags }) => flags.length > 0).length],
      ['notes beside rows, and images counted as left out', results.length]
    ]
    return {
      drawn: distributions.length + grids.length,
      wrong: [...histogramProblems(report), ...pictureProblems(report)],
      asWritten: taken.flatMap(([what, count]) => (count > 0 ? [what] : []))
    }
  }
}

/** Shares of a hundred bins add up to one but for rounding. */
const wholeShare = 1e-9

function histogramProblems({ distributions = [], cases }: Report): Wrong[] {
  const pixels = new Map(
    cases.flatMap(({ id, masks }) => masks.map((mask) => [JSON.stringify([id, mask.model]), mask.pixels]))
  )
  return distributions.flatMap(({ method, model, n, inside, outside, perCase }): Wrong[] => {
    const what = named('histograms of a map', method, model)
    const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0)
    const whole = [inside, outside].every((shares) => Math.abs(sum(shares) - 1) <= wholeShare)
    const ordered = perCase.every((one) =>
      [one.inside, one.outside].every(({ min, mean, max }) => min <= mean && mean <= max)
    )
    const other = perCase.find(({ case: id, inside: { count } }) => {
      const outlined = pixels.get(JSON.stringify([id, model]))
      return outlined !== undefined && outlined !== count
    })
    const reasons = [
      ...(n === perCase.length ? [] : [`it is written to be of ${n} images, and holds ${perCase.length}`]),
      ...(whole ? [] : ['its shares do not add up to one']),
      ...(ordered ? [] : ['a mean lies outside of its lowest and highest value']),
      ...(other === undefined ? [] : [`the outline of ${other.case} has another number of pixels`])
    ]
    return reasons.slice(0, 1).map((reason) => ({ what, reason }))
  })
}

function pictureProblems({ methodGrids = [], results }: Report): Wrong[] {
  return methodGrids.flatMap(({ model, case: id, metric, panels }): Wrong[] =>
    panels.flatMap(({ method, value }) => {
      const row = results.find(
        (one) =>
          one.criterion.startsWith('localisation.') &&
          one.metric === metric &&
          one.model === model &&
          one.method === method
      )
      const own = row?.perCase.find((one) => one.case === id)?.value ?? null
      const what = named('score of a picture', method, model, id)
      return isSame(own, value) ? [] : [{ what, reason: 'its row gives another one' }]
    })
  )
}
