import { join } from 'node:path'
import type { Handlers } from '@engine/engine'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import type { Job } from '@engine/job'
import type { CaseSummary, ModelSummary } from '@shared/vocabulary'
import { noWishes } from './dataset'
import { datasetCases } from './dataset-cases'
import type { Workbench } from './workbench'

type CtHandlers = Pick<Handlers, 'study.ct'>

const subtitles: Readonly<Record<string, string>> = {
  'ct-plain': 'CT phantom, no contrast',
  'ct-contrast': 'CT phantom, with contrast'
}

interface CtSample {
  readonly cases: CaseSummary[]
  readonly models: ModelSummary[]
}

/**
 * The third group of the embedded sample: one CT phantom scanned twice, with the regions that enhance, and the model that
 * tells the scans apart slice by slice; opened when asked for.
 */
export function ctSampleHandlers(workbench: Workbench): CtHandlers {
  let opened: Promise<CtSample> | null = null
  return {
    async 'study.ct'(_input, job) {
      opened ??= openSeriesPair(workbench, job).catch((thrown: unknown) => {
        opened = null
        throw thrown
      })
      return opened
    }
  }
}

async function openSeriesPair({ cases, models, options }: Workbench, job: Job): Promise<CtSample> {
  const table = join(options.sampleFolder, 'ct', 'cases.csv')
  const { entries } = await datasetCases(await readDataset(table, { ...noWishes, labelTable: null }, job), job)
  const path = join(options.sampleFolder, 'models', 'contrast.onnx')
  const model = await models.open(path, job, { source: 'ct-sample', modelId: 'contrast' })
  return {
    models: [model],
    cases: cases.add(
      entries.map((entry) => ({
        ...entry,
        caseId: `ct:${entry.title}`,
        subtitle: subtitles[entry.title] ?? entry.subtitle,
        source: 'ct-sample' as const
      }))
    )
  }
}
