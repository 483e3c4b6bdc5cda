import { basename } from 'node:path'
import type { Volume } from '@engine/geometry/volume'
import type { Experiment, ExperimentCase } from '@shared/experiment'
import type { CaseEntry } from './case-shelf'
import { caseVolume } from './case-image'
import type { LoadedExperiment } from './experiment-file'
import { maskFromFile } from './mask-files'

/** The cases of an experiment as they stand on the shelf, those of its references too; files are read on first use only. */
export function experimentCases(
  loaded: LoadedExperiment,
  options: { source: CaseEntry['source']; prefix: string }
): CaseEntry[] {
  const { experiment } = loaded
  const referred = experiment.cases.filter((item) => isReference(item, experiment))
  return [...sampledCases(experiment), ...referred].map((item) => experimentCase(item, loaded, options))
}

/** The cases an experiment scores: its `sample` rule applied, those of the splits its references are made of left out. */
export function sampledCases(experiment: Experiment): ExperimentCase[] {
  const { n, positivesOnly } = experiment.sample
  const scored = experiment.cases.filter((item) => !isReference(item, experiment))
  const eligible = positivesOnly ? scored.filter((item) => caseLabel(item) !== null) : scored
  return n === null || n >= eligible.length ? [...eligible] : everyKth(eligible, n)
}

/** Average mask and background are never made of the cases that are scored. */
function isReference({ split }: ExperimentCase, { references }: Experiment): boolean {
  const { averageMask, background } = references
  const splits = [averageMask !== null && 'split' in averageMask ? averageMask.split : null, background?.split ?? null]
  return split !== null && splits.includes(split)
}

/** `n` cases spread evenly over the list: the same for everybody, no draw needed. */
function everyKth<T>(list: readonly T[], n: number): T[] {
  return Array.from({ length: n }, (_, index) => list[Math.floor((index * list.length) / n)])
}

/** The finding of a case as text; null when there is none. */
export function caseLabel(item: Pick<ExperimentCase, 'label'>): string | null {
  const { label } = item
  if (label === null || label === '' || label === 'none') return null
  return String(label)
}

function experimentCase(
  item: ExperimentCase,
  loaded: LoadedExperiment,
  { source, prefix }: { source: CaseEntry['source']; prefix: string }
): CaseEntry {
  const image = loaded.path(item.image)
  const names = { caseName: item.id, imageName: basename(item.image) }
  // Filled when masks are read: what was moved, left out or taken together.
  const warnings: string[] = []
  const tell = (told: readonly string[]): void => {
    for (const warning of told) if (!warnings.includes(warning)) warnings.push(warning)
  }
  const load = (path: string, series: string | null) => (): Promise<Volume> => caseVolume(path, series)
  return {
    caseId: `${prefix}${item.id}`,
    title: item.id,
    subtitle: [item.patient ?? '', item.split ?? ''].filter((text) => text !== '' && text !== item.id).join(' · '),
    modality: '',
    date: null,
    label: caseLabel(item),
    patient: item.patient ?? item.id,
    size: [0, 0, 0],
    source,
    warnings,
    words: null,
    masks: item.masks.map(({ reader, path, afterReveal, role }) => ({
      reader,
      ...(role === 'reference' ? { role } : {}),
      load: (volume: Volume) => maskFromFile(loaded.path(path), volume, names, tell),
      ...(typeof afterReveal === 'string'
        ? { afterReveal: (volume: Volume) => maskFromFile(loaded.path(afterReveal), volume, names, tell) }
        : {})
    })),
    boxes: item.boxes,
    cues: item.cues,
    variants: item.variants.map((variant) => ({ id: variant.id, load: load(loaded.path(variant.image), null) })),
    paths: [image],
    series: item.series ?? null,
    load: load(image, item.series ?? null)
  }
}
