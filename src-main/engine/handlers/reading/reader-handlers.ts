import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import type { Output } from '@shared/protocol'
import type { Workbench } from '../workbench'
import { takePackage } from './package-in'
import { returnOfReader } from './return-out'
import { revealedMap } from './revealed-map'

type ReaderHandlers = Pick<
  Handlers,
  | 'reading.state'
  | 'reading.open'
  | 'reading.go'
  | 'reading.active'
  | 'reading.note'
  | 'reading.done'
  | 'reading.reveal'
  | 'reading.map'
  | 'reading.leave'
  | 'reading.openPackage'
  | 'reading.return'
>

type ReadingState = Output<'reading.state'>

/** A reader at work. */
export function readerHandlers(workbench: Workbench): ReaderHandlers {
  const { readings } = workbench
  const told = (): ReadingState => {
    const { state } = readings
    workbench.emit('reading', state)
    return state
  }
  return {
    ...carriedHandlers(workbench, told),

    async 'reading.state'() {
      return readings.state
    },
    async 'reading.open'({ studyId, readerId }, job) {
      await readings.open(studyId, readerId, job)
      return told()
    },
    async 'reading.go'({ reading }, job) {
      await readings.go(reading, job)
      return told()
    },
    async 'reading.active'() {
      return { seconds: readings.active() }
    },
    async 'reading.note'(note) {
      readings.note(note)
      return told()
    },
    async 'reading.done'() {
      return { next: await readings.done(), ...told() }
    },
    async 'reading.reveal'() {
      readings.reveal()
      return told()
    },
    async 'reading.map'({ again }, job) {
      return revealedMap(workbench, job, again)
    },
    async 'reading.leave'() {
      await readings.leave()
      return told()
    }
  }
}

/** The file a reader carries to another computer, and the one that comes back. */
function carriedHandlers(
  workbench: Workbench,
  told: () => ReadingState
): Pick<ReaderHandlers, 'reading.openPackage' | 'reading.return'> {
  const { readings, options } = workbench
  return {
    async 'reading.openPackage'({ grant }, job) {
      const { study, reader } = await takePackage(workbench, options.resolveGrant(grant), job)
      await readings.open(study, reader, job)
      return told()
    },
    async 'reading.return'({ grant }, job) {
      const open = readings.shown()
      if (open === null)
        throw new Fault('usage', 'No reading is open.', { hint: 'Open the file of the reading first.' })
      // What was changed since it was done is kept anew before it is written out.
      await readings.go(open.reading, job)
      const order = { row: readings.study(open.studyId), readerId: open.reader.id, folder: options.resolveGrant(grant) }
      return { files: [await returnOfReader(workbench, order)] }
    }
  }
}
