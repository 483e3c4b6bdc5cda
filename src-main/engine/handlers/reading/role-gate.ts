import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { CommandName, EventName, Input, Output } from '@shared/protocol'
import type { CaseSummary } from '@shared/vocabulary'
import { isBlinded, seenBy } from '../seen-by'
import type { Workbench } from '../workbench'
import type { Verdict } from './blind-gate'

/** Lists of what a reader is not shown: they are answered, and empty. */
const emptied: ReadonlySet<CommandName> = new Set<CommandName>([
  'model.list',
  'model.sample',
  'map.list',
  'report.list',
  'job.list'
])

/** Models, what they answer, maps, and everything made of them; data sets come with labels and other readers' outlines. */
const notForReaders = /^(?:model|map|prediction|doctor|removal|report|sheet|regions|dataset)\.|^mask\.open$/u

/** Told while they are made, or while they compute. */
const eventsOfModels: ReadonlySet<EventName> = new Set<EventName>(['map', 'model', 'report', 'jobs', 'provider'])

/** Nobody who has not said who he is sees more than a reader does. */
const isReader = ({ profiles, readings }: Pick<Workbench, 'profiles' | 'readings'>): boolean =>
  isBlinded(profiles.orNobody) && readings.now === null

/**
 * What a profile of the role reader is answered outside of a reading: images and the own outlines. Inside one the study says what is hidden.
 * Throws Fault `blinded`.
 */
export function roleAllows(
  workbench: Workbench,
  { command, input }: { command: CommandName; input: unknown }
): Verdict {
  if (!isReader(workbench)) return 'answer'
  if (emptied.has(command)) return 'empty'
  // An image with its finding taken out shows where the finding was.
  const variant = command === 'image.read' ? (input as Input<'image.read'>).variant : null
  if (!notForReaders.test(command) && (variant ?? null) === null) return 'answer'
  if (workbench.profiles.orNobody === null)
    throw new Fault('blinded', 'Nobody has said who is working here.', { hint: 'Choose a profile first.' })
  throw new Fault('blinded', 'A reader is shown images and their own outlines, no models and no maps.', {
    hint: 'Choose a profile of an organiser or researcher.'
  })
}

/** What of an answer a reader is shown: cases without their label and without other readers' outlines. */
export function roleAnswer(
  workbench: Workbench,
  { command, output }: { command: CommandName; output: unknown }
): unknown {
  if (!isReader(workbench)) return output
  const alone = (cases: readonly CaseSummary[]): CaseSummary[] => cases.map((one) => withoutAnswers(workbench, one))
  if (command === 'study.list' || command === 'study.sample') return alone(output as CaseSummary[])
  if (command === 'worklist.read') return { lines: [] }
  // Reports that were opened with a case hold what other readers and programs measured.
  if (command === 'measure.list') return { ...(output as Output<'measure.list'>), reported: [] }
  // Which models are open, and where each of them runs.
  if (command === 'app.providers') return { ...(output as Output<'app.providers'>), models: [] }
  const { cases } = (output ?? {}) as { readonly cases?: CaseSummary[] }
  if (!opensCases.test(command) || cases === undefined) return output
  return { ...(output as object), cases: alone(cases), ...withoutModels(output as object) }
}

/** Cases that are told one by one while they are opened come with their labels: a reader waits for the whole. */
export const roleJob = (workbench: Workbench, job: Job): Job =>
  isReader(workbench)
    ? { signal: job.signal, progress: (stage, done, total, left) => job.progress(stage, done, total, left) }
    : job

const withoutModels = (output: object): object =>
  'models' in output ? { models: [] } : 'model' in output ? { model: null } : {}

const opensCases = /^(?:study|recent)\./u

/** Whether a reader is told of it. */
export const roleTells = (workbench: Workbench, event: EventName): boolean =>
  !eventsOfModels.has(event) || !isReader(workbench)

function withoutAnswers({ cases, profiles }: Workbench, summary: CaseSummary): CaseSummary {
  const { label, masks } = seenBy(profiles.orNobody, cases.require(summary.caseId))
  return { ...summary, label, masks: masks.length, attached: [], cues: 0, variants: [] }
}
