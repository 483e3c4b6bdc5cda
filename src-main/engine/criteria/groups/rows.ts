import { mean } from '@engine/metrics/statistics/moments'
import type { GroupSamples } from '@engine/criteria/groups/samples'
import type { ThresholdKind, VoxelTests } from '@engine/criteria/groups/voxel-tests'
import type { RunMethod, RunModel } from '@engine/criteria/experiment-run'
import { mapTaken } from '@engine/criteria/map-taken'
import { missingRow, resultRow, type RowFrame } from '@engine/criteria/row'
import { counted, figure, withInterval } from '@engine/criteria/wording'
import type { CaseNumber, Statistics } from '@engine/criteria/summary'
import { percentileInterval, resampledStatistic } from '@engine/metrics/statistics/patient-bootstrap'
import type { GroupEvidence } from '@shared/group-evidence'
import type { Interval, ResultRow, Verdict } from '@shared/report'

export interface GroupFrame {
  readonly model: RunModel
  readonly method: RunMethod
  readonly grid: string
  /** Maps that keep their sign are compared as the sum over the channels. */
  readonly signed: boolean
  readonly rule: string
  readonly alpha: number
  readonly threshold: ThresholdKind
  readonly permutations: number
}

function framed({ model, method, grid, signed }: GroupFrame, criterion: string, metric: string): RowFrame {
  const reduction = signed && !method.imported ? { reduction: mapTaken.signedSum } : {}
  return {
    criterion,
    metric,
    method: method.id,
    models: [model.id],
    ...reduction,
    grid,
    headline: false,
    better: 'none'
  }
}

export function noGroups(frame: GroupFrame, reason: string): ResultRow {
  return missingRow(
    { ...framed(frame, 'groups.difference', 'largest-t'), headline: true },
    frame.rule,
    `Groups cannot be compared: ${reason}.`
  )
}

/** Both groups, and what is said of the maps that were compared. */
export interface ComparedGroups {
  readonly first: GroupEvidence['first']
  readonly second: GroupEvidence['first']
  readonly notes: readonly string[]
}

/** What the difference came to. */
export interface GroupTests extends Pick<
  VoxelTests,
  'largest' | 'pLargest' | 'shuffledLimit' | 'tested' | 'threshold'
> {
  readonly clusters: number
}

/** The row that judges: the largest |t| against what shuffled labels reach. */
export function differenceRow(
  frame: GroupFrame,
  { first, second, notes }: ComparedGroups,
  tests: GroupTests,
  statistics: Statistics
): ResultRow {
  const patients = first.patients + second.patients
  const needed = statistics.thresholds.minimumPatients
  const sizes = `${first.name} ${counted(first.patients, 'patient')}, ${second.name} ${counted(second.patients, 'patient')}`
  const figures = `largest |t| ${figure(tests.largest)}, shuffled labels reach ${figure(tests.shuffledLimit)}, p ${tests.pLargest.toPrecision(2)} over ${tests.tested} voxels`
  const verdict = (state: Verdict['state'], reason: string): Verdict => ({ state, rule: frame.rule, reason })
  const few = patients < needed || Math.min(first.patients, second.patients) < 3
  return resultRow(
    { ...framed(frame, 'groups.difference', 'largest-t'), headline: true, better: 'higher' },
    {
      numbers: [],
      summary: { n: first.images + second.images, patients, value: tests.largest, sd: null, ci95: null },
      references: [
        {
          id: 'shuffled-labels',
          title: `shuffled labels (${frame.permutations})`,
          value: tests.shuffledLimit,
          ci95: null,
          decides: true,
          difference: null
        }
      ],
      verdict: few
        ? verdict('not-assessable', `${sizes}: at least ${needed} patients, three of them in each group, are needed.`)
        : tests.pLargest <= frame.alpha
          ? verdict('pass', `The maps differ between ${first.name} and ${second.name}: ${figures}.`)
          : verdict('inconclusive', `No difference between ${first.name} and ${second.name} is shown: ${figures}.`),
      notes: [thresholdNote(frame, tests), ...notes]
    }
  )
}

function thresholdNote({ threshold, alpha }: GroupFrame, tests: GroupTests): string {
  const names: Record<ThresholdKind, string> = {
    'false-discovery': `a rate of false discoveries of ${alpha}`,
    'max-t': `the largest t of shuffled labels (${alpha} over all voxels)`,
    uncorrected: `p ${alpha} at each voxel, not corrected`
  }
  return tests.threshold === null
    ? `No voxel counts by ${names[threshold]}.`
    : `${counted(tests.clusters, 'cluster')} above |t| ${figure(tests.threshold)}, by ${names[threshold]}.`
}

/** Where maps were compared, and what was left out. */
export function sampleNotes({ inBoth, reasons, space }: GroupSamples): string[] {
  return [
    `Compared ${space.space}.`,
    ...(inBoth.length === 0 ? [] : [`${counted(inBoth.length, 'patient')} with images in both groups left out.`]),
    ...(reasons.length === 0 ? [] : [`${counted(reasons.length, 'image')} without a map: ${reasons[0]}.`])
  ]
}

/** Mean value of each patient's map. */
export interface GroupMeans {
  readonly name: string
  readonly numbers: readonly CaseNumber[]
}

export const meansOf = ({ name, patients }: GroupSamples['first']): GroupMeans => ({
  name,
  numbers: patients.map(({ patient, map }) => ({ id: patient, patient, value: mean(map) }))
})

/** Difference of the mean value of the maps, by patient with interval: an effect that was not picked by looking. */
export function meanDifferenceRow(
  frame: GroupFrame,
  [first, second]: readonly [GroupMeans, GroupMeans],
  statistics: Statistics
): ResultRow {
  const [a, b] = [first.numbers, second.numbers]
  const [there, other] = [statistics.summarise(a), statistics.summarise(b)]
  const value = there.value === null || other.value === null ? null : there.value - other.value
  const ci95 = value === null ? null : differenceInterval(a, b, statistics)
  const reason = `Mean of the whole map: ${first.name} ${figure(there.value)}, ${second.name} ${figure(other.value)}, difference ${withInterval(value, ci95)}. It is no verdict on the map.`
  return resultRow(framed(frame, 'groups.mean-difference', 'mean-of-the-map'), {
    numbers: [...a, ...b],
    summary: { n: a.length + b.length, patients: a.length + b.length, value, sd: there.sd, ci95 },
    references: [
      { id: 'second-group', title: second.name, value: other.value, ci95: other.ci95, decides: false, difference: null }
    ],
    verdict: { state: 'not-assessable', rule: frame.rule, reason }
  })
}

function differenceInterval(
  a: readonly CaseNumber[],
  b: readonly CaseNumber[],
  statistics: Statistics
): Interval | null {
  const patients = [...a.map(({ patient }) => `first ${patient}`), ...b.map(({ patient }) => `second ${patient}`)]
  const values = [...a, ...b].map(({ value }) => value!)
  const resampled = resampledStatistic(statistics.draws(patients), (weights) => {
    const between = (from: number, to: number): number => {
      let [sum, count] = [0, 0]
      for (let index = from; index < to; index++) {
        sum += weights[index] * values[index]
        count += weights[index]
      }
      return sum / count
    }
    return between(0, a.length) - between(a.length, values.length)
  })
  return percentileInterval(resampled, statistics.thresholds.level)
}

/** The two outputs of a softmax should draw opposite maps: printed as a check of signs. */
export function signRow(
  frame: GroupFrame,
  outputs: readonly [string, string],
  { correlation, images }: { correlation: number | null; images: number }
): ResultRow {
  const row = framed(frame, 'groups.sign-check', 'correlation-of-the-two-outputs')
  const words =
    correlation === null
      ? 'cannot be compared, one of them is the same everywhere'
      : correlation < 0
        ? 'have opposite signs, as expected'
        : 'do not have opposite signs: check which output is which, whether the method drops the sign, and whether both logits share a part that the softmax cancels'
  const reason = `The mean maps of ${outputs[0]} and ${outputs[1]} correlate by ${figure(correlation)}: they ${words}. It is no verdict on the map.`
  return resultRow(row, {
    numbers: [],
    summary: { n: images, patients: images, value: correlation, sd: null, ci95: null },
    references: [],
    verdict: { state: 'not-assessable', rule: frame.rule, reason }
  })
}
