import { join, relative, sep } from 'node:path'
import type { DatasetDraft, DraftCase } from '@engine/formats/datasets/dataset'
import { trainingSplit } from '@engine/formats/datasets/experiment'
import { byCodePoints } from '@engine/formats/datasets/place'
import type { ReadDataset } from '@engine/formats/datasets/read-dataset'
import type { DatasetPreview } from '@shared/dataset'

/** A draft as people are shown it before they agree: names inside the dataset, counts, everything left out. */
export function datasetPreview({ place, reader, also, draft }: ReadDataset): DatasetPreview {
  const inside = (path: string): string => relative(place.root, path).split(sep).join('/') || '.'
  const { cases } = draft
  return {
    name: place.name,
    kind: reader.kind,
    title: reader.title,
    also: also.map(({ kind, title }) => ({ kind, title })),
    cases: cases.map((item) => ({
      id: item.id,
      patient: item.patient,
      session: item.session,
      image: inside(item.image),
      label: item.label,
      split: item.split,
      masks: item.masks.map(({ reader: by, path }) => ({ reader: by, name: inside(path) })),
      boxes: item.boxes.length
    })),
    counts: {
      cases: cases.length,
      patients: patientCount(cases),
      labelled: cases.filter(({ label }) => label !== null).length,
      withMask: cases.filter(({ masks }) => masks.length > 0).length,
      withBoxes: cases.filter(({ boxes }) => boxes.length > 0).length
    },
    labelCounts: counted(cases, ({ label }) => label),
    splitCounts: counted(cases, ({ split }) => split),
    images: draft.images,
    masks: draft.masks,
    labels: draft.labels,
    unmatched: { images: draft.unmatchedImages, masks: draft.unmatchedMasks, rows: draft.unmatchedRows },
    duplicates: [...draft.duplicates, ...sharedImages(cases, inside)],
    leakage: leakingPatients(cases),
    assumptions: [...draft.assumptions, ...splitWords(cases)],
    warnings: [...draft.warnings, ...saidTwice(draft)]
  }
}

/** Which cases an assessment would score. */
function splitWords(cases: readonly DraftCase[]): string[] {
  const training = trainingSplit(cases)
  if (training === null) return []
  const scored = [...new Set(cases.map(({ split }) => split ?? 'none named'))].filter((split) => split !== training)
  return [
    `An assessment scores the cases of ${scored.join(', ')}; those of ${training} give the average mask and the background.`
  ]
}

/** A case without a patient is a patient of its own. */
const patientOf = ({ patient, id }: DraftCase): string => (patient === null ? `case ${id}` : `patient ${patient}`)

const patientCount = (cases: readonly DraftCase[]): number => new Set(cases.map(patientOf)).size

function counted(
  cases: readonly DraftCase[],
  value: (item: DraftCase) => string | null
): DatasetPreview['labelCounts'] {
  const groups = new Map<string | null, DraftCase[]>()
  for (const item of cases) {
    const group = groups.get(value(item))
    if (group === undefined) groups.set(value(item), [item])
    else group.push(item)
  }
  return [...groups]
    .map(([key, group]) => ({ value: key, cases: group.length, patients: patientCount(group) }))
    .sort((first, second) => second.cases - first.cases || byCodePoints(first.value ?? '', second.value ?? ''))
}

/** Patients with cases in several splits. Cases without a split count as one of their own. */
export function leakingPatients(cases: readonly DraftCase[]): DatasetPreview['leakage'] {
  const splits = new Map<string, Set<string>>()
  for (const { patient, split } of cases) {
    if (patient === null || split === null) continue
    splits.set(patient, (splits.get(patient) ?? new Set()).add(split))
  }
  return [...splits]
    .filter(([, found]) => found.size > 1)
    .map(([patient, found]) => ({ patient, splits: [...found].sort(byCodePoints) }))
}

/** Two cases of one image: the second is most likely a slip of the table. */
function sharedImages(cases: readonly DraftCase[], inside: (path: string) => string): DatasetPreview['duplicates'] {
  const owners = new Map<string, string>()
  const found: DatasetPreview['duplicates'] = []
  for (const { id, image, series } of cases) {
    const key = join(image, series ?? '')
    const owner = owners.get(key)
    if (owner === undefined) owners.set(key, id)
    else found.push({ name: inside(image), why: `is the image of both “${owner}” and “${id}”.` })
  }
  return found
}

/** What follows from the cases together and must not be missed. */
function saidTwice({ cases }: DatasetDraft): string[] {
  const leaking = leakingPatients(cases).length
  const one = new Set(cases.map(({ label }) => label)).size === 1 && cases.length > 1
  return [
    ...(leaking > 0
      ? [
          `${leaking} ${leaking === 1 ? 'patient has' : 'patients have'} cases in more than one split: results on the test split would be too good.`
        ]
      : []),
    ...(one && cases[0].label !== null
      ? [`Every case has the label “${cases[0].label}”: groups cannot be compared.`]
      : []),
    ...(cases.length === 0 ? ['Nothing in it can be imported.'] : [])
  ]
}
