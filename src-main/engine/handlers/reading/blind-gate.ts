import { parseTarget, type Target } from '@engine/attribution/target'
import { Fault } from '@engine/fault'
import type { CommandName, EventName, EventPayload, MapRequest, Output } from '@shared/protocol'
import type { RevealedMap } from '@shared/reading-study'
import type { JobSummary, MapSummary } from '@shared/vocabulary'
import type { Workbench } from '../workbench'
import type { ReadingNow } from './reading-desk'
import { isReadingCase } from './reading-place'

/**
 * Blind means absent: while a reading is open in which anything is hidden, the engine answers what the reading needs and
 * nothing else. The list says what is allowed, so a command that nobody thought of is refused.
 */
const alwaysAllowed: ReadonlySet<CommandName> = new Set<CommandName>([
  'app.info',
  'method.list',
  'preset.list',
  'study.list',
  'profile.list',
  'habits.read',
  'habits.keep',
  'habits.moveIn',
  'reading.state',
  'reading.open',
  'reading.go',
  'reading.active',
  'reading.note',
  'reading.done',
  'reading.reveal',
  'reading.map',
  'reading.leave',
  'reading.return',
  'drawing.close',
  'drawing.commit',
  'drawing.undo',
  'drawing.redo',
  'drawing.go',
  'drawing.segment',
  'drawing.checkpoint',
  'drawing.restore',
  'drawing.operation',
  'drawing.measure',
  'drawing.saving',
  'drawing.copies',
  'drawing.addCopy',
  'drawing.putCopyAway'
])

/** Lists that would name other cases, models or results: they are answered, and empty. */
const emptied: ReadonlySet<CommandName> = new Set<CommandName>(['recent.list', 'report.list'])

/** Allowed for the case on the screen alone. */
const ofTheCase: ReadonlySet<CommandName> = new Set<CommandName>(['image.read', 'image.thumbnail', 'drawing.open'])

/** Allowed for the case on the screen where maps, or predictions, are not hidden. */
const ofMaps: ReadonlySet<CommandName> = new Set<CommandName>(['map.forecast', 'map.compute'])
/** Allowed there, and for the one map that was shown: it is looked at, and its computation can be stopped. */
const ofTheMap: ReadonlySet<CommandName> = new Set<CommandName>(['map.list', 'map.read', 'map.segments', 'job.cancel'])
const ofThePrediction: ReadonlySet<CommandName> = new Set<CommandName>(['doctor.check', 'prediction.read'])

export type Verdict = 'answer' | 'empty'

/** Whether a command is answered now. Throws Fault `blinded`. */
export function blindAllows(
  workbench: Pick<Workbench, 'maps' | 'jobs'>,
  now: ReadingNow | null,
  { command, input }: { command: CommandName; input: unknown }
): Verdict {
  if (now === null || now.hidden.length === 0) return 'answer'
  if (alwaysAllowed.has(command) || emptied.has(command)) return emptied.has(command) ? 'empty' : 'answer'
  if (command === 'job.list' || (now.waits && command === 'profile.choose')) return 'answer'
  if (command === 'model.list')
    return now.hidden.includes('map') && now.hidden.includes('prediction') ? 'empty' : 'answer'
  if (
    ofTheScreen(workbench.maps, now, { command, input }) &&
    casesNamed(workbench, input).every((caseId) => caseId === now.caseId)
  )
    return 'answer'
  throw new Fault('blinded', 'A blinded reading is open: nothing else is shown.', {
    hint: now.waits ? 'Choose who is working here.' : 'Leave the reading first.'
  })
}

/** Whether a command may be asked of the case on the screen. A map that was shown brings its prediction along: it never stands alone. */
function ofTheScreen(
  maps: Workbench['maps'],
  { hidden, revealed }: ReadingNow,
  { command, input }: { command: CommandName; input: unknown }
): boolean {
  const { mapId, modelId } = input as { mapId?: string; modelId?: string }
  if (ofTheCase.has(command)) return true
  if (command === 'mask.read') return !hidden.includes('readers')
  if (ofThePrediction.has(command)) return !hidden.includes('prediction') || modelId === revealed?.modelId
  if (!hidden.includes('map')) {
    if (ofMaps.has(command)) requireTold(hidden, (input as MapRequest).target)
    return ofTheMap.has(command) || ofMaps.has(command)
  }
  return ofTheMap.has(command) && revealed !== null && (mapId === undefined || isRevealed(maps.find(mapId), revealed))
}

/**
 * A map is called by what it explains: where the model's answer, or the case's label, chooses that, the name would tell it.
 * Throws Fault `blinded`.
 */
function requireTold(hidden: ReadingNow['hidden'], target: MapRequest['target']): void {
  const byLabel = target.trim() === 'label'
  if (!hidden.includes(byLabel ? 'label' : 'prediction') || !(byLabel || isChosenByModel(parseTarget(target)))) return
  throw new Fault('blinded', 'What this map explains would tell what is hidden in this reading.', {
    subject: target,
    hint: 'Name a finding of the model as its target.'
  })
}

const isChosenByModel = (target: Target): boolean =>
  target.kind === 'several'
    ? target.parts.some(isChosenByModel)
    : target.kind === 'predicted' || target.kind === 'positive'

const isRevealed = (map: MapSummary | null, revealed: RevealedMap | null): boolean =>
  map !== null && map.modelId === revealed?.modelId && map.expression === revealed.expression && !map.scrambled

/** The cases an input is about. One that names none is about something else: it is not allowed either. */
function casesNamed({ maps, jobs }: Pick<Workbench, 'maps' | 'jobs'>, input: unknown): string[] {
  const { caseId, cases, mapId, jobId } = input as Partial<Record<'caseId' | 'mapId' | 'jobId', string>> & {
    readonly cases?: readonly string[]
  }
  if (caseId !== undefined) return [caseId]
  if (cases !== undefined) return [...cases]
  const ofJob = jobId === undefined ? [] : jobs.casesOf(jobId)
  if (ofJob.length > 0) return [...ofJob]
  return [mapId === undefined ? '' : (maps.find(mapId)?.caseId ?? '')]
}

/** What of an answer is left while a reading is open: of lists, the reading's own. */
export function blindAnswer(
  { jobs }: Pick<Workbench, 'jobs'>,
  now: ReadingNow | null,
  { command, output }: { command: CommandName; output: unknown }
): unknown {
  if (now === null || now.hidden.length === 0) return output
  if (command === 'study.list')
    return (output as { caseId: string }[]).filter(({ caseId }) => isReadingCase(caseId) && caseId === now.caseId)
  if (command === 'job.list') return ownJobs(jobs, now, output as JobSummary[])
  if (command === 'map.list') {
    const maps = output as MapSummary[]
    const seen = now.hidden.includes('map') ? maps.filter((map) => isRevealed(map, now.revealed)) : maps
    return seen.map((map) => mapAlone(map, now))
  }
  if (command === 'map.compute') {
    const { maps, ...queued } = output as Output<'map.compute'>
    return { ...queued, maps: maps.map((map) => mapAlone(map, now)) }
  }
  return output
}

/** A map without what the model answered, while predictions are hidden; the map that was shown brings its own along. */
function mapAlone(map: MapSummary, { hidden, revealed }: ReadingNow): MapSummary {
  if (!hidden.includes('prediction') || isRevealed(map, revealed)) return map
  const { answer: _untold, ...alone } = map
  return alone
}

/** The jobs that are about the case on the screen and nothing else. */
const ownJobs = (jobs: Workbench['jobs'], { caseId }: ReadingNow, list: readonly JobSummary[]): JobSummary[] =>
  list.filter(({ jobId }) => {
    const cases = jobs.casesOf(jobId)
    return cases.length > 0 && cases.every((one) => one === caseId)
  })

const quietEvents: ReadonlySet<EventName> = new Set<EventName>(['map', 'report', 'model', 'restarted', 'provider'])

/** What of an event is told to the window; null: nothing. A map of the case on the screen is, once it may be seen. */
export function blindEvent<K extends EventName>(
  { jobs }: Pick<Workbench, 'jobs'>,
  now: ReadingNow | null,
  { event, payload }: { event: K; payload: EventPayload<K> }
): EventPayload<K> | null {
  if (now === null || now.hidden.length === 0) return payload
  if (event === 'jobs') return ownJobs(jobs, now, payload as JobSummary[]) as EventPayload<K>
  if (!quietEvents.has(event)) return payload
  const map = payload as MapSummary
  const told =
    event === 'map' && map.caseId === now.caseId && (!now.hidden.includes('map') || isRevealed(map, now.revealed))
  return told ? (mapAlone(map, now) as EventPayload<K>) : null
}
