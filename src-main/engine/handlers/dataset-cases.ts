import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { concurrently } from '@shared/concurrently'
import { draftExperiment } from '@engine/formats/datasets/experiment'
import type { ReadDataset } from '@engine/formats/datasets/read-dataset'
import { asFault } from '@engine/fault'
import { throwIfCancelled, type Job } from '@engine/job'
import { Experiment } from '@shared/experiment'
import type { FileProblem } from '@shared/vocabulary'
import type { CaseEntry } from './case-shelf'
import { experimentCases } from './experiment-cases'
import { sizedCase } from './sized-case'

/** Headers read at once: disks answer several small reads as fast as one. */
const readAtOnce = 8

/** The cases of a dataset for the shelf, sizes from their headers; those whose image cannot be opened are listed. */
export async function datasetCases(
  dataset: ReadDataset,
  job: Job
): Promise<{ entries: CaseEntry[]; problems: FileProblem[] }> {
  const experiment = v.parse(
    Experiment,
    draftExperiment(dataset, { title: dataset.place.name, folder: null, models: [], methods: ['gradient'] })
  )
  const prefix = `set-${createHash('sha256').update(dataset.place.root).digest('hex').slice(0, 12)}:`
  const loaded = { experiment, folder: dataset.place.root, path: (path: string) => path }
  return sizedCases(experimentCases(loaded, { source: 'own', prefix }), job)
}

/** Cases with the size of their image; those whose header cannot be read are listed. Throws Fault `cancelled`. */
export async function sizedCases(
  listed: readonly CaseEntry[],
  job: Job
): Promise<{ entries: CaseEntry[]; problems: FileProblem[] }> {
  const entries: (CaseEntry | null)[] = listed.map(() => null)
  const problems: FileProblem[] = []
  let done = 0
  await concurrently(listed, readAtOnce, async (entry, index) => {
    throwIfCancelled(job)
    try {
      entries[index] = await sizedCase(entry)
    } catch (thrown) {
      problems.push({ file: entry.title, fault: asFault(thrown).report() })
    }
    job.progress('Reading headers', ++done, listed.length)
  })
  return { entries: entries.filter((entry) => entry !== null), problems }
}
