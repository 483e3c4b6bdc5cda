import { basename } from 'node:path'
import { type OpenedSeries, openSeries } from '@engine/formats/open-series'
import { Fault } from '@engine/fault'
import { quietJob, type Job } from '@engine/job'
import type { CaseSummary, FileProblem } from '@shared/vocabulary'
import type { Volume } from '@engine/geometry/volume'
import { attachedParts } from './attached-objects'
import type { CaseEntry } from './case-shelf'
import { sizedCases } from './dataset-cases'
import { experimentCases } from './experiment-cases'
import { readExperiment } from './experiment-file'
import { wordLines } from './patient-lines'
import { createHash } from 'node:crypto'
import type { Workbench } from './workbench'

/** Opens files and folders: every series of every study becomes a case; an experiment file brings its own cases. */
export async function openCases(
  workbench: Workbench,
  paths: readonly string[],
  job: Job
): Promise<{ cases: CaseSummary[]; problems: FileProblem[] }> {
  const experiments = paths.filter((path) => basename(path).toLowerCase().endsWith('.json'))
  const images = paths.filter((path) => !experiments.includes(path))
  const entries: CaseEntry[] = []
  const problems: FileProblem[] = []
  for (const path of experiments) {
    const listed = experimentCases(readExperiment(path), { source: 'own', prefix: `${shortHash(path)}:` })
    const sized = await sizedCases(listed, job)
    entries.push(...sized.entries)
    problems.push(...sized.problems)
  }
  const early = new Set<string>()
  const tellEarly = (series: readonly OpenedSeries[]): void => {
    const cases = workbench.cases.add(series.map(caseOfSeries))
    for (const { caseId } of cases) early.add(caseId)
    job.partial?.(cases)
  }
  const opened = images.length > 0 ? await openSeries(images, job, tellEarly) : { series: [], problems: [] }
  entries.push(...opened.series.map(caseOfSeries))
  problems.push(...opened.problems.map(({ file, fault }) => ({ file, fault })))
  if (entries.length === 0 && problems.length === 0) {
    throw new Fault('no-pixels', 'There is no image in what was opened.', {
      hint: 'DICOM, NIfTI, NRRD, MGH, PNG, JPEG, TIFF, NPY and NPZ files can be opened.'
    })
  }
  // A series that turned out otherwise once everything was read (a gap was filled) leaves its early form behind.
  const final = new Set(entries.map(({ caseId }) => caseId))
  workbench.cases.drop([...early].filter((caseId) => !final.has(caseId)))
  return { cases: workbench.cases.add(entries), problems }
}

function caseOfSeries(series: OpenedSeries): CaseEntry {
  const words = wordLines(series)
  const objects = attachedParts(series)
  const shown = (volume: Volume): Volume => (objects.window === null ? volume : { ...volume, window: objects.window })
  // What only decoding brings to light (a file cut off, padding) joins what the headers told.
  const warnings = [...series.warnings, ...objects.warnings]
  const tell = (found: readonly string[]): void => {
    for (const warning of found) if (!warnings.includes(warning)) warnings.push(warning)
  }
  return {
    caseId: `own:${shortHash(series.key)}`,
    ...words,
    label: null,
    size: series.size,
    spacingMm: series.spacingMm,
    ...(series.study === null ? {} : { study: series.study }),
    ...(series.part === null ? {} : { part: series.part }),
    source: 'own',
    warnings,
    words: series.tags,
    masks: objects.masks,
    boxes: objects.boxes,
    attached: objects.attached,
    numbers: objects.numbers,
    maps: objects.maps,
    cues: [],
    variants: [],
    // Opened again after a restart, the objects come along.
    paths: [...series.paths, ...objects.paths],
    // Others may wait for the same volume: one of them giving up does not stop the reading.
    load: async (progress) => shown(await series.load({ tell, job: progress && { ...quietJob(), progress } })),
    loadSlice: async (slice) => shown(await series.loadSlice(slice))
  }
}

/** The same files get the same case id at the next start: unfinished jobs find them again. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
