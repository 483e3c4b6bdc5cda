import { basename } from 'node:path'
import type { Volume } from '@engine/geometry/volume'
import { meansNoFinding } from '@engine/criteria/no-finding-labels'
import { randomStream } from '@engine/tensor/random'
import type { Experiment, ExperimentCase } from '@shared/experiment'
import type { CaseEntry } from './case-shelf'
import { caseVolume } from './case-image'
import type { LoadedExperiment } from './experiment-file'
import { stamp } from './file-stamp'
import { maskFromFile } from './mask-files'

/** All cases of an experiment as they stand on the shelf, scored or not: outlines are averaged over those that are not scored, too. Files are read on first use only. */
export function experimentCases(
  loaded: LoadedExperiment,
  options: { source: CaseEntry['source']; prefix: string }
): CaseEntry[] {
  return loaded.experiment.cases.map((item) => experimentCase(item, loaded, options))
}

/** The cases an experiment scores: its `sample` rule applied, those of the splits its references are made of left out. */
export function sampledCases(experiment: Experiment): ExperimentCase[] {
  const { n, seed, positivesOnly } = experiment.sample
  const scored = experiment.cases.filter((item) => !isReference(item, experiment))
  const eligible = positivesOnly ? scored.filter((item) => findingOf(item, experiment) !== null) : scored
  return n === null || n >= eligible.length ? [...eligible] : drawn(eligible, n, seed)
}

/** Average mask and background are never made of the cases that are scored. */
function isReference({ split }: ExperimentCase, { references }: Experiment): boolean {
  const { averageMask, background } = references
  const splits = [averageMask !== null && 'split' in averageMask ? averageMask.split : null, background?.split ?? null]
  return split !== null && splits.includes(split)
}

/** `n` cases drawn at random with a seed, in the order of the list. */
function drawn(list: readonly ExperimentCase[], n: number, seed: number): ExperimentCase[] {
  const order = list.map(({ id }) => ({ id, at: randomStream(seed, 'sample', id).uniform() }))
  const kept = new Set(
    order
      .sort((left, right) => left.at - right.at)
      .slice(0, n)
      .map(({ id }) => id)
  )
  return list.filter(({ id }) => kept.has(id))
}

/** The finding of a case as text; null when there is none. */
export function caseLabel(item: Pick<ExperimentCase, 'label'>): string | null {
  const { label } = item
  if (label === null || label === '' || label === 'none') return null
  return String(label)
}

/** The label of a case where it names a finding; null for one of those that mean that there is none. */
export function findingOf(
  item: Pick<ExperimentCase, 'label'>,
  { negative }: Pick<Experiment, 'negative'>
): string | null {
  const label = caseLabel(item)
  return label === null || meansNoFinding(label, negative) ? null : label
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
      state: () => [path, afterReveal].map((file) => (typeof file === 'string' ? stamp(loaded.path(file)) : '')).join(),
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
