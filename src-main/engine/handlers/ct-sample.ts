import { join } from 'node:path'
import type { Handlers } from '@engine/engine'
import { readDataset } from '@engine/formats/datasets/read-dataset'
import type { Job } from '@engine/job'
import type { CaseSummary } from '@shared/vocabulary'
import { noWishes } from './dataset'
import { datasetCases } from './dataset-cases'
import type { Workbench } from './workbench'

type CtHandlers = Pick<Handlers, 'study.ct'>

const subtitles: Readonly<Record<string, string>> = {
  'ct-plain': 'CT phantom, no contrast',
  'ct-contrast': 'CT phantom, with contrast'
}

/** The third group of the embedded sample: one CT phantom scanned twice, with the regions that enhance; opened when asked for. */
export function ctSampleHandlers(workbench: Workbench): CtHandlers {
  let opened: Promise<{ cases: CaseSummary[] }> | null = null
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

async function openSeriesPair({ cases, options }: Workbench, job: Job): Promise<{ cases: CaseSummary[] }> {
  const table = join(options.sampleFolder, 'ct', 'cases.csv')
  const { entries } = await datasetCases(await readDataset(table, { ...noWishes, labelTable: null }, job), job)
  return {
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
