import { Fault } from '@engine/fault'
import type { DatasetDraft, DatasetReader } from '@engine/formats/datasets/dataset'
import { datasetReaders } from '@engine/formats/datasets/index'
import { applyLabelTable } from '@engine/formats/datasets/label-table'
import { type DatasetPlace, datasetPlace } from '@engine/formats/datasets/place'
import type { Job } from '@engine/job'
import type { DatasetWishes } from '@shared/dataset'

/** A dataset as it was read: where, as what, and what else it could have been read as. */
export interface ReadDataset {
  readonly place: DatasetPlace
  readonly reader: DatasetReader
  readonly also: readonly DatasetReader[]
  readonly draft: DatasetDraft
}

/**
 * Reads a folder or file as a dataset: the kind is recognised by what is there, or taken from the wishes. A table of
 * labels, when given, settles labels and splits afterwards.
 * Throws Fault `not-found`, `unsupported-file` when it is no kind of dataset, and what the reader throws.
 */
export async function readDataset(
  path: string,
  wishes: DatasetWishes & { readonly labelTable: string | null },
  job: Job
): Promise<ReadDataset> {
  const place = await datasetPlace(path, job)
  const fitting = await fittingReaders(place)
  const reader = wishes.kind === null ? fitting[0] : datasetReaders.find(({ kind }) => kind === wishes.kind)
  if (reader === undefined || (wishes.kind !== null && !fitting.includes(reader))) throw unknown(place, reader)
  const draft = await reader.read(place, { ...wishes, label: wishes.labelTable === null ? wishes.label : '' }, job)
  if (wishes.labelTable !== null) await applyLabelTable(draft, wishes.labelTable, wishes.label)
  if (wishes.splits !== null) keepSplits(draft, wishes.splits)
  if (place.strayLinks > 0) {
    draft.warnings.push(
      `${place.strayLinks} links lead nowhere or out of the folder and were not followed (DataLad: run “datalad get” first).`
    )
  }
  if (place.closedFolders.length > 0) {
    const named = place.closedFolders.slice(0, 3).join(', ')
    draft.warnings.push(`${place.closedFolders.length} folders could not be looked into: ${named}.`)
  }
  return { place, reader, also: fitting.filter((other) => other !== reader && other.generic !== true), draft }
}

/** The readers that recognise a place, the surest first. */
export async function fittingReaders(place: DatasetPlace): Promise<DatasetReader[]> {
  const fitting: DatasetReader[] = []
  for (const reader of datasetReaders) if (await reader.recognises(place)) fitting.push(reader)
  return fitting
}

function unknown(place: DatasetPlace, wished: DatasetReader | undefined): Fault {
  const kinds = datasetReaders.map(({ kind, title }) => `${title} (${kind})`).join(', ')
  const what = wished === undefined ? 'no dataset Saliscope knows' : `not a ${wished.title}`
  return new Fault('unsupported-file', `“${place.name}” is ${what}.`, {
    subject: place.name,
    hint: `It can be: ${kinds}.`
  })
}

/** Throws Fault `bad-parameter` for a split the dataset does not have. */
function keepSplits(draft: DatasetDraft, wanted: readonly string[]): void {
  const known = new Set(draft.cases.map(({ split }) => split ?? ''))
  const missing = wanted.find((split) => !known.has(split))
  if (missing !== undefined) {
    throw new Fault('bad-parameter', `The dataset has no split “${missing}”.`, {
      hint: `It has: ${[...known].map((split) => (split === '' ? 'none named' : split)).join(', ')}.`
    })
  }
  const kept = draft.cases.filter(({ split }) => wanted.includes(split ?? ''))
  draft.assumptions.push(
    `${draft.cases.length - kept.length} cases of other splits than ${wanted.join(', ')} are left out.`
  )
  draft.cases.splice(0, draft.cases.length, ...kept)
}
