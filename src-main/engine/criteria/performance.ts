import { answersAhead } from '@engine/criteria/ahead'
import * as v from 'valibot'
import { createCaseSource, type CaseSource } from '@engine/criteria/case-maps'
import { classifiers } from '@engine/criteria/case-choice'
import { answerFor, type Answered } from '@engine/criteria/correctness'
import { nothingFound, type Criterion } from '@engine/criteria/criterion'
import type { ExperimentRun, RunCase, RunModel } from '@engine/criteria/experiment-run'
import { ruleFooting, thresholdEntries } from '@engine/criteria/rules'
import { createStatistics, type CaseNumber, type Statistics } from '@engine/criteria/summary'
import { rankScores, weightedAuc } from '@engine/metrics/statistics/classifier-auc'
import { percentileInterval, resampledStatistic } from '@engine/metrics/statistics/patient-bootstrap'
import type { CaseAnswer } from '@shared/classifier-figures'
import type { Difference, Figure, Performance } from '@shared/report'

const Params = v.strictObject(thresholdEntries)

/** How well every classifier does on the scored cases, for each label the cases carry. */
export const performance: Criterion<v.InferOutput<typeof Params>> = {
  id: 'performance',
  title: 'Classifier performance on the scored cases',
  area: null,
  question: 'Is the model right?',
  limit: 'the card’s threshold',
  citation:
    'Fawcett T. An introduction to ROC analysis. Pattern Recognition Letters 2006;27:861–874; Brier GW. Monthly Weather Review 1950;78:1–3.',
  needs: ['labels'],
  params: Params,
  rule: (params) => `No verdict: printed beside every comparison of models. ${ruleFooting(params)}`,
  async assess(run, params, job) {
    const source = createCaseSource(run, job)
    const statistics = createStatistics(params, run.spec.seed)
    const models = classifiers(run.spec)
    const found: { modelId: string; figures: Performance[] }[] = []
    for (const [index, model] of models.entries()) {
      const figures: Performance[] = []
      for (const label of findingsOf(run)) {
        const answers = await answersOf(source, model, label)
        if (answers.length > 0) figures.push(performanceOf(answers, { label, model }, statistics))
      }
      found.push({ modelId: model.id, figures })
      job.progress('Scoring the classifiers', index + 1, models.length)
    }
    return { ...nothingFound, performance: found, failed: source.failed }
  }
}

/** Labels that occur as findings. */
export function findingsOf(run: ExperimentRun): string[] {
  return [...new Set(run.spec.cases.flatMap((item) => (item.label === null ? [] : [item.label])))]
}

export interface GivenAnswer extends Answered {
  readonly item: RunCase
}

/** What a report keeps of answers. */
export const keptAnswers = (answers: readonly GivenAnswer[]): CaseAnswer[] =>
  answers.map(({ item, logit, probability }) => ({ case: item.id, logit, probability }))

/** A model's answers on all scored cases (or one of their variants) for one label; cases without an answer are left out. */
export async function answersOf(
  source: CaseSource,
  model: RunModel,
  label: string,
  variant: { readonly id: string | null; readonly cases: readonly RunCase[] } = {
    id: null,
    cases: source.run.spec.cases
  }
): Promise<GivenAnswer[]> {
  const answers: GivenAnswer[] = []
  const predictions = await answersAhead(variant.cases, (item) =>
    source.ask({ modelId: model.id, caseId: item.id }, () => source.run.prediction(model.id, item.id, variant.id))
  )
  for (const [index, item] of variant.cases.entries()) {
    const prediction = predictions[index]
    if (typeof prediction === 'string') continue
    const answer = answerFor(model, item, label, prediction)
    if (answer !== null) answers.push({ ...answer, item })
  }
  return answers
}

/** The figures of a model for one label from its answers, which are kept beside them. */
export function performanceOf(
  answers: readonly GivenAnswer[],
  { label, model }: { label: string; model: RunModel },
  statistics: Statistics
): Performance {
  const { threshold } = model
  const says = (answer: GivenAnswer): boolean | null =>
    answer.probability === null ? null : answer.probability >= threshold
  const share = (
    chosen: readonly GivenAnswer[],
    value: (answer: GivenAnswer) => number | null,
    reason: string
  ): Figure => {
    const numbers = chosen.map((answer): CaseNumber => ({
      id: answer.item.id,
      patient: answer.item.patient,
      value: value(answer)
    }))
    const { value: average, ci95 } = statistics.summarise(numbers)
    return average === null ? { value: null, ci95: null, reason } : { value: average, ci95 }
  }
  const right = (answer: GivenAnswer): number | null =>
    says(answer) === null ? null : Number(says(answer) === answer.present)
  const unknown = 'the card names no activation, so there is no probability'
  const present = answers.filter((answer) => answer.present)
  const absent = answers.filter((answer) => !answer.present)
  return {
    label,
    n: answers.length,
    patients: new Set(answers.map((answer) => answer.item.patient)).size,
    positives: present.length,
    threshold,
    auc: aucOf(answers, statistics),
    accuracy: share(answers, right, unknown),
    sensitivity: share(present, right, present.length === 0 ? 'no case has the finding' : unknown),
    specificity: share(absent, right, absent.length === 0 ? 'every case has the finding' : unknown),
    brier: share(
      answers,
      (answer) => (answer.probability === null ? null : (answer.probability - Number(answer.present)) ** 2),
      unknown
    ),
    perCase: keptAnswers(answers)
  }
}

const oneClass = 'all cases are of one class'

/** Area under the ROC curve with its interval by patient; undefined with one class. */
export function aucOf(answers: readonly GivenAnswer[], statistics: Statistics): Figure {
  const ranked = rankScores(
    answers.map((answer) => answer.score),
    answers.map((answer) => answer.present)
  )
  const value = weightedAuc(
    ranked,
    answers.map(() => 1)
  )
  if (!Number.isFinite(value)) return { value: null, ci95: null, reason: oneClass }
  const draws = statistics.draws(answers.map((answer) => answer.item.patient))
  const resampled = resampledStatistic(draws, (weights) => weightedAuc(ranked, weights))
  return { value, ci95: percentileInterval(resampled, statistics.thresholds.level) }
}

/** AUC of a − AUC of b on the cases both answered, paired by patient; null with one class. */
export function aucDifference(
  a: readonly GivenAnswer[],
  b: readonly GivenAnswer[],
  statistics: Statistics
): Difference | null {
  const others = new Map(b.map((answer) => [answer.item.id, answer]))
  const both = a.filter((answer) => others.has(answer.item.id))
  const present = both.map((answer) => answer.present)
  const rankedA = rankScores(
    both.map((answer) => answer.score),
    present
  )
  const rankedB = rankScores(
    both.map((answer) => others.get(answer.item.id)!.score),
    present
  )
  const equal = both.map(() => 1)
  const value = weightedAuc(rankedA, equal) - weightedAuc(rankedB, equal)
  if (!Number.isFinite(value)) return null
  const draws = statistics.draws(both.map((answer) => answer.item.patient))
  const resampled = resampledStatistic(
    draws,
    (weights) => weightedAuc(rankedA, weights) - weightedAuc(rankedB, weights)
  )
  return {
    n: both.length,
    value,
    ci95: percentileInterval(resampled, statistics.thresholds.level),
    p: null,
    pHolm: null
  }
}
