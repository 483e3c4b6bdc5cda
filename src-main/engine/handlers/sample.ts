import { join } from 'node:path'
import { loadVolume } from '@engine/formats/load'
import type { Job } from '@engine/job'
import type { CaseSummary, ModelSummary } from '@shared/vocabulary'
import type { CaseEntry, CaseShelf } from './case-shelf'
import { experimentCases } from './experiment-cases'
import { type LoadedExperiment, readExperiment } from './experiment-file'
import type { ModelShelf } from './model-shelf'
import { wordLines } from './patient-lines'

/** Headers read at once: the decoding workers are few, and the list must not wait for one file after the other. */
const readAtOnce = 8

/** Path of an experiment of the embedded sample. */
export function sampleExperiment(sampleFolder: string, which: 'demo' | 'sample'): LoadedExperiment {
  return readExperiment(join(sampleFolder, which === 'demo' ? 'demo-experiment.json' : 'experiment.json'))
}

/** Where the sample goes. */
export interface SamplePlace {
  readonly sampleFolder: string
  readonly cases: CaseShelf
  readonly models: ModelShelf
  /** Told of each model as soon as it is open. */
  readonly announce: (model: ModelSummary) => void
}

/** The embedded sample, opened at most once: its cases first, its models behind them. */
export class SampleStudy {
  private cases: Promise<CaseSummary[]> | null = null
  private models: Promise<ModelSummary[]> | null = null

  constructor(private readonly place: SamplePlace) {}

  /** Throws what reading the sample's files throws; a failed or cancelled opening is tried anew. */
  openCases(job: Job): Promise<CaseSummary[]> {
    this.cases ??= openCases(this.place, job).catch((thrown: unknown) => {
      this.cases = null
      throw thrown
    })
    return this.cases
  }

  openModels(job: Job): Promise<ModelSummary[]> {
    this.models ??= openModels(this.place, job).catch((thrown: unknown) => {
      this.models = null
      throw thrown
    })
    return this.models
  }
}

async function openCases({ cases, sampleFolder }: SamplePlace, job: Job): Promise<CaseSummary[]> {
  const listed = experimentCases(sampleExperiment(sampleFolder, 'sample'), { source: 'sample', prefix: 'sample:' })
  const entries: CaseEntry[] = []
  for (let from = 0; from < listed.length; from += readAtOnce) {
    entries.push(...(await Promise.all(listed.slice(from, from + readAtOnce).map(described))))
    job.progress('sample', entries.length, listed.length)
  }
  return cases.add(entries)
}

async function openModels({ models, sampleFolder, announce }: SamplePlace, job: Job): Promise<ModelSummary[]> {
  const loaded = sampleExperiment(sampleFolder, 'sample')
  const summaries: ModelSummary[] = []
  // A localiser is a reference of the assessment and cannot be explained.
  const explained = loaded.experiment.models.filter(({ role }) => role === 'classifier')
  for (const { id, onnx, card } of explained) {
    const cardPath = card === null || card === undefined ? undefined : loaded.path(card)
    const summary = await models.open(loaded.path(onnx), job, { cardPath, source: 'sample', modelId: id })
    announce(summary)
    summaries.push(summary)
    job.progress('sample models', summaries.length, explained.length)
  }
  return summaries
}

/** The phantom's own DICOM words make the list readable. */
async function described(entry: CaseEntry): Promise<CaseEntry> {
  const { volume, tags, warnings } = await loadVolume(entry.paths[0])
  const words = wordLines({ name: entry.title, tags, label: '' })
  return {
    ...entry,
    ...words,
    patient: entry.patient,
    size: volume.size,
    spacingMm: volume.spacingMm,
    words: tags,
    warnings
  }
}
