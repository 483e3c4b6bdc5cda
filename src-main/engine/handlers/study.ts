import { join } from 'node:path'
import { Fault } from '@engine/fault'
import type { Job } from '@engine/job'
import type { Handlers } from '@engine/engine'
import type { CaseSummary, ModelSummary } from '@shared/vocabulary'
import { experimentCases } from './experiment-cases'
import { type LoadedExperiment, readExperiment } from './experiment-file'
import { maskFromFile } from './mask-files'
import { openCases } from './open-cases'
import { remember } from './recent-list'
import type { Workbench } from './workbench'
import { wordLines } from './patient-lines'
import { loadVolume } from '@engine/formats/load'
import type { CaseEntry } from './case-shelf'

type StudyHandlers = Pick<Handlers, 'study.sample' | 'study.open' | 'study.list' | 'mask.open'>

/** Opening: the embedded sample, the user's own files, masks. */
export function studyHandlers(workbench: Workbench): StudyHandlers {
  const { cases, options, session } = workbench
  let sample: Promise<{ cases: CaseSummary[]; models: ModelSummary[] }> | null = null
  return {
    async 'study.sample'(_input, job) {
      sample ??= openSample(workbench, job).catch((thrown: unknown) => {
        sample = null
        throw thrown
      })
      return sample
    },

    async 'study.open'({ grants }, job) {
      const paths = grants.map(options.resolveGrant)
      const opened = await openCases(workbench, paths, job)
      if (opened.cases.length > 0) {
        const [first, ...others] = opened.cases
        const title = others.length === 0 ? first.title : `${first.title} and ${others.length} more`
        remember(session, { kind: 'files', title, paths })
      }
      return opened
    },

    async 'study.list'() {
      return cases.list()
    },

    async 'mask.open'({ caseId, grant, reader }) {
      const path = options.resolveGrant(grant)
      const image = await cases.volume(caseId)
      const labelmap = await maskFromFile(path, image)
      if (!labelmap.voxels.some((value) => value !== 0)) {
        throw new Fault('bad-mask', 'The mask is empty: no pixel is marked.', {
          hint: 'Choose a mask with at least one marked pixel.'
        })
      }
      return cases.addMask(caseId, { reader, load: async () => labelmap })
    }
  }
}

/** Path of an experiment of the embedded sample. */
export function sampleExperiment(sampleFolder: string, which: 'demo' | 'sample'): LoadedExperiment {
  return readExperiment(join(sampleFolder, which === 'demo' ? 'demo-experiment.json' : 'experiment.json'))
}

async function openSample(workbench: Workbench, job: Job): Promise<{ cases: CaseSummary[]; models: ModelSummary[] }> {
  const { cases, models, options } = workbench
  const loaded = sampleExperiment(options.sampleFolder, 'sample')
  const entries: CaseEntry[] = []
  const listed = experimentCases(loaded, { source: 'sample', prefix: 'sample:' })
  for (const [index, entry] of listed.entries()) {
    entries.push(await described(entry))
    job.progress('sample', index + 1, listed.length)
  }
  const summaries: ModelSummary[] = []
  for (const model of loaded.experiment.models) {
    const cardPath = model.card === null || model.card === undefined ? undefined : loaded.path(model.card)
    summaries.push(await models.open(loaded.path(model.onnx), job, { cardPath, source: 'sample', modelId: model.id }))
  }
  return { cases: cases.add(entries), models: summaries }
}

/** The phantom's own DICOM words make the list readable. */
async function described(entry: CaseEntry): Promise<CaseEntry> {
  const { volume, tags, warnings } = await loadVolume(entry.paths[0])
  const words = wordLines({ name: entry.title, tags, label: '' })
  return { ...entry, ...words, patient: entry.patient, size: volume.size, words: tags, warnings }
}
