import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { sampledCases } from '@engine/criteria/case-choice'
import { complexityRows } from '@engine/criteria/complexity-rows'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import type { RunCase, RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { compareMethods } from '@engine/criteria/method-pairs'
import { createPace } from '@engine/criteria/pace'
import { chancePartners } from '@engine/criteria/random-pairs'
import { lipschitzRow, notMadeAgain, sensitivityRow, type SteadyCase } from '@engine/criteria/robustness-rows'
import {
  changedImage,
  changeBetween,
  edgeSensitivity,
  steadinessOf,
  type ChangedImage
} from '@engine/criteria/robustness-scores'
import { ruleFooting, ruleTexts, thresholdEntries } from '@engine/criteria/rules'
import { rowsByMethod } from '@engine/criteria/rows-by-method'
import { createStatistics } from '@engine/criteria/summary'
import { mean } from '@engine/metrics/statistics/moments'

const Params = v.strictObject({
  ...thresholdEntries,
  images: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 12),
    v.description('Images changed and explained again, drawn by patient.')
  ),
  samples: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 5),
    v.description('Small changes of each image; the largest effect counts.')
  ),
  radius: v.pipe(
    v.optional(v.pipe(v.number(), v.gtValue(0)), 0.02),
    v.description('Largest change of a value: 0.02 as in captum, 0.2 in Quantus.')
  ),
  radiusOf: v.pipe(
    v.optional(v.picklist(['range', 'unit']), 'range'),
    v.description('What the radius is a share of: the range of the image, or one unit of the model’s input.')
  ),
  randomPairs: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 50),
    v.description('Other patients per image whose maps are compared by chance; 0 for all.')
  )
})
export type RobustnessParams = v.InferOutput<typeof Params>

/** Robustness and complexity: does a change that nobody sees leave the map alone, and how concentrated is it? */
export const robustness: Criterion<RobustnessParams> = {
  id: 'robustness',
  title: 'Robustness and complexity',
  area: 'robustness',
  question: 'Steady under small changes',
  limit: 'maps of different patients',
  citation:
    'Yeh C-K, Hsieh C-Y, Suggala A, Inouye DI, Ravikumar P. On the (in)fidelity and sensitivity of explanations. NeurIPS 2019; ' +
    'Alvarez-Melis D, Jaakkola TS. On the robustness of interpretability methods. ICML workshop 2018; Chalasani P, et al. ICML 2020; Bhatt U, et al. IJCAI 2020.',
  needs: [],
  params: Params,
  rule: ({ samples, radius, radiusOf, ...thresholds }) =>
    `${ruleTexts.robustness} ${samples} changes within ${radius} of ${radiusOf === 'range' ? 'the image’s range' : 'an input unit'}. ${ruleFooting(thresholds)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const statistics = createStatistics(params, run.spec.seed)
    const cases = sampledCases(run.spec.cases, params.images, run.spec.seed)
    const partners = chancePartners(cases, params.randomPairs, run.spec.seed)
    const rule = robustness.rule(params)
    const pace = createPace(job)
    const rows = await rowsByMethod(run, job, 'Robustness', async (model) => {
      const makeAgain = run.spec.methods.some(({ imported }) => !imported)
      const images = !makeAgain ? [] : await changedImages(source, model, { cases, params })
      const edges = images.map(({ image }) => (typeof image === 'string' ? image : edgeSensitivity(image)))
      return async (method) => {
        const frame = { model, method, grid: run.spec.grid, rule }
        if (method.imported)
          return [notMadeAgain(frame), ...(await complexityRows(source, { ...frame, cases }, statistics))]
        const steady: SteadyCase[] = []
        for (const { item, image } of images) {
          const found =
            typeof image === 'string'
              ? { maxSensitivity: image, localLipschitz: image, own: null }
              : await steadinessOf(source, { model, method }, image)
          steady.push({ item, ...found })
          await pace()
        }
        const chance = steady.map(({ own }, index) => {
          if (own === null) return 'no map to compare'
          const values = partners[index].flatMap((partner) => {
            const other = steady[partner].own
            const change = other === null ? null : changeBetween(own, other)
            return change === null ? [] : [change]
          })
          return values.length === 0 ? 'no other patient to compare with' : mean(values)
        })
        return [
          sensitivityRow(frame, { steady, chance, edges }, statistics),
          lipschitzRow(frame, steady, statistics),
          ...(await complexityRows(source, { ...frame, cases }, statistics))
        ]
      }
    })
    const sensitivity = adjustRows(
      rows.filter((row) => row.criterion === 'robustness.max-sensitivity'),
      run.spec
    )
    const others = rows.filter((row) => row.criterion !== 'robustness.max-sensitivity')
    const all = [...sensitivity, ...others]
    return { ...nothingFound, rows: all, comparisons: compareMethods(all, run.spec, statistics), failed: source.failed }
  }
}

async function changedImages(
  source: CaseSource,
  model: RunModel,
  { cases, params }: { cases: readonly RunCase[]; params: RobustnessParams }
): Promise<{ item: RunCase; image: ChangedImage | string }[]> {
  const { run } = source
  const images: { item: RunCase; image: ChangedImage | string }[] = []
  for (const item of cases) {
    const input = await source.ask({ modelId: model.id, caseId: item.id }, () => run.input(model.id, item.id))
    const image = typeof input === 'string' ? input : changedImage(item, input, { ...params, seed: run.spec.seed })
    images.push({ item, image })
  }
  return images
}
