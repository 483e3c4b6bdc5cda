import {
  agreementContext,
  AgreementParams,
  comparePair,
  type AgreementContext,
  type PairAgreement
} from '@engine/criteria/agreement'
import { agreementRow, performanceNotes, type AgreementWords } from '@engine/criteria/agreement-rows'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import { methodsOf, type RunMethod, type RunModel } from '@engine/criteria/experiment-run'
import { adjustRows } from '@engine/criteria/families'
import { type ModelPair, replicateGroups, replicatePairs, type ReplicateGroup } from '@engine/criteria/replicates'
import { compareMethods } from '@engine/criteria/method-pairs'
import { missingRow, type RowFrame } from '@engine/criteria/row'
import { ruleFooting, ruleTexts } from '@engine/criteria/rules'
import type { ResultRow } from '@shared/report'

const words: AgreementWords = {
  pass: 'Two trainings give alike maps',
  fail: 'Another training of the same model gives another map'
}

/** Repeatability: do training runs of one architecture on one training set give the same map of the same image? */
export const repeatability: Criterion<AgreementParams> = {
  id: 'repeatability',
  title: 'Repeatability over training runs',
  area: 'repeatability',
  question: 'Same after retraining',
  limit: 'random pairs; the published 0.50 line takes no part',
  citation:
    'Arun N, et al. Assessing the trustworthiness of saliency maps for localizing abnormalities in medical imaging. Radiology: Artificial Intelligence 2021;3(6):e200267.',
  needs: ['replicates'],
  params: AgreementParams,
  rule: (params) => `${ruleTexts.repeatability} ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const context = agreementContext(run, params, job)
    const rule = repeatability.rule(params)
    const groups = replicateGroups(run.spec)
    const rows: ResultRow[] = []
    for (const group of groups) rows.push(...adjustRows(await assessGroup(context, group, rule), run.spec))
    const comparisons = compareMethods(rows, run.spec, context.statistics)
    return { ...nothingFound, rows, comparisons, failed: context.source.failed }
  }
}

async function assessGroup(context: AgreementContext, group: ReplicateGroup, rule: string): Promise<ResultRow[]> {
  const all = replicatePairs(group)
  const everyNote = await performanceNotes(context, all)
  const rows: ResultRow[] = []
  const methods = all.length === 0 ? sharedMethods(context, group.models) : pairedMethods(context, all)
  for (const [index, method] of methods.entries()) {
    const pairs = all.filter((pair) => sharedMethods(context, pair).includes(method))
    const compared = group.models.filter((model) => all.length === 0 || pairs.some((pair) => pair.includes(model)))
    const notes = pairs.length === all.length ? everyNote : await performanceNotes(context, pairs)
    const frame = frameOf(context, method, compared, 'replicates')
    const found: PairAgreement[] = []
    const missing = all.length === 0 ? oneRun(group) : isOneForAll(method) ? oneForAll : null
    if (missing === null) for (const pair of pairs) found.push(await comparePair(context, pair, method))
    const row =
      missing === null ? agreementRow(context, { frame, rule, words, notes }, found) : missingRow(frame, rule, missing)
    rows.push(row)
    // The row of all pairs speaks for the map while the others are computed.
    context.source.job.partial?.({ row })
    if (found.length > 1) rows.push(...found.map((pair) => pairRow(context, method, pair, rule)))
    context.source.job.progress(`Repeatability, ${group.architecture}`, index + 1, methods.length)
  }
  return rows
}

/** Methods that apply to all of these models. */
export function sharedMethods(context: AgreementContext, models: readonly RunModel[]): readonly RunMethod[] {
  const { spec } = context.run
  return methodsOf(spec, models[0].id).filter((method) =>
    models.every((model) => methodsOf(spec, model.id).includes(method))
  )
}

/** Methods that apply to both models of a pair: one that is computed for two of three runs is compared on those two. */
function pairedMethods(context: AgreementContext, pairs: readonly ModelPair[]): readonly RunMethod[] {
  const { methods } = context.run.spec
  return methods.filter((method) => pairs.some((pair) => sharedMethods(context, pair).includes(method)))
}

/** True for maps made elsewhere of which all models share one: they would be compared with themselves. */
export const isOneForAll = (method: RunMethod): boolean => method.imported && method.byModel !== true

const onlyOnesMaps =
  'The maps of one training run only: name each run under "models" (id, architecture, replicate; no file is needed) and give each its own maps, with {model} in their path.'

export const oneForAll =
  'One file of a map stands for all models: to compare models give each its own, with {model} in the path of the maps.'

function pairRow(context: AgreementContext, method: RunMethod, found: PairAgreement, rule: string): ResultRow {
  const frame = { ...frameOf(context, method, found.pair, 'pair'), headline: false }
  return agreementRow(context, { frame, rule, words, notes: [] }, [found])
}

function frameOf(context: AgreementContext, method: RunMethod, models: readonly RunModel[], name: string): RowFrame {
  return {
    criterion: `repeatability.${name}`,
    metric: 'ssim',
    method: method.id,
    models: models.map((model) => model.id),
    grid: context.run.spec.grid,
    headline: true,
    better: 'higher'
  }
}

function oneRun({ architecture, models }: ReplicateGroup): string {
  if (models.every(({ elsewhere }) => elsewhere === true)) return onlyOnesMaps
  return `One training run only (${models[0].title}): open a second run of ${architecture} on the same training set.`
}
