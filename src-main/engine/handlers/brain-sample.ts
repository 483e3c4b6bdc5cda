import { join } from 'node:path'
import type { Handlers } from '@engine/engine'
import { loadVolume } from '@engine/formats/load'
import type { Job } from '@engine/job'
import type { CaseSummary, ModelSummary } from '@shared/vocabulary'
import type { CaseEntry } from './case-shelf'
import { experimentCases } from './experiment-cases'
import { readExperiment } from './experiment-file'
import type { Workbench } from './workbench'

type BrainHandlers = Pick<Handlers, 'study.brain'>

/** The second group of the embedded sample: brain phantoms and their 3-D model, opened when they are asked for, never at the start. */
export function brainSampleHandlers(workbench: Workbench): BrainHandlers {
  let opened: Promise<{ cases: CaseSummary[]; models: ModelSummary[] }> | null = null
  return {
    async 'study.brain'(_input, job) {
      opened ??= openBrains(workbench, job).catch((thrown: unknown) => {
        opened = null
        throw thrown
      })
      return opened
    }
  }
}

async function openBrains(workbench: Workbench, job: Job): Promise<{ cases: CaseSummary[]; models: ModelSummary[] }> {
  const { cases, models, options } = workbench
  const loaded = readExperiment(join(options.sampleFolder, 'brain-experiment.json'))
  const entries = experimentCases(loaded, { source: 'brain-sample', prefix: 'brain:' })
  const described: CaseEntry[] = []
  for (const [index, entry] of entries.entries()) {
    const { volume, warnings } = await loadVolume(entry.paths[0])
    described.push({ ...entry, subtitle: 'Brain phantom, 4 mm', modality: 'NIfTI', size: volume.size, warnings })
    job.progress('sample', index + 1, entries.length)
  }
  const summaries: ModelSummary[] = []
  for (const { id, onnx, card } of loaded.experiment.models) {
    const cardPath = card === null || card === undefined ? undefined : loaded.path(card)
    summaries.push(await models.open(loaded.path(onnx), job, { cardPath, source: 'brain-sample', modelId: id }))
  }
  return { cases: cases.add(described), models: summaries }
}
