import { relative, sep } from 'node:path'
import type { DraftCase } from '@engine/formats/datasets/dataset'
import { isInside } from '@engine/formats/datasets/place'
import type { ReadDataset } from '@engine/formats/datasets/read-dataset'
import type { ExperimentInput } from '@shared/experiment'

/** What an experiment gets besides its cases. */
export interface ExperimentFrame {
  readonly title: string
  /**
   * The folder the experiment file will lie in: paths inside it are written relative to it, and those of the dataset it
   * lies in; others in full. null: all in full.
   */
  readonly folder: string | null
  readonly models: ExperimentInput['models']
  readonly methods: ExperimentInput['methods']
}

/** The split whose cases are scored when a dataset has several; the others serve as references. */
const scoredSplit = 'test'

/** The cases of a draft as `experiment.json`. Paths use `/`, so that the file opens on every system. */
export function draftExperiment(
  { draft, place }: Pick<ReadDataset, 'draft' | 'place'>,
  { title, folder, models, methods }: ExperimentFrame
): ExperimentInput {
  const written = (path: string): string =>
    folder !== null && (isInside(folder, path) || isInside(place.root, folder))
      ? relative(folder, path).split(sep).join('/') || '.'
      : path
  return {
    version: 1,
    title,
    seed: 1,
    target: 'label',
    grid: 'model',
    models,
    cases: draft.cases.map((item) => ({
      id: item.id,
      patient: item.patient ?? item.id,
      session: item.session,
      group: item.group,
      split: item.split ?? scoredSplit,
      image: written(item.image),
      ...(item.series === null ? {} : { series: item.series }),
      label: item.label,
      masks: item.masks.map(({ reader, path, confidence }) => ({ reader, path: written(path), confidence })),
      boxes: item.boxes,
      cues: [],
      variants: []
    })),
    methods,
    criteria: [],
    references: referencesOf(draft.cases)
  }
}

/** Cases that may serve as background are drawn from this many at most. */
const mostBackground = 20

/** The training split, where there are others too: it is never scored, and gives average mask and background. */
export function trainingSplit(cases: readonly DraftCase[]): string | null {
  const splits = new Set(cases.map(({ split }) => split ?? scoredSplit))
  return splits.size < 2 ? null : ([...splits].find((split) => /^train(ing)?$/i.test(split)) ?? null)
}

function referencesOf(cases: readonly DraftCase[]): ExperimentInput['references'] {
  const split = trainingSplit(cases)
  if (split === null) return { averageMask: null, background: null }
  const own = cases.filter((item) => item.split === split)
  const outlined = own.filter(({ masks, boxes }) => masks.length + boxes.length > 0).length
  return {
    averageMask: outlined > 1 ? { split } : null,
    background: { split, n: Math.min(mostBackground, own.length) }
  }
}
