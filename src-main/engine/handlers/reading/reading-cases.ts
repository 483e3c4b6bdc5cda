import type { AssignmentManifest } from '@engine/formats/reader-package/package-schema'
import { volumeOfPacked } from '@engine/formats/reader-package/read-package'
import type { Volume } from '@engine/geometry/volume'
import type { Job } from '@engine/job'
import type { StudyRow } from '@engine/project/reading-rows'
import type { OrderedReading } from '@engine/readers/study/reading-order'
import type { CaseEntry } from '../case-shelf'
import type { Workbench } from '../workbench'
import { hiddenFrom, readingCaseId } from './reading-place'
import { sourceCase } from './source-cases'

/** A list of contents as the workspace keeps it: with the blobs that hold the voxels. */
export interface KeptAssignment extends AssignmentManifest {
  /** Hash of the blob of each image. */
  readonly blobs: readonly string[]
  /** SHA-256 of the package. */
  readonly sha256: string
}

/** An image without what says whose it is. */
export const withoutIdentity = (volume: Volume): Volume => {
  const { sources: _sources, ...rest } = volume
  return { ...rest, frameOfReference: null }
}

interface Reading {
  readonly row: StudyRow
  readonly readerId: string
  readonly place: OrderedReading
}

/**
 * One reading as a case of its own: a number for a name, no date, no words of the file, no outlines of others, no label
 * where the study hides them. What is not in it cannot be shown by mistake.
 */
export async function readingCase(
  workbench: Workbench,
  { row, readerId, place }: Reading,
  job: Job
): Promise<CaseEntry> {
  const caseId = readingCaseId(row.study.id, readerId, place.reading)
  const bare = {
    caseId,
    title: `Case ${place.reading}`,
    subtitle: row.study.title,
    date: null,
    label: null,
    patient: caseId,
    source: 'own' as const,
    warnings: [],
    words: null,
    masks: [],
    boxes: [],
    cues: [],
    variants: [],
    paths: []
  }
  if (row.package !== null) return { ...bare, ...packedParts(workbench, row.package, place.caseIndex) }
  const source = await sourceCase(workbench, row.study.cases[place.caseIndex], job)
  const hidden = hiddenFrom(row)
  const { loadSlice } = source
  return {
    ...bare,
    modality: source.modality,
    size: source.size,
    label: hidden.includes('label') ? null : source.label,
    masks: hidden.includes('readers') ? [] : source.masks,
    ...(source.spacingMm === undefined ? {} : { spacingMm: source.spacingMm }),
    load: async (progress) => withoutIdentity(await workbench.cases.volume(source.caseId, null, progress)),
    ...(loadSlice === undefined ? {} : { loadSlice: async (slice) => withoutIdentity(await loadSlice(slice)) })
  }
}

/** Takes a case off the screen, with what was computed of it. */
export function putAway({ cases, maps, jobs }: Workbench, caseId: string): void {
  jobs.cancelOf(caseId)
  for (const { mapId } of maps.list(caseId)) maps.remove(mapId)
  cases.drop([caseId])
}

function packedParts(
  { workspace }: Workbench,
  packed: string,
  caseIndex: number
): Pick<CaseEntry, 'modality' | 'size' | 'spacingMm' | 'load'> {
  const { images, blobs } = JSON.parse(packed) as KeptAssignment
  const image = images[caseIndex]
  return {
    modality: image.modality,
    size: image.size,
    spacingMm: image.spacingMm,
    load: async () => volumeOfPacked(image, workspace.blobs.read(blobs[caseIndex]))
  }
}
