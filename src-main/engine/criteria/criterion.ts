import type { GenericSchema } from 'valibot'
import type { ExperimentRun } from '@engine/criteria/experiment-run'
import type { Job } from '@engine/job'
import type { GroupEvidence, MapClusters } from '@shared/group-evidence'
import type { AnswerKey, Area, Comparison, Curve, Performance, ResultRow } from '@shared/report'
import type { Distribution } from '@shared/trust-evidence'

/** What a criterion asks of the experiment; named to the user when it is missing. */
export type CriterionNeed =
  'masks' | 'stages' | 'replicates' | 'architectures' | 'cues' | 'variants' | 'labels' | 'regions'

export interface FailedCase {
  readonly case: string
  readonly model: string
  readonly method: string
  readonly reason: string
}

/** What one criterion contributes to the report. */
export interface CriterionResult {
  readonly rows: readonly ResultRow[]
  readonly curves: readonly Curve[]
  readonly comparisons: readonly Comparison[]
  readonly answerKey: readonly AnswerKey[]
  readonly performance: readonly { readonly modelId: string; readonly figures: readonly Performance[] }[]
  readonly distributions: readonly Distribution[]
  readonly failed: readonly FailedCase[]
  /** Comparisons of groups of maps. */
  readonly groups?: readonly GroupEvidence[]
  /** Kinds of maps over the cohort. */
  readonly mapClusters?: readonly MapClusters[]
}

/**
 * One trust criterion: a plain object in its own file, plus one line in `criteria/index.ts`.
 * `assess` hands finished rows to `job.partial` as `{row}` while it goes on, and throws only Fault `cancelled`.
 */
export interface Criterion<Params = Record<string, unknown>> {
  readonly id: string
  readonly title: string
  /** Area of the report whose question it answers; null for figures that carry no verdict about maps. */
  readonly area: Area | null
  /** The question in a clinician's words. */
  readonly question: string
  /** What the value is held against, in the same words. */
  readonly limit: string
  /** Authors, title, venue, year. */
  readonly citation: string
  readonly needs: readonly CriterionNeed[]
  /** Valibot object with defaults and descriptions; its thresholds are the rule's. */
  readonly params: GenericSchema<unknown, Params>
  /** The rule as it will be printed, with the thresholds of `params` in it. */
  rule(params: Params): string
  assess(run: ExperimentRun, params: Params, job: Job): Promise<CriterionResult>
}

export const nothingFound: CriterionResult = {
  rows: [],
  curves: [],
  comparisons: [],
  answerKey: [],
  performance: [],
  distributions: [],
  failed: []
}
