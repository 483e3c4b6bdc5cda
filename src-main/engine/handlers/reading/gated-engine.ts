import { Fault } from '@engine/fault'
import type { Engine, Handlers } from '@engine/engine'
import type { JobSummary } from '@shared/vocabulary'
import { isBlinded } from '../seen-by'
import type { Workbench } from '../workbench'
import { blindAllows, blindAnswer, blindEvent } from './blind-gate'
import { requireListed } from './listed-segments'
import { roleAllows, roleAnswer, roleJob, roleTells } from './role-gate'

/** What only the organiser of a study may ask: figures and outlines of other readers, and who reads what. */
const ofOrganisers: ReadonlySet<string> = new Set([
  'reading.create',
  'reading.contents',
  'reading.remove',
  'reading.remarks',
  'reading.results',
  'reading.consensus',
  'reading.adjudicate',
  'reading.edit',
  'reading.accept',
  'reading.reference',
  'reading.package',
  'reading.merge',
  'reading.export',
  'reading.outlines'
])

/** Jobs that closing the window would cut off. */
const open: ReadonlySet<JobSummary['state']> = new Set(['waiting', 'running', 'paused', 'stopping'])

/** The commands behind the gate: every call, whoever makes it, is held against the reading that is open. */
export function gatedEngine(workbench: Workbench, handlers: Handlers): Engine {
  const { readings, profiles } = workbench
  return {
    async call(command, input, job) {
      await readings.resume(job)
      if (ofOrganisers.has(command) && isBlinded(profiles.orNobody)) {
        throw new Fault('blinded', 'A reader is shown no results and no other readers.', {
          hint: 'Ask the organiser of the study.'
        })
      }
      const { now } = readings
      const verdict = blindAllows(workbench, now, { command, input })
      requireListed(readings.shown(), command, input)
      // The empty list is what each of these commands answers when there is nothing.
      if (verdict === 'empty' || roleAllows(workbench, { command, input }) === 'empty') return [] as never
      const output = await handlers[command](input, roleJob(workbench, job))
      if (command === 'profile.choose' && ((await readings.profileChosen(job)) || now?.waits === true))
        workbench.emit('reading', readings.state)
      const told = roleAnswer(workbench, { command, output })
      return blindAnswer(workbench, readings.now, { command, output: told }) as typeof output
    },
    onEvent: (listener) =>
      workbench.listeners.add((event, payload) => {
        const told = blindEvent(workbench, readings.now, { event, payload })
        if (told !== null && roleTells(workbench, event)) listener(event, told)
      }),
    onBusy: (listener) =>
      workbench.listeners.add((event) => {
        if (event === 'jobs') listener(workbench.jobs.list().filter(({ state }) => open.has(state)).length)
      }),
    enter: (window) => workbench.drawings.enter(window),
    shutDown: () => workbench.shutDown()
  }
}
