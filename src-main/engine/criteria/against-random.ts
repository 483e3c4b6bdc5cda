import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { pairedReference } from '@engine/criteria/paired-reference'
import { mostMissing, tooFewPaired } from '@engine/criteria/paired-patients'
import { missingReasons, resultRow } from '@engine/criteria/row'
import { aboveChance, betterUp } from '@engine/criteria/rules'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { counted, withInterval } from '@engine/criteria/wording'
import type { Reference, ResultRow, Verdict } from '@shared/report'

/** A metric of one method beside the same metric of random maps of the same images. */
export interface AgainstRandom {
  readonly criterion: string
  readonly metric: string
  readonly better: 'higher' | 'lower'
  readonly headline: boolean
  readonly rule: string
  /** What a passing map does, in a clinician's words. */
  readonly claim: { readonly pass: string; readonly fail: string; readonly inconclusive: string }
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  /** What was taken of the map where it is not the method's own reduction. */
  readonly reduction?: string
  readonly notes?: readonly string[]
}

/** Pass if the whole interval of (method − random) lies on the better side, fail if on the other. */
export function rowAgainstRandom(
  frame: AgainstRandom,
  numbers: readonly CaseNumber[],
  random: readonly CaseNumber[],
  statistics: Statistics
): ResultRow {
  const summary = statistics.summarise(numbers)
  const named = { id: 'random', title: 'random map', decides: true }
  const reference = pairedReference(named, numbers, random, statistics)
  return resultRow(
    {
      criterion: frame.criterion,
      metric: frame.metric,
      method: frame.method.id,
      models: [frame.model.id],
      ...(frame.reduction === undefined ? {} : { reduction: frame.reduction }),
      grid: frame.grid,
      headline: frame.headline,
      better: frame.better
    },
    {
      numbers,
      summary,
      references: [reference],
      verdict: judge(frame, { summary, reference, why: mostMissing(numbers) }, statistics),
      excluded: missingReasons(numbers),
      notes: frame.notes
    }
  )
}

interface Found {
  readonly summary: ReturnType<Statistics['summarise']>
  readonly reference: Reference
  /** Why images have no value. */
  readonly why: string
}

function judge(
  { rule, better, claim }: AgainstRandom,
  { summary, reference, why }: Found,
  statistics: Statistics
): Verdict {
  const needed = statistics.thresholds.minimumPatients
  if (summary.patients < needed)
    return {
      state: 'not-assessable',
      rule,
      reason: `Only ${counted(summary.patients, 'patient')} whose answer could be asked again${why}: at least ${needed} are needed.`
    }
  const thin = tooFewPaired([reference], needed)
  if (thin !== null) return { state: 'not-assessable', rule, reason: thin }
  const state = aboveChance(betterUp(reference.difference?.ci95 ?? null, better))
  const figures = `${withInterval(summary.value, summary.ci95)}, random map ${withInterval(reference.value, null)}`
  const reason =
    state === 'not-assessable' ? 'No difference to a random map can be formed.' : `${claim[state]}: ${figures}.`
  return { state, rule, reason }
}
