import type { ExpectedRegions, RunCase } from '@engine/criteria/experiment-run'
import { rowFrame, patientMeans, type RegionFrame } from '@engine/criteria/region-rows'
import { mostMissing } from '@engine/criteria/paired-patients'
import { pairedReference } from '@engine/criteria/paired-reference'
import { missingReasons, missingRow, resultRow } from '@engine/criteria/row'
import { aboveChance } from '@engine/criteria/rules'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { capital, counted, listed, withInterval } from '@engine/criteria/wording'
import { correlation } from '@engine/metrics/statistics/correlation'
import { averageRanks } from '@engine/metrics/statistics/ranks'
import type { Exclusion, Reference, ResultRow, Verdict } from '@shared/report'

/** Region scores of one case, in the order of the names; or why there are none. */
export interface CaseRegions {
  readonly item: RunCase
  readonly names: readonly string[]
  readonly scores: readonly (number | string)[] | string
}

type Figures = { readonly auc: number; readonly correlation: number | null } | string

/** How well the scores of a case rank the expected regions above the others. */
function agreementWith(expected: readonly string[], { names, scores }: CaseRegions): Figures {
  if (typeof scores === 'string') return scores
  const kept = names.flatMap((name, region) => {
    const score = scores[region]
    return typeof score === 'number' ? [{ score, wanted: expected.includes(name) }] : []
  })
  const wanted = kept.filter((region) => region.wanted).length
  if (wanted === 0) return 'no expected region lies in what the model sees'
  if (wanted === kept.length) return 'every region is expected'
  if (kept.every(({ score }) => score === kept[0].score)) return 'the map is the same everywhere in its regions'
  const ranks = averageRanks(kept.map(({ score }) => score))
  const rankSum = kept.reduce((sum, region, index) => sum + (region.wanted ? ranks[index] : 0), 0)
  const auc = (rankSum - (wanted * (wanted + 1)) / 2) / (wanted * (kept.length - wanted))
  const wantedFlags = kept.map((region) => Number(region.wanted))
  return { auc, correlation: correlation(ranks, wantedFlags) }
}

/** The rows that say whether the map is high where an expert expects it: area under the ROC curve (decides) and rank correlation. */
export function expectedRows(
  frame: RegionFrame,
  cases: readonly CaseRegions[],
  expectations: readonly ExpectedRegions[],
  statistics: Statistics
): ResultRow[] {
  const headline = { ...rowFrame(frame, 'regions.expected', 'region-auc'), headline: true, better: 'higher' as const }
  if (expectations.length === 0)
    return [missingRow(headline, frame.rule, 'The experiment states no expected regions ("regions.expected").')]
  const judged = judgedCases(cases, expectations)
  const numbers = (pick: (figures: Exclude<Figures, string>) => number | null): CaseNumber[] =>
    judged.map(({ item: { id, patient }, found }) => {
      const value = typeof found === 'string' ? null : pick(found)
      if (value !== null) return { id, patient, value }
      return { id, patient, value, reason: typeof found === 'string' ? found : 'all regions score alike' }
    })
  const aucs = numbers(({ auc }) => auc)
  const correlations = numbers(({ correlation }) => correlation)
  const chance = aucs.map(({ id, patient, value }): CaseNumber => ({ id, patient, value: value === null ? null : 0.5 }))
  const summary = statistics.summarise(aucs)
  const against = pairedReference({ id: 'chance', title: 'chance', decides: true }, aucs, chance, statistics)
  // Chance is 0.5 also where no map could be scored, and has no interval.
  const reference: Reference = { ...against, value: 0.5, ci95: null }
  return [
    resultRow(headline, {
      numbers: aucs,
      summary,
      references: [reference],
      verdict: judge(
        frame,
        { summary, reference, patients: patientMeans(aucs).length, why: mostMissing(aucs) },
        statistics
      ),
      excluded: missing(aucs),
      notes: notesOf(cases, expectations)
    }),
    correlationRow(frame, correlations, statistics)
  ]
}

/** Cases with a finding, and how well their scores agree with what is expected for it. */
function judgedCases(
  cases: readonly CaseRegions[],
  expectations: readonly ExpectedRegions[]
): { item: RunCase; found: Figures }[] {
  const known = knownRegions(cases)
  return cases.flatMap((one) => {
    const expected = expectations.find(({ label }) => label.toLowerCase() === one.item.label?.toLowerCase())
    if (expected !== undefined) {
      const { regions } = expected
      const nowhere = unknownRegions(known, regions).length === regions.length
      return [{ item: one.item, found: nowhere ? noSuchRegion(regions) : agreementWith(regions, one) }]
    }
    return one.item.label === null ? [] : [{ item: one.item, found: `no regions are expected for ${one.item.label}` }]
  })
}

function notesOf(cases: readonly CaseRegions[], expectations: readonly ExpectedRegions[]): string[] {
  const known = knownRegions(cases)
  return expectations.flatMap(({ label, regions, code }) => {
    const unknown = unknownRegions(known, regions)
    return [
      `Expected for ${label}${code === null ? '' : ` (${code})`}: ${regions.join(', ')}.`,
      ...(unknown.length === 0 ? [] : [`${capital(noSuchRegion(unknown))}.`])
    ]
  })
}

/** Names that no region of any image has; none while no image has regions. */
const unknownRegions = (known: ReadonlySet<string>, regions: readonly string[]): string[] =>
  known.size === 0 ? [] : regions.filter((name) => !known.has(name))

const knownRegions = (cases: readonly CaseRegions[]): Set<string> => new Set(cases.flatMap(({ names }) => names))

/** A name that is written otherwise in the atlas is no region that the model does not see. */
const noSuchRegion = (names: readonly string[]): string =>
  `no region of these images is called ${listed(names.map((name) => `“${name}”`))}`

const missing = (numbers: readonly CaseNumber[]): Exclusion[] => missingReasons(numbers)

function correlationRow(frame: RegionFrame, numbers: readonly CaseNumber[], statistics: Statistics): ResultRow {
  const reason = 'Printed beside the area under the curve, which decides.'
  return resultRow(
    { ...rowFrame(frame, 'regions.expected', 'region-rank-correlation'), better: 'higher' },
    {
      numbers,
      summary: statistics.summarise(numbers),
      references: [],
      verdict: { state: 'not-assessable', rule: frame.rule, reason },
      excluded: missing(numbers)
    }
  )
}

function judge(
  { rule }: RegionFrame,
  {
    summary,
    reference,
    patients,
    why
  }: { summary: ReturnType<Statistics['summarise']>; reference: Reference; patients: number; why: string },
  statistics: Statistics
): Verdict {
  const needed = statistics.thresholds.minimumPatients
  if (patients < needed)
    return {
      state: 'not-assessable',
      rule,
      reason: `Only ${counted(patients, 'patient')} with a map and expected regions${why}: at least ${needed} are needed.`
    }
  const state = aboveChance(reference.difference?.ci95 ?? null)
  const figures = `area under the curve ${withInterval(summary.value, summary.ci95)}, chance 0.5`
  const words: Record<Verdict['state'], string> = {
    pass: `High in the expected regions: ${figures}.`,
    fail: `Lower in the expected regions than elsewhere: ${figures}.`,
    inconclusive: `Not clearly higher in the expected regions: ${figures}.`,
    'not-assessable': 'No difference can be formed.'
  }
  return { state, rule, reason: words[state] }
}
