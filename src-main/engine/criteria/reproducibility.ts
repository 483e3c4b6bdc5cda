import {
  agreementContext,
  AgreementParams,
  comparePair,
  type AgreementContext,
  type PairAgreement
} from '@engine/criteria/agreement'
import { agreementRow, performanceNotes, type AgreementWords } from '@engine/criteria/agreement-rows'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { methodsOf, type RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { isOneForAll, oneForAll, sharedMethods } from '@engine/criteria/repeatability'
import {
  architecturePairs,
  crossPairs,
  foilPairs,
  replicateGroups,
  type ModelPair,
  type ReplicateGroup
} from '@engine/criteria/replicates'
import { compareMethods } from '@engine/criteria/method-pairs'
import { missingRow, type RowFrame } from '@engine/criteria/row'
import { ruleFooting, ruleTexts } from '@engine/criteria/rules'
import type { ResultRow } from '@shared/report'

const words: AgreementWords = {
  pass: 'Another architecture gives a like map',
  fail: 'Another architecture gives another map'
}

const foilWords: AgreementWords = {
  pass: 'For comparison only, the other model was trained on other data: the maps are still alike',
  fail: 'For comparison only, the other model was trained on other data: the maps differ'
}

/** Reproducibility: do models of another architecture, trained on the same set, give the same map of the same image? */
export const reproducibility: Criterion<AgreementParams> = {
  id: 'reproducibility',
  title: 'Reproducibility over architectures',
  area: 'reproducibility',
  question: 'Same in another model',
  limit: 'random pairs; the published 0.50 line takes no part',
  citation:
    'Arun N, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['architectures'],
  params: AgreementParams,
  rule: (params) => `${ruleTexts.reproducibility} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const context = agreementContext(run, params, job)
    const rule = reproducibility.rule(params)
    const groups = replicateGroups(run.spec)
    const matched = architecturePairs(groups)
    const rows: ResultRow[] = []
    for (const pair of matched) {
      const models = [...pair[0].models, ...pair[1].models]
      rows.push(
        ...adjustRows(
          await comparisonRows(context, { models, pairs: crossPairs(pair), name: 'architectures', words, rule }),
          run.spec
        )
      )
      for (const [own, other] of [pair, pair.toReversed()]) rows.push(...oneSidedRows(context, [own, other], rule))
    }
    for (const group of groups) if (!matched.flat().includes(group)) rows.push(...lonelyRows(context, group, rule))
    for (const pair of foilPairs(groups)) {
      rows.push(
        ...adjustRows(
          await comparisonRows(context, { models: pair, pairs: [pair], name: 'foil', words: foilWords, rule }),
          run.spec
        )
      )
    }
    const comparisons = compareMethods(rows, run.spec, context.statistics)
    return { ...nothingFound, rows, comparisons, failed: context.source.failed }
  }
}

interface ComparisonPlan {
  readonly models: readonly RunModel[]
  readonly pairs: readonly ModelPair[]
  readonly name: 'architectures' | 'foil'
  readonly words: AgreementWords
  readonly rule: string
}

async function comparisonRows(context: AgreementContext, plan: ComparisonPlan): Promise<ResultRow[]> {
  const notes = await performanceNotes(context, plan.pairs)
  const rows: ResultRow[] = []
  const methods = sharedMethods(context, plan.models)
  for (const [index, method] of methods.entries()) {
    const frame = frameOf(context, method.id, plan.models, plan.name)
    if (isOneForAll(method)) {
      rows.push(missingRow(frame, plan.rule, oneForAll))
      continue
    }
    const found: PairAgreement[] = []
    for (const pair of plan.pairs) found.push(await comparePair(context, pair, method))
    const row = agreementRow(context, { frame, rule: plan.rule, words: plan.words, notes }, found)
    rows.push(row)
    context.source.job.partial?.({ row })
    context.source.job.progress(`Reproducibility, ${plan.models[0].title}`, index + 1, methods.length)
  }
  return rows
}

/** Rows of models without a partner of another architecture. */
function lonelyRows(context: AgreementContext, group: ReplicateGroup, rule: string): ResultRow[] {
  const [{ title, elsewhere }] = group.models
  const reason =
    elsewhere === true
      ? 'The maps of one architecture only: name a model of another one under "models" (no file is needed) and give it its own maps, with {model} in their path.'
      : `No other architecture trained on the same set: open one beside ${title}.`
  return methodsOf(context.run.spec, group.models[0].id).map((method) =>
    missingRow(frameOf(context, method.id, group.models, 'architectures'), rule, reason)
  )
}

/** Rows of methods that the experiment computes for one architecture of a pair and not for the other. */
function oneSidedRows(context: AgreementContext, [own, other]: readonly ReplicateGroup[], rule: string): ResultRow[] {
  const shared = sharedMethods(context, [...own.models, ...other.models])
  const reason = `This map is computed for ${own.architecture} only: ask for it on ${other.models[0].title} too.`
  return methodsOf(context.run.spec, own.models[0].id)
    .filter((method) => !shared.includes(method))
    .map((method) => missingRow(frameOf(context, method.id, own.models, 'architectures'), rule, reason))
}

function frameOf(context: AgreementContext, method: string, models: readonly RunModel[], name: string): RowFrame {
  return {
    criterion: `reproducibility.${name}`,
    metric: 'ssim',
    method,
    models: models.map((model) => model.id),
    grid: context.run.spec.grid,
    headline: name === 'architectures',
    better: 'higher'
  }
}
