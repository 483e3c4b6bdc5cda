import { basename } from 'node:path'
import { Fault } from '@engine/fault'
import { readMask } from '@engine/formats/masks/read-mask'
import type { Handlers } from '@engine/engine'
import { openCases } from './open-cases'
import { remember } from './recent-list'
import { restoreOpen } from './restore-open'
import type { Workbench } from './workbench'

type StudyHandlers = Pick<Handlers, 'study.sample' | 'study.open' | 'study.list' | 'study.restore' | 'mask.open'>

/** Opening: the embedded sample, the user's own files, masks. */
export function studyHandlers(workbench: Workbench): StudyHandlers {
  const { cases, models, options, session, opened, sample } = workbench
  return {
    async 'study.sample'(_input, job) {
      const list = await sample.openCases(job)
      opened.addSample()
      return list
    },

    async 'study.restore'(_input, job) {
      const problems = await restoreOpen(workbench, opened.takeEarlier(), job)
      return { cases: cases.list(), models: models.list(), problems }
    },

    async 'study.open'({ grants }, job) {
      const paths = grants.map((grant) => options.resolveGrant(grant))
      const found = await openCases(workbench, paths, job)
      if (found.cases.length > 0) {
        const [first, ...others] = found.cases
        const more = new Set(others.map(({ caseId, part }) => part?.of ?? caseId))
        if (first.part !== null) more.delete(first.part.of)
        const title = more.size === 0 ? first.title : `${first.title} and ${more.size} more`
        remember(session, { kind: 'files', title, paths })
        opened.addFiles(paths)
      }
      return found
    },

    async 'study.list'() {
      return cases.list()
    },

    async 'mask.open'({ caseId, grant, reader }) {
      const path = options.resolveGrant(grant)
      const image = await cases.volume(caseId)
      const imageName = basename(cases.require(caseId).paths[0])
      const { labelmap, voxels, from, warnings } = await readMask(path, image, { imageName })
      if (voxels === 0) {
        throw new Fault('bad-mask', 'The mask is empty: no pixel is marked.', {
          hint: 'Choose a mask with at least one marked pixel.'
        })
      }
      opened.addMask({ caseId, path, reader })
      return cases.addMask(caseId, { reader, from, load: async () => labelmap }, warnings)
    }
  }
}
