import { Fault } from '@engine/fault'
import type { Handlers } from '@engine/engine'
import { join } from 'node:path'
import { drawnMeasurements } from './exports/drawn-measurements'
import { KeptMeasurements, type Measured } from './kept-measurements'
import { prepareFolder, writeWhole } from './output-folder'
import { safeName } from './safe-name'
import type { Workbench } from './workbench'

type MeasureHandlers = Pick<Handlers, 'measure.list' | 'measure.keep' | 'measure.save'>

/** Lengths, angles and regions measured on the images of a case. */
export function measureHandlers({ cases, options, workspace, profiles, emit }: Workbench): MeasureHandlers {
  const file = new KeptMeasurements(workspace, options.workspaceFolder, (sentence) => emit('restarted', { sentence }))
  const mine = (caseId: string): Measured => ({ caseId, profile: profiles.current.id })
  return {
    async 'measure.list'({ caseId }) {
      const { numbers = [] } = cases.require(caseId)
      return { own: profiles.orNobody === null ? [] : file.of(mine(caseId)), reported: [...numbers] }
    },

    async 'measure.keep'({ caseId, own }) {
      const { size } = cases.require(caseId)
      const beside = own.find(({ slice }) => slice >= size[2])
      if (beside !== undefined) {
        throw new Fault('bad-parameter', `“${beside.name}” lies on slice ${beside.slice + 1} of ${size[2]}.`, {
          subject: beside.name,
          hint: 'Measure on a slice of the image.'
        })
      }
      file.keep(mine(caseId), own)
      return {}
    },

    async 'measure.save'({ caseId, grant, identity }) {
      const entry = cases.require(caseId)
      const own = file.of(mine(caseId))
      if (own.length === 0) {
        throw new Fault('bad-parameter', 'Nothing is measured on this case.', {
          subject: 'measurements',
          hint: 'Measure a length, an angle or a region first.'
        })
      }
      const folder = options.resolveGrant(grant)
      const image = await cases.volume(caseId)
      const bytes = await drawnMeasurements({
        entry,
        image,
        own,
        identity,
        version: options.version,
        created: new Date()
      })
      prepareFolder(folder)
      const name = `${safeName(caseId)}.measurements.sr.dcm`
      writeWhole(join(folder, name), bytes)
      return { files: [name], refused: [], remarks: [] }
    }
  }
}
