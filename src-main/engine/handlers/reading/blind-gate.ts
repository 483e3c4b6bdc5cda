import { Fault } from '@engine/fault'
import type { CommandName, EventName } from '@shared/protocol'
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
  'reading.state',
  'reading.open',
  'reading.go',
  'reading.active',
  'reading.note',
  'reading.done',
  'reading.reveal',
  'reading.leave',
  'reading.return',
  'drawing.close',
  'drawing.commit',
  'drawing.undo',
  'drawing.redo',
  'drawing.go',
  'drawing.segment',
  'drawing.operation',
  'drawing.measure',
  'drawing.saving'
])

/** Lists that would name other cases, models or results: they are answered, and empty. */
const emptied: ReadonlySet<CommandName> = new Set<CommandName>(['job.list', 'recent.list', 'report.list'])

/** Allowed for the case on the screen alone. */
const ofTheCase: ReadonlySet<CommandName> = new Set<CommandName>(['image.read', 'image.thumbnail', 'drawing.open'])

/** Allowed for the case on the screen where maps, or predictions, are not hidden, or not any more. */
const ofTheMap: ReadonlySet<CommandName> = new Set<CommandName>(['map.forecast', 'map.compute', 'map.list', 'map.read'])
const ofThePrediction: ReadonlySet<CommandName> = new Set<CommandName>(['doctor.check', 'prediction.read'])

export type Verdict = 'answer' | 'empty'

/** Whether a command is answered now. Throws Fault `blinded`. */
export function blindAllows(
  { maps }: Pick<Workbench, 'maps'>,
  now: ReadingNow | null,
  { command, input }: { command: CommandName; input: unknown }
): Verdict {
  if (now === null || now.hidden.length === 0) return 'answer'
  if (alwaysAllowed.has(command) || emptied.has(command)) return emptied.has(command) ? 'empty' : 'answer'
  const seen = seenParts(now)
  if (command === 'model.list') return seen.map || seen.prediction ? 'answer' : 'empty'
  if (ofTheScreen(command, seen) && casesNamed(maps, input).every((caseId) => caseId === now.caseId)) return 'answer'
  throw new Fault('blinded', 'A blinded reading is open: nothing else is shown.', {
    hint: 'Leave the reading first.'
  })
}

interface Seen {
  readonly map: boolean
  readonly prediction: boolean
  readonly readers: boolean
}

/** A map that was shown brings its prediction along: it never stands alone. */
const seenParts = ({ hidden, mapShown }: ReadingNow): Seen => ({
  map: mapShown || !hidden.includes('map'),
  prediction: mapShown || !hidden.includes('prediction'),
  readers: !hidden.includes('readers')
})

/** Whether a command may be asked of the case on the screen. */
function ofTheScreen(command: CommandName, seen: Seen): boolean {
  if (ofTheCase.has(command)) return true
  if (command === 'mask.read') return seen.readers
  return (seen.map && ofTheMap.has(command)) || (seen.prediction && ofThePrediction.has(command))
}

/** The cases an input is about. One that names none is about something else: it is not allowed either. */
function casesNamed(maps: Workbench['maps'], input: unknown): string[] {
  const { caseId, cases, mapId } = input as { caseId?: string; cases?: readonly string[]; mapId?: string }
  if (caseId !== undefined) return [caseId]
  if (cases !== undefined) return [...cases]
  return [mapId === undefined ? '' : maps.require(mapId).summary.caseId]
}

/** What of an answer is left while a reading is open: of lists, the reading's own. */
export function blindAnswer(now: ReadingNow | null, command: CommandName, output: unknown): unknown {
  if (now === null || now.hidden.length === 0 || command !== 'study.list') return output
  return (output as { caseId: string }[]).filter(({ caseId }) => isReadingCase(caseId) && caseId === now.caseId)
}

const quietEvents: ReadonlySet<EventName> = new Set<EventName>([
  'jobs',
  'map',
  'report',
  'model',
  'restarted',
  'provider'
])

/** Whether an event is told to the window. A map of the case on the screen is, once it may be seen. */
export function blindTells(now: ReadingNow | null, event: EventName, payload: unknown): boolean {
  if (now === null || now.hidden.length === 0 || !quietEvents.has(event)) return true
  const mapSeen = now.mapShown || !now.hidden.includes('map')
  return event === 'map' && mapSeen && (payload as { caseId: string }).caseId === now.caseId
}
